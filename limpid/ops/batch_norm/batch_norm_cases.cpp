#include <cmath>

#include "limpid/op/make_case.h"
#include "limpid/ops/batch_norm/batch_norm.h"

namespace limpid {

namespace {

/// In PyTorch the statistics are no outputs; they carry no gradient here, so none there.
std::string train_in_torch(DType dtype) {
  const std::string x = size_of(dtype) == 2 ? "a.detach().float()" : "a.detach()";
  const std::string channels = x + ".transpose(0, 1).flatten(1)";
  return "(F.batch_norm(a, None, None, b, c, True, 0.1, 1e-5), " + channels + ".mean(1), " +
         channels + ".var(1, unbiased=False))";
}
constexpr const char* kEval = "(F.batch_norm(a, d, e, b, c, False, 0.1, 1e-5), d, e)";

CaseInput affine(std::int64_t channels, DType dtype = DType::f32) {
  return {.shape = {channels}, .dtype = dtype};
}
CaseInput running(std::int64_t channels, double low, double high, DType dtype = DType::f32) {
  return {.shape = {channels}, .dtype = dtype, .low = low, .high = high, .requires_grad = false};
}

Case train(std::string name, CaseInput x, bool with_affine = true, double eps = 1e-5) {
  const std::int64_t c = x.shape.rank() > 1 ? x.shape[1] : 1;
  const DType dtype = x.dtype, wide = size_of(dtype) == 2 ? DType::f32 : dtype;
  return {.name = std::move(name),
          .inputs = {std::move(x), with_affine ? affine(c, wide) : kAbsent,
                     with_affine ? affine(c, wide) : kAbsent, kAbsent, kAbsent},
          .op = any(BatchNorm{.training = true, .eps = eps}),
          .torch = train_in_torch(dtype)};
}

Case eval(std::string name, CaseInput x, bool with_affine = true) {
  const std::int64_t c = x.shape.rank() > 1 ? x.shape[1] : 1;
  const DType wide = size_of(x.dtype) == 2 ? DType::f32 : x.dtype;
  return {.name = std::move(name),
          .inputs = {std::move(x), with_affine ? affine(c, wide) : kAbsent,
                     with_affine ? affine(c, wide) : kAbsent, running(c, -1, 1, wide),
                     running(c, 0.5, 2, wide)},
          .op = any(BatchNorm{}),
          .torch = kEval};
}

Case refused_batch_norm(std::string name, Case base, std::string error) {
  base.name = std::move(name);
  base.torch.clear();
  base.error = std::move(error);
  return base;
}

}  // namespace

std::vector<Case> BatchNorm::cases() {
  std::vector<Case> cases = {
      train("images", {{2, 3, 4, 5}}),
      train("rows", {{6, 5}}),
      train("more rows than a band", {{9, 37}}),
      train("sequences", {{3, 2, 7}}),
      train("volumes", {{2, 3, 2, 3, 2}}),
      train("no weight, no bias", {{4, 3, 2, 2}}, false),
      train("one sample", {{1, 3, 2, 2}}),
      train("empty batch", {{0, 3, 4}}),
      train("no channels", {{2, 0, 4}}),
      train("one channel", {{5, 1, 3}}),
      train("planes of more than a block", {{2, 2, 150}}),
      train("transposed", {.shape = {4, 3, 5}, .arrangement = Arrangement::transposed}),
      train("far from zero", {.shape = {8, 2, 16}, .low = 1000, .high = 1001}),
      train("f64", {.shape = {4, 3, 5}, .dtype = DType::f64}),
      train("f16", {.shape = {4, 3, 5}, .dtype = DType::f16}),
      train("bf16", {.shape = {4, 3, 5}, .dtype = DType::bf16}),
      train("constant channel", {.shape = {4, 1}, .values = {3, 3, 3, 3}}),
      train("not finite", {.shape = {2, 3, 2},
                           .values = {1, 2, std::nan(""), 4, INFINITY, 6, 7, 8, 9, 10, 11, 12},
                           .requires_grad = false}),
      eval("evaluation, images", {{2, 3, 4, 5}}),
      eval("evaluation, rows", {{6, 5}}),
      eval("evaluation, one value a channel", {{1, 3}}),
      eval("evaluation, no weight, no bias", {{2, 3, 4}}, false),
      eval("evaluation, empty batch", {{0, 3, 4}}),
      eval("evaluation, f16", {.shape = {4, 3, 5}, .dtype = DType::f16}),
      eval("evaluation, f64, strided",
           {.shape = {4, 3, 5}, .dtype = DType::f64, .arrangement = Arrangement::strided}),
      with(train("no weight", {{4, 3, 2}}), 1, kAbsent),
      with(train("no bias", {{4, 3, 2}}), 2, kAbsent),
      refused_batch_norm(
          "one value a channel", train("", {{1, 3, 1, 1}}),
          "batch_norm: expected more than 1 value per channel when training, got input size "
          "(1, 3, 1, 1): the variance of one value is 0; use a larger batch or eval()"),
      refused_batch_norm(
          "one axis", train("", {{5}}),
          "batch_norm: needs at least 2 dimensions (batch, channels, ...), got shape (5,)"),
      refused_batch_norm(
          "weight too long", with(train("", {{2, 3, 4}}), 1, affine(4)),
          "weight has shape (4,) but the input has 3 channels (dimension 1): it must be (3,)"),
      refused_batch_norm("running_var of another shape",
                         with(eval("", {{2, 3, 4}}), 4, running(2, 1, 2)),
                         "running_var has shape (2,) but the input has 3 channels"),
      refused_batch_norm("evaluation without statistics", with(eval("", {{2, 3, 4}}), 3, kAbsent),
                         "evaluation (training = false) needs running_mean and running_var"),
      refused_batch_norm(
          "integers", train("", {.shape = {2, 3, 4}, .dtype = DType::i64}, false),
          "batch_norm: works on floating dtypes (float16, bfloat16, float32, float64), not on "
          "int64"),
      refused_batch_norm("f64 weight beside f32",
                         with(train("", {{2, 3, 4}}), 1, affine(3, DType::f64)),
                         "weight is float64 beside an input of float32; convert one with .to()"),
      refused_batch_norm("negative eps", train("", {{2, 3, 4}}, true, -1),
                         "eps must not be negative, got -1"),
      train("large images", {{32, 64, 28, 28}}),
      train("large rows", {{256, 512}}),
  };
  for (Case& c : cases) {
    if (c.name.starts_with("large")) c.speed = true;
    const bool kink = c.name == "constant channel" || c.name == "not finite" ||
                      c.name.find("f16") != std::string::npos;
    if (kink || c.name == "far from zero") c.smooth = false;
    if (c.name == "far from zero") c.well_conditioned = false;  // (x - mean) has lost 3 digits of x
    // PyTorch computes x (weight r) + (bias - mean weight r), which loses these digits.
    if (c.name == "constant channel" || c.name == "far from zero") c.torch.clear();
    if (c.name == "empty batch" || c.name == "no channels") c.torch.clear();  // refused there
  }
  return cases;
}

}  // namespace limpid

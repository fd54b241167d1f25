#include <cmath>

#include "limpid/op/make_case.h"
#include "limpid/ops/pointwise_loss/pointwise_loss.h"

namespace limpid {

namespace {

/// The cases that every loss must pass. `make(reduction)` is its card; `torch` its call in PyTorch
/// without the end, "F.mse_loss(a, b"; inputs are drawn from [low, high).
template <class Make>
std::vector<Case> cases_of(const Make& make, const std::string& torch, double low, double high) {
  const auto input = [&](Shape shape, DType dtype = DType::f32) {
    return CaseInput{.shape = std::move(shape), .dtype = dtype, .low = low, .high = high};
  };
  const auto one = [&](std::string name, CaseInput x, const char* reduction = "mean",
                       bool smooth = true) {
    return Case{.name = std::move(name),
                .inputs = {x, x},
                .op = make(reduction),
                .torch = torch + ", reduction='" + reduction + "')",
                .smooth = smooth};
  };
  CaseInput transposed = input({5, 7}), negative = input({5, 7});
  transposed.arrangement = Arrangement::transposed;
  negative.arrangement = Arrangement::negative;
  Case crosswise = one("crosswise", transposed, "none");
  crosswise.inputs[1] = negative;
  Case mixed = one("f32 and f64", input({9}));
  mixed.inputs[1].dtype = DType::f64;
  const auto refused = [&](std::string name, CaseInput x, CaseInput t, std::string error) {
    return Case{.name = std::move(name), .inputs = {x, t}, .op = make("mean"), .error = error};
  };
  const std::string op(make("mean").info().doc.name);
  const CaseInput integers{.shape = {3}, .dtype = DType::i64, .low = 0, .high = 2};
  Case large = one("large", input({4096, 256}));
  large.speed = true;
  return {
      one("mean", input({3, 5})),
      one("sum", input({3, 5}), "sum"),
      one("none", input({3, 5}), "none"),
      one("0-d", input({})),
      one("odd size", input({67})),
      one("several blocks", input({2500}), "sum", false),
      one("several pieces", input({40000}), "mean", false),
      one("empty sum", input({0, 3}), "sum"),
      one("empty mean", input({0}), "mean", false),
      one("transposed", transposed),
      crosswise,
      one("f64", input({19}, DType::f64)),
      one("f64, none", input({19}, DType::f64), "none"),
      one("f16", input({37}, DType::f16), "sum", false),
      one("f16, none", input({37}, DType::f16), "none", false),
      one("bf16", input({37}, DType::bf16), "mean", false),
      mixed,
      refused("column against row", input({3}), input({3, 1}),
              op + ": input has shape (3,) but target has shape (3, 1); a loss needs equal "
                   "shapes; target.reshape((3,)) has that of input [input (3,), target (3, 1)]"),
      refused("one target for all", input({2, 3}), input({3}),
              "if it is meant to repeat, target.expand((2, 3)) says so"),
      refused("one input for all", input({}), input({2}),
              "if it is meant to repeat, input.expand((2,)) says so"),
      refused("other sizes", input({2, 3}), input({4}),
              "input has shape (2, 3) but target has shape (4,); a loss needs equal shapes ["),
      refused("integers", integers, integers,
              op + ": input has dtype int64, but losses are taken of floats"),
      {.name = "unknown reduction",
       .inputs = {input({3}), input({3})},
       .op = make("average"),
       .error = "reduction is 'average'; it must be 'mean', 'sum' or 'none'"},
      large};
}

/// Differences of all sorts: none, small, on the bounds, large, infinite, NaN.
Case hard_case(const AnyOp& op, const std::string& torch) {
  return {.name = "hard values",
          .inputs = {{.shape = {9}, .values = {0, 1, -1, 3, -3, 100, kInf, -kInf, kNan}},
                     {.shape = {9}, .values = {0, 0.5, -0.5, 2, -2, -100, 1, 1, 1}}},
          .op = op,
          .torch = torch + ", reduction='none')",
          .smooth = false};
}

}  // namespace

std::vector<Case> MseLoss::cases() {
  std::vector<Case> all =
      cases_of([](const char* r) { return any(MseLoss(r)); }, "F.mse_loss(a, b", -2, 2);
  all.push_back(hard_case(any(MseLoss("none")), "F.mse_loss(a, b"));
  all.push_back({.name = "target without gradient",
                 .inputs = {{{4}}, {.shape = {4}, .requires_grad = false}},
                 .op = any(MseLoss()),
                 .torch = "F.mse_loss(a, b)"});
  return all;
}

std::vector<Case> L1Loss::cases() {
  std::vector<Case> all =
      cases_of([](const char* r) { return any(L1Loss(r)); }, "F.l1_loss(a, b", -2, 2);
  all.push_back(hard_case(any(L1Loss("none")), "F.l1_loss(a, b"));
  return all;
}

std::vector<Case> SmoothL1Loss::cases() {
  const auto make = [](double beta) {
    return [beta](const char* r) { return any(SmoothL1Loss(r, beta)); };
  };
  std::vector<Case> all = cases_of(make(1), "F.smooth_l1_loss(a, b", -2, 2);
  all.push_back(hard_case(make(1)("none"), "F.smooth_l1_loss(a, b"));
  all.push_back({.name = "narrow",
                 .inputs = {{{40}}, {{40}}},
                 .op = make(0.25)("sum"),
                 .torch = "F.smooth_l1_loss(a, b, reduction='sum', beta=0.25)"});
  all.push_back({.name = "no square",
                 .inputs = {{{40}}, {{40}}},
                 .op = make(0)("none"),
                 .torch = "F.smooth_l1_loss(a, b, reduction='none', beta=0.0)"});
  Case ties = hard_case(make(0)("none"), "F.smooth_l1_loss(a, b, beta=0.0");
  ties.name = "no square, hard values";
  all.push_back(std::move(ties));
  all.push_back({.name = "negative beta",
                 .inputs = {{{4}}, {{4}}},
                 .op = make(-1)("mean"),
                 .error = "smooth_l1_loss: beta must not be negative, got -1"});
  return all;
}

std::vector<Case> HuberLoss::cases() {
  const auto make = [](double delta) {
    return [delta](const char* r) { return any(HuberLoss(r, delta)); };
  };
  std::vector<Case> all = cases_of(make(1), "F.huber_loss(a, b", -2, 2);
  for (Case& c : all)
    if (c.name == "f32 and f64") c.torch.clear();  // PyTorch refuses it for this loss alone
  all.push_back(hard_case(make(1)("none"), "F.huber_loss(a, b"));
  all.push_back({.name = "narrow",
                 .inputs = {{{40}}, {{40}}},
                 .op = make(0.25)("sum"),
                 .torch = "F.huber_loss(a, b, reduction='sum', delta=0.25)"});
  all.push_back({.name = "no line",
                 .inputs = {{.shape = {3}, .values = {1, -3, INFINITY}}, {{3}}},
                 .op = make(INFINITY)("none"),
                 .torch = "F.huber_loss(a, b, reduction='none', delta=float('inf'))",
                 .smooth = false});
  all.push_back({.name = "delta of 0",
                 .inputs = {{{4}}, {{4}}},
                 .op = make(0)("mean"),
                 .error = "huber_loss: delta must be above 0, got 0"});
  return all;
}

std::vector<Case> BinaryCrossEntropy::cases() {
  std::vector<Case> all = cases_of([](const char* r) { return any(BinaryCrossEntropy(r)); },
                                   "F.binary_cross_entropy(a, b", 0.05, 0.95);
  for (Case& c : all)
    if (c.name == "f32 and f64") c.torch.clear();  // PyTorch refuses it for this loss
  const auto add = [&](std::string name, std::vector<double> x, std::vector<double> t) -> Case& {
    const auto n = static_cast<std::int64_t>(x.size());
    all.push_back({.name = std::move(name),
                   .inputs = {{.shape = {n}, .values = std::move(x)},
                              {.shape = {n}, .values = std::move(t), .requires_grad = false}},
                   .op = any(BinaryCrossEntropy("none")),
                   .smooth = false});
    return all.back();
  };
  Case& hard = add("sure and right, sure and wrong", {0, 1, 0, 1, 1e-30, 1e-9}, {0, 1, 1, 0, 1, 0});
  hard.torch = "F.binary_cross_entropy(a, b, reduction='none')";
  hard.inputs[1].requires_grad = true;
  add("above 1", {0.5, 1.25}, {0, 1}).error =
      "binary_cross_entropy: input at position (1,) is 1.25, but probabilities lie in [0, 1]; of "
      "scores of any size, take binary_cross_entropy_with_logits [input (2,), target (2,)]";
  add("below 0", {-0.5, 0.5}, {0, 1}).error = "input at position (0,) is -0.5";
  add("not a number", {0.5, kNan}, {0, 1}).error = "input at position (1,) is nan";
  add("target above 1", {0.5, 0.25}, {0, 1.25}).error =
      "target at position (1,) is 1.25, but probabilities lie in [0, 1] [input";
  add("target that is not a number", {0.5}, {kNan}).error = "target at position (0,) is";
  return all;
}

std::vector<Case> BinaryCrossEntropyWithLogits::cases() {
  std::vector<Case> all =
      cases_of([](const char* r) { return any(BinaryCrossEntropyWithLogits(r)); },
               "F.binary_cross_entropy_with_logits(a, b", -2, 2);
  for (Case& c : all)
    if (c.name == "f32 and f64") c.torch.clear();  // PyTorch computes a part of it in float32
  all.push_back(
      {.name = "scores of any size",
       .inputs = {{.shape = {10}, .values = {1000, -1000, 1000, -1000, 30, -30, 30, -30, 0, -0.0}},
                  {.shape = {10},
                   .values = {0, 1, 1, 0, 0, 0, 1, 1, 0.5, 1},
                   .requires_grad = false}},
       .op = any(BinaryCrossEntropyWithLogits("none")),
       .torch = "F.binary_cross_entropy_with_logits(a, b, reduction='none')",
       .smooth = false});
  all.push_back({.name = "targets of 0 and 1",
                 .inputs = {{.shape = {6}, .low = -20, .high = 20},
                            {.shape = {6}, .values = {0, 1, 1, 0, 1, 0}, .requires_grad = false}},
                 .op = any(BinaryCrossEntropyWithLogits()),
                 .torch = "F.binary_cross_entropy_with_logits(a, b)"});
  return all;
}

}  // namespace limpid

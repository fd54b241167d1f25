#include "limpid/ops/pointwise/case_helpers.h"
#include "limpid/ops/pointwise/select.h"

namespace limpid {

using namespace pointwise_cases;

namespace {
std::vector<Case> extremum_cases(const AnyOp& op, const std::string& torch) {
  return binary_cases(op, torch) +
         std::vector<Case>{
             {.name = "hard values",
              .inputs = {hard_column(), given(kHard)},
              .op = op,
              .torch = torch,
              .smooth = false},
             {.name = "ties",
              .inputs = {given({1, 2, 3, 3}), given({1, 3, 2, 3})},
              .op = op,
              .torch = torch,
              .smooth = false},
             {.name = "signed",
              .inputs = {given({-1, 1, -128}, DType::i8), given({1, -1, 127}, DType::i8)},
              .op = op,
              .torch = torch},
             {.name = "bool",
              .inputs = {given({0, 0, 1, 1}, DType::boolean), given({0, 1, 0, 1}, DType::boolean)},
              .op = op,
              .torch = torch},
         };
}
}  // namespace

std::vector<Case> Maximum::cases() { return extremum_cases(any(Maximum{}), "torch.maximum(a, b)"); }
std::vector<Case> Minimum::cases() { return extremum_cases(any(Minimum{}), "torch.minimum(a, b)"); }

std::vector<Case> Clamp::cases() {
  const AnyOp both = any(Clamp{-0.5, 1.25});
  return unary_cases(both, "a.clamp(-0.5, 1.25) if a.is_floating_point() else a.clamp(0, 1)") +
         std::vector<Case>{
             {.name = "hard values",
              .inputs = {given(kHard)},
              .op = both,
              .torch = "a.clamp(-0.5, 1.25)",
              .smooth = false},
             {.name = "on the bounds",
              .inputs = {given({-0.5, 1.25, 0, 2, kNan})},
              .op = both,
              .torch = "a.clamp(-0.5, 1.25)",
              .smooth = false},
             {.name = "min only",
              .inputs = {given(kHard)},
              .op = any(Clamp{0.25, Clamp{}.max}),
              .torch = "a.clamp(min=0.25)",
              .smooth = false},
             {.name = "max only",
              .inputs = {given(kHard)},
              .op = any(Clamp{Clamp{}.min, 0.25}),
              .torch = "a.clamp(max=0.25)",
              .smooth = false},
             {.name = "max below min",
              .inputs = {given(kHard)},
              .op = any(Clamp{2, 1}),
              .torch = "a.clamp(2, 1)",
              .smooth = false},
             {.name = "NaN as a bound",
              .inputs = {drawn({5})},
              .op = any(Clamp{kNan, 1}),
              .torch = "a.clamp(float('nan'), 1)",
              .smooth = false},
             {.name = "int32",
              .inputs = {drawn({40}, DType::i32, -20, 20)},
              .op = any(Clamp{-3, 7}),
              .torch = "a.clamp(-3, 7)"},
             {.name = "int64 max only",
              .inputs = {drawn({40}, DType::i64, -20, 20)},
              .op = any(Clamp{Clamp{}.min, 7}),
              .torch = "a.clamp(max=7)"},
             // Bounds beyond a dtype do not wrap around as PyTorch's do.
             {.name = "uint8 with bounds beyond it",
              .inputs = {given({5, 200}, DType::u8)},
              .op = any(Clamp{-3, 300})},
             {.name = "bool",
              .inputs = {given({0, 1}, DType::boolean)},
              .op = both,
              .error = "clamp: bool is not supported"},
         };
}

std::vector<Case> Where::cases() {
  const AnyOp op = any(Where{});
  const CaseInput mask = drawn({4, 5}, DType::boolean);
  std::vector<Case> found = {
      {.name = "same shape", .inputs = {mask, drawn({4, 5}), drawn({4, 5})}, .op = op},
      {.name = "0-d", .inputs = {drawn({}, DType::boolean), drawn({}), drawn({})}, .op = op},
      {.name = "empty", .inputs = {drawn({0, 5}, DType::boolean), drawn({5}), drawn({})}, .op = op},
      {.name = "broadcast mask",
       .inputs = {drawn({5}, DType::boolean), drawn({4, 5}), drawn({4, 5})},
       .op = op},
      {.name = "broadcast all",
       .inputs = {drawn({2, 1, 1}, DType::boolean), drawn({3, 1}), drawn({4})},
       .op = op},
      {.name = "transposed mask",
       .inputs = {{.shape = {4, 5},
                   .dtype = DType::boolean,
                   .arrangement = Arrangement::transposed},
                  drawn({4, 5}),
                  {.shape = {4, 5}, .arrangement = Arrangement::negative}},
       .op = op},
      {.name = "NaN and infinity",
       .inputs = {given({1, 0, 1, 0}, DType::boolean), given({kNan, kNan, kInf, 1}),
                  given({1, 2, kNan, -kInf})},
       .op = op,
       .smooth = false},
      {.name = "large",
       .inputs = {drawn({1024, 1024}, DType::boolean), drawn({1024, 1024}), drawn({1024, 1024})},
       .op = op,
       .speed = true},
  };
  for (DType dtype : kAllDTypes)
    found.push_back({.name = str("dtype ", dtype),
                     .inputs = {drawn({37}, DType::boolean), drawn({37}, dtype, 0, 9),
                                drawn({37}, dtype, 0, 9)},
                     .op = op,
                     .smooth = false});
  for (Case& c : found) c.torch = "torch.where(a, b, c)";
  return found + std::vector<Case>{
                     {.name = "mask of integers",
                      .inputs = {drawn({3}, DType::i32), drawn({3}), drawn({3})},
                      .op = op,
                      .error = "where: condition is int32 but must be bool"},
                     {.name = "mismatch",
                      .inputs = {drawn({3}, DType::boolean), drawn({4}), drawn({4})},
                      .op = op,
                      .error = "where: shapes (3,) and (4,) do not broadcast"},
                     {.name = "dtypes",
                      .inputs = {drawn({3}, DType::boolean), drawn({3}), drawn({3}, DType::f64)},
                      .op = op,
                      .error = "where: input is float32 but other is float64"},
                 };
}

std::vector<Case> NanToNum::cases() {
  const auto plain = [](std::span<const Tensor> in) { return Tensors{nan_to_num(in[0])}; };
  const auto with = [](std::span<const Tensor> in) {
    return Tensors{nan_to_num(in[0], 0.5, 2.0, -3.0)};
  };
  const std::string torch = "a.nan_to_num()";
  std::vector<Case> cases = {
      {.name = "numbers given",
       .inputs = {given(kHard)},
       .call = with,
       .torch = "a.nan_to_num(0.5, 2.0, -3.0)",
       .smooth = false},
      {.name = "drawn", .inputs = {drawn({3, 5})}, .call = plain, .torch = torch},
      {.name = "int64", .inputs = {given({0, -1}, DType::i64)}, .call = plain, .torch = torch},
      {.name = "bool", .inputs = {given({0, 1}, DType::boolean)}, .call = plain, .torch = torch},
  };
  for (DType dtype : {DType::f16, DType::bf16, DType::f32, DType::f64})
    cases.push_back({.name = str("dtype ", dtype),
                     .inputs = {given({kNan, kInf, -kInf, -0.0, 1}, dtype)},
                     .call = plain,
                     .torch = torch,
                     .smooth = false});
  return cases;
}

}  // namespace limpid

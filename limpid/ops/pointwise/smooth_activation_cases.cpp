#include "limpid/ops/pointwise/case_helpers.h"
#include "limpid/ops/pointwise/smooth_activation.h"

namespace limpid {

using namespace pointwise_cases;

namespace {

const std::vector<double> kTails = {-3.5, -5, -8.5, -13, -20.5, -60, -100, 6, 20.5, 88, 100, 1e-30};

/// `hard`: what gives PyTorch's numbers of hard values, where that is something else.
std::vector<Case> smooth_cases(const AnyOp& op, const std::string& torch,
                               const std::string& hard = "") {
  return float_cases(op, torch) +
         std::vector<Case>{
             hard_case("hard values", op, hard.empty() ? torch : hard,
                       given({0.0, -0.0, kInf, -kInf, kNan, 1e-40, 1, -1})),
             hard_case("tails, f64", op, torch, given({-3.5, -5, 6, 20.5, 100}, DType::f64)),
         };
}

/// `torch` in double: PyTorch's own tails in float lose digits.
Case tails(const AnyOp& op, const std::string& torch) {
  return hard_case("tails", op, torch, given(kTails));
}

using Call = std::function<Tensors(std::span<const Tensor>)>;

std::vector<Case> composite_cases(const Call& call, const std::string& torch) {
  const auto one = [&](const char* name, CaseInput a, bool smooth = true) {
    return Case{
        .name = name, .inputs = {std::move(a)}, .call = call, .torch = torch, .smooth = smooth};
  };
  CaseInput transposed = drawn({5, 7});
  transposed.arrangement = Arrangement::transposed;
  return {
      one("matrix", drawn({3, 5}, DType::f32, -4, 4)),
      one("0-d", drawn({})),
      one("empty", drawn({0, 3})),
      one("transposed", transposed),
      one("f64", drawn({9}, DType::f64, -4, 4)),
      one("f16", drawn({9}, DType::f16), false),
      one("hard values", given({0.0, -0.0, kInf, -kInf, kNan, 30, -30, 1e-30}), false),
  };
}

}  // namespace

std::vector<Case> Gelu::cases() {
  const AnyOp plain = any(Gelu{}), fast = any(Gelu("tanh"));
  const std::string torch = "F.gelu(a)", torch_fast = "F.gelu(a, approximate='tanh')";
  CaseInput wide = drawn({67}, DType::f32, -6, 6);
  const std::string exact = "F.gelu(a.double()).float()";  // in float, oneDNN makes NaN of infinity
  return smooth_cases(plain, torch, exact) +
         std::vector<Case>{
             tails(plain, exact),
             {.name = "tanh", .inputs = {wide}, .op = fast, .torch = torch_fast},
             {.name = "tanh, f64",
              .inputs = {drawn({19}, DType::f64, -4, 4)},
              .op = fast,
              .torch = torch_fast},
             hard_case("tanh, bf16", fast, torch_fast, drawn({37}, DType::bf16)),
             hard_case("tanh, hard values", fast, torch_fast,
                       given({0.0, -0.0, kInf, -kInf, kNan, 1e-30, 20, -20})),
             {.name = "tanh, large",
              .inputs = {drawn({1024, 1024})},
              .op = fast,
              .torch = torch_fast,
              .speed = true},
             {.name = "unknown approximation",
              .inputs = {drawn({3})},
              .op = any(Gelu("fast")),
              .error = "gelu: approximate is 'fast'; it must be 'none' or 'tanh'"},
         };
}

std::vector<Case> Silu::cases() {
  return smooth_cases(any(Silu{}), "F.silu(a)") +
         std::vector<Case>{tails(any(Silu{}), "F.silu(a.double()).float()")};
}
std::vector<Case> Mish::cases() {
  return smooth_cases(any(Mish{}), "F.mish(a)") +
         std::vector<Case>{tails(any(Mish{}), "F.mish(a.double()).float()")};
}

std::vector<Case> Elu::cases() {
  const AnyOp plain = any(Elu{}), half = any(Elu(0.5, 2, 1.5));
  return smooth_cases(plain, "F.elu(a)") +
         std::vector<Case>{
             tails(plain, "F.elu(a.double()).float()"),
             hard_case("near 0", plain, "F.elu(a)", given({-1e-8, 1e-8, -1e-3, -0.3, 0})),
             {.name = "other numbers",
              .inputs = {drawn({67})},
              .op = half,
              .torch = "torch.ops.aten.elu(a, 0.5, 2.0, 1.5)"},
             hard_case("other numbers, hard values", half, "torch.ops.aten.elu(a, 0.5, 2.0, 1.5)",
                       given({0.0, -0.0, kInf, -kInf, kNan, 100, -100})),
             hard_case("other numbers, f16", half, "torch.ops.aten.elu(a, 0.5, 2.0, 1.5)",
                       drawn({37}, DType::f16)),
         };
}

std::vector<Case> Softplus::cases() {
  const AnyOp plain = any(Softplus{}), steep = any(Softplus(2, 5));
  return smooth_cases(plain, "F.softplus(a)") +
         std::vector<Case>{
             tails(plain, "F.softplus(a.double()).float()"),
             {.name = "beta and threshold",
              .inputs = {drawn({67}, DType::f32, -4, 4)},
              .op = steep,
              .torch = "F.softplus(a, 2, 5)",
              .smooth = false},
             hard_case("around the threshold", steep, "F.softplus(a, 2, 5)",
                       given({2.5, 2.5000002, 2.4999998, -2.5, kInf, -kInf, kNan})),
             hard_case("beta, bf16", steep, "F.softplus(a, 2, 5)", drawn({37}, DType::bf16, -4, 4)),
             hard_case("a threshold beyond the range of exp", any(Softplus(1, 1000)), "",
                       given({90, 500, 999, 1001, -90})),
         };
}

std::vector<Case> Selu::cases() {
  return composite_cases([](auto in) { return Tensors{selu(in[0])}; }, "F.selu(a)");
}
std::vector<Case> Celu::cases() {
  return composite_cases([](auto in) { return Tensors{celu(in[0], 1.5)}; }, "F.celu(a, 1.5)") +
         std::vector<Case>{{.name = "alpha 0",
                            .inputs = {drawn({3})},
                            .call = [](auto in) { return Tensors{celu(in[0], 0)}; },
                            .error = "celu: alpha is 0"}};
}
std::vector<Case> LogSigmoid::cases() {
  return composite_cases([](auto in) { return Tensors{logsigmoid(in[0])}; }, "F.logsigmoid(a)");
}
std::vector<Case> Softsign::cases() {
  return composite_cases([](auto in) { return Tensors{softsign(in[0])}; }, "F.softsign(a)");
}
std::vector<Case> Tanhshrink::cases() {
  return composite_cases([](auto in) { return Tensors{tanhshrink(in[0])}; }, "F.tanhshrink(a)");
}

std::vector<Case> Glu::cases() {
  const auto on = [](std::int64_t dim) {
    return [dim](std::span<const Tensor> in) { return Tensors{glu(in[0], dim)}; };
  };
  return {
      {.name = "last axis", .inputs = {drawn({3, 8})}, .call = on(-1), .torch = "F.glu(a)"},
      {.name = "first axis", .inputs = {drawn({4, 3})}, .call = on(0), .torch = "F.glu(a, 0)"},
      {.name = "middle axis", .inputs = {drawn({2, 6, 3})}, .call = on(1), .torch = "F.glu(a, 1)"},
      {.name = "empty", .inputs = {drawn({0, 4})}, .call = on(1), .torch = "F.glu(a, 1)"},
      {.name = "odd",
       .inputs = {drawn({3, 5})},
       .call = on(1),
       .error = "glu: dimension 1 has the odd size 5 but is to be halved"},
  };
}

}  // namespace limpid

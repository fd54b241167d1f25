// The Cpu kernels: each picks a loop from the table of this processor's SIMD level (kernels.h). The
// formulas are in formulas.h, the way through strides and threads in backends/cpu/strided_loop.h.

#include <cmath>

#include "limpid/ops/pointwise/bounds.h"
#include "limpid/ops/pointwise/integer_power.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/ops/pointwise/relu_parts.h"
#include "limpid/ops/pointwise/run_loops.h"

namespace limpid {

namespace {

const ArithmeticLoops& arithmetic() {
  static const ArithmeticLoops& loops = at_level(simd_level(), LIMPID_LEVELS(arithmetic_loops));
  return loops;
}
const ExponentialLoops& exponential() {
  static const ExponentialLoops& loops = at_level(simd_level(), LIMPID_LEVELS(exponential_loops));
  return loops;
}
const ComparisonLoops& comparison() {
  static const ComparisonLoops& loops = at_level(simd_level(), LIMPID_LEVELS(comparison_loops));
  return loops;
}

/// One formula with a result in bool.
void run_test(const LoopRow& row, const Io& io) { run_loop(row[io.in[0].dtype], io.out[0], io.in); }
/// The same with the operands exchanged.
void run_exchanged(const LoopRow& row, const Io& io) {
  const AnyView in[] = {io.in[1], io.in[0]};
  run_loop(row[in[0].dtype], io.out[0], in);
}

/// z = x + alpha y
void run_scaled(const Io& io, Scalar alpha) {
  visit_dtype(io.out[0].dtype, [&](auto tag) {
    using X = typename decltype(tag)::type;
    using A = std::conditional_t<is_float_type<X> && !std::is_floating_point_v<X>, float, X>;
    Constant factor(alpha.to<A>());
    const AnyView in[] = {io.in[0], io.in[1], factor.view()};
    run_loop(arithmetic().add_scaled[io.out[0].dtype], io.out[0], in);
  });
}

Scalar negated(Scalar alpha) {
  if (alpha.kind() == Scalar::Kind::floating) return -alpha.as_double();
  return static_cast<std::int64_t>(0u - static_cast<std::uint64_t>(alpha.as_int64()));
}

bool is_one(Scalar alpha) {
  return alpha.kind() == Scalar::Kind::integer ? alpha.as_int64() == 1 : alpha.as_double() == 1;
}

// -- pow

template <class T>
T power(T x, T y) {
  if constexpr (std::is_integral_v<T>) return static_cast<T>(integer_power(x, y));
  else if constexpr (std::is_floating_point_v<T>) return std::pow(x, y);
  else return T(std::pow(static_cast<float>(x), static_cast<float>(y)));
}

template <class T, class F>
void map(char* const* data, const std::int64_t* strides, std::int64_t n, F f) {
  for (std::int64_t i = 0; i < n; ++i)
    *reinterpret_cast<T*>(data[0] + i * strides[0]) =
        f(*reinterpret_cast<const T*>(data[1] + i * strides[1]));
}

template <class T>
void pow_loop(char* const* data, const std::int64_t* strides, std::int64_t n) {
  if constexpr (std::is_floating_point_v<T>) {
    if (strides[2] == 0) {  // one exponent for all: the common ones need no logarithm
      const T y = *reinterpret_cast<const T*>(data[2]);
      if (y == 2) return map<T>(data, strides, n, [](T x) { return x * x; });
      if (y == 3) return map<T>(data, strides, n, [](T x) { return x * x * x; });
      if (y == 1) return map<T>(data, strides, n, [](T x) { return x; });
      if (y == -1) return map<T>(data, strides, n, [](T x) { return 1 / x; });
    }
  }
  for (std::int64_t i = 0; i < n; ++i)
    *reinterpret_cast<T*>(data[0] + i * strides[0]) =
        power<T>(*reinterpret_cast<const T*>(data[1] + i * strides[1]),
                 *reinterpret_cast<const T*>(data[2] + i * strides[2]));
}

}  // namespace

void Add::forward(Cpu, const Io& io) const {
  if (is_one(alpha)) [[likely]]
    return run(arithmetic().add, io);
  run_scaled(io, alpha);
}
void Sub::forward(Cpu, const Io& io) const {
  if (is_one(alpha)) [[likely]]
    return run(arithmetic().sub, io);
  run_scaled(io, negated(alpha));
}
void Mul::forward(Cpu, const Io& io) const { run(arithmetic().mul, io); }
void Div::forward(Cpu, const Io& io) const { run(arithmetic().div, io); }
void Neg::forward(Cpu, const Io& io) const { run(arithmetic().neg, io); }
void Abs::forward(Cpu, const Io& io) const { run(arithmetic().abs, io); }
void Sign::forward(Cpu, const Io& io) const { run(arithmetic().sign, io); }
void Reciprocal::forward(Cpu, const Io& io) const { run(arithmetic().reciprocal, io); }
void Sqrt::forward(Cpu, const Io& io) const { run(arithmetic().sqrt, io); }
void Maximum::forward(Cpu, const Io& io) const { run(arithmetic().maximum, io); }
void Minimum::forward(Cpu, const Io& io) const { run(arithmetic().minimum, io); }
void Lerp::forward(Cpu, const Io& io) const { run(arithmetic().lerp, io); }
void Relu::forward(Cpu, const Io& io) const { run(arithmetic().relu, io); }

void Clamp::forward(Cpu, const Io& io) const {
  visit_dtype(io.out[0].dtype, [&](auto tag) {
    using X = typename decltype(tag)::type;
    Constant low(bound<X>(min)), high(bound<X>(max));
    const AnyView in[] = {io.in[0], low.view(), high.view()};
    run_loop(arithmetic().clamp[io.out[0].dtype], io.out[0], in);
  });
}

void Exp::forward(Cpu, const Io& io) const { run(exponential().exp, io, kCostlyGrain); }
void Log::forward(Cpu, const Io& io) const { run(exponential().log, io, kCostlyGrain); }
void Sigmoid::forward(Cpu, const Io& io) const { run(exponential().sigmoid, io, kCostlyGrain); }
void Tanh::forward(Cpu, const Io& io) const { run(exponential().tanh, io, kCostlyGrain); }
void Exp2::forward(Cpu, const Io& io) const { run(exponential().exp2, io, kCostlyGrain); }
void Expm1::forward(Cpu, const Io& io) const { run(exponential().expm1, io, kCostlyGrain); }
void Log2::forward(Cpu, const Io& io) const { run(exponential().log2, io, kCostlyGrain); }
void Log10::forward(Cpu, const Io& io) const { run(exponential().log10, io, kCostlyGrain); }
void Log1p::forward(Cpu, const Io& io) const { run(exponential().log1p, io, kCostlyGrain); }
void Rsqrt::forward(Cpu, const Io& io) const { run(exponential().rsqrt, io, kCostlyGrain); }

void Pow::forward(Cpu, const Io& io) const {
  visit_dtype(io.out[0].dtype, [&](auto tag) {
    run_loop(&pow_loop<typename decltype(tag)::type>, io.out[0], io.in, kCostlyGrain);
  });
}

void Eq::forward(Cpu, const Io& io) const { run_test(comparison().eq, io); }
void Ne::forward(Cpu, const Io& io) const { run_test(comparison().ne, io); }
void Lt::forward(Cpu, const Io& io) const { run_test(comparison().lt, io); }
void Le::forward(Cpu, const Io& io) const { run_test(comparison().le, io); }
void Gt::forward(Cpu, const Io& io) const { run_exchanged(comparison().lt, io); }
void Ge::forward(Cpu, const Io& io) const { run_exchanged(comparison().le, io); }
void LogicalAnd::forward(Cpu, const Io& io) const { run_test(comparison().logical_and, io); }
void LogicalOr::forward(Cpu, const Io& io) const { run_test(comparison().logical_or, io); }
void LogicalNot::forward(Cpu, const Io& io) const { run_test(comparison().logical_not, io); }
void Where::forward(Cpu, const Io& io) const { run(comparison().where, io); }

void relu_in_place(DType dtype, void* elements, std::int64_t count) {
  auto* const data = static_cast<char*>(elements);
  const auto step = static_cast<std::int64_t>(size_of(dtype));
  char* const operands[] = {data, data};
  const std::int64_t strides[] = {step, step};
  arithmetic().relu[dtype](operands, strides, count);
}
Tensor relu_gradient_in_one_pass(const Tensor& dy, const Tensor& y) {
  return run_backward(arithmetic().relu_backward, dy, y);
}
Tensors Relu::backward(Cpu, const Backward& b) const {
  return {relu_gradient_in_one_pass(b.dy(), b.output())};
}
Tensors Sigmoid::backward(Cpu, const Backward& b) const {
  return {run_backward(exponential().sigmoid_backward, b.dy(), b.output())};
}
Tensors Tanh::backward(Cpu, const Backward& b) const {
  return {run_backward(exponential().tanh_backward, b.dy(), b.output())};
}

}  // namespace limpid

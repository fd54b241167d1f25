#pragma once
// What the *_cpu.cpp files of elementwise ops share: running a row of a table, numbers as operands,
// gradients, and loops over plain functions.

#include <type_traits>
#include <utility>

#include "limpid/ops/pointwise/kernels.h"
#include "limpid/tensor/creation.h"
#include "limpid/tensor/layout.h"

namespace limpid {

/// One formula whose operands and result share the dtype.
inline void run(const LoopRow& row, const Io& io, std::int64_t grain = kCheapGrain) {
  run_loop(row[io.out[0].dtype], io.out[0], io.in, grain);
}

/// A number as a 0-d operand.
class Constant {
 public:
  template <class T>
  explicit Constant(T value) {
    static_assert(sizeof(T) <= sizeof bytes_);
    *reinterpret_cast<T*>(bytes_) = value;
    dtype_ = dtype_of<T>();
  }
  AnyView view() {
    return {.data = bytes_,
            .shape = nullptr,
            .strides = nullptr,
            .numel = 1,
            .rank = 0,
            .dtype = dtype_,
            .contiguous = true};
  }

 private:
  alignas(8) unsigned char bytes_[8];
  DType dtype_;
};

/// One formula of tensors and numbers; the numbers in the type that the dtype is computed with.
template <class... N>
void run_with_numbers(const LoopRow& row, const AnyView& out, std::span<const AnyView> tensors,
                      std::int64_t grain, N... numbers) {
  const auto constant = [&](double number) {
    return out.dtype == DType::f64 ? Constant(number) : Constant(static_cast<float>(number));
  };
  Constant constants[] = {constant(numbers)...};
  AnyView in[kMaxLoopInputs];
  std::size_t count = 0;
  for (const AnyView& x : tensors) in[count++] = x;
  for (Constant& c : constants) in[count++] = c.view();
  run_loop(row[out.dtype], out, std::span<const AnyView>(in, count), grain);
}
/// The same for a gradient: dx of (dy, x, numbers...).
template <class... N>
Tensor run_backward_with_numbers(const LoopRow& row, const Tensor& dy, const Tensor& x,
                                 std::int64_t grain, N... numbers) {
  const Tensor dx = empty_as(x.spec(), *x.impl());
  count_meeting(*dy.impl(), *x.impl());
  const AnyView in[] = {dy->as_view(), x->as_view()};
  run_with_numbers(row, dx->as_view(), in, grain, numbers...);
  return dx;
}

/// dx of a formula of (dy, y).
inline Tensor run_backward(const LoopRow& row, const Tensor& dy, const Tensor& y,
                           std::int64_t grain = kCheapGrain) {
  const Tensor dx = empty_as(y.spec(), *y.impl());
  count_meeting(*dy.impl(), *y.impl());
  const AnyView in[] = {dy->as_view(), y->as_view()};
  run_loop(row[y.dtype()], dx->as_view(), in, grain);
  return dx;
}

/// The Loop of a plain function of `Arity` elements, one at a time; 16-bit floats compute in float.
template <class T, class F, int Arity>
void plain_loop(char* const* data, const std::int64_t* strides, std::int64_t n) {
  using C = std::conditional_t<is_float_type<T> && !std::is_floating_point_v<T>, float, T>;
  const auto element = [&](int k, std::int64_t i) {
    return static_cast<C>(*reinterpret_cast<const T*>(data[k] + i * strides[k]));
  };
  for (std::int64_t i = 0; i < n; ++i) {
    T& y = *reinterpret_cast<T*>(data[0] + i * strides[0]);
    if constexpr (Arity == 1) y = T(F{}(element(1, i)));
    else y = T(F{}(element(1, i), element(2, i)));
  }
}

/// Runs y = f(x...) for a function without state, of any dtype but bool.
template <int Arity, class F>
void run_numbers(const Io& io, F) {
  visit_dtype(io.out[0].dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (!std::is_same_v<T, bool>)
      run_loop(&plain_loop<T, F, Arity>, io.out[0], io.in, kCostlyGrain);
  });
}
/// The same for floats only.
template <int Arity, class F>
void run_floats(const Io& io, F) {
  visit_dtype(io.out[0].dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (is_float_type<T>)
      run_loop(&plain_loop<T, F, Arity>, io.out[0], io.in, kCostlyGrain);
  });
}

}  // namespace limpid

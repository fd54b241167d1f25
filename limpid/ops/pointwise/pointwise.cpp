#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/core/walk.h"
#include "limpid/op/inplace.h"

namespace limpid {
namespace {
template <class F>
void binary(const Io& io, F f) {
  const AnyView &a = io.in[0], &b = io.in[1], &y = io.out[0];
  visit_dtype(y.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const T *p = static_cast<const T*>(a.data), *q = static_cast<const T*>(b.data);
    T* o = static_cast<T*>(y.data);
    if (a.contiguous && b.contiguous && y.contiguous && a.numel == y.numel && b.numel == y.numel) {
      for (std::int64_t i = 0; i < y.numel; ++i) o[i] = T(f(p[i], q[i]));
      return;
    }
    const Strides sa = broadcast_strides(a, shape_of(y)), sb = broadcast_strides(b, shape_of(y));
    walk<3>(shape_of(y), {sa.data(), sb.data(), y.strides},
            [&](const auto& at) { o[at[2]] = T(f(p[at[0]], q[at[1]])); });
  });
}
}  // namespace
void Add::forward(Reference, const Io& io) const { binary(io, [](auto a, auto b) { return a + b; }); }
void Add::forward(Cpu, const Io& io) const { binary(io, [](auto a, auto b) { return a + b; }); }
void Mul::forward(Reference, const Io& io) const { binary(io, [](auto a, auto b) { return a * b; }); }
void Mul::forward(Cpu, const Io& io) const { binary(io, [](auto a, auto b) { return a * b; }); }
Tensors Mul::gradient(const Backward& b) const {
  return {b.needs(0) ? b.dy() * b.input(1) : Tensor(), b.needs(1) ? b.dy() * b.input(0) : Tensor()};
}
Tensor operator+(const Tensor& a, const Tensor& b) { return apply(Add{}, a, b); }
Tensor operator*(const Tensor& a, const Tensor& b) { return apply(Mul{}, a, b); }
Tensor& Tensor::add_(const Tensor& other) { apply_inplace(Add{}, "add_", *this, other); return *this; }
Tensor& Tensor::mul_(const Tensor& other) { apply_inplace(Mul{}, "mul_", *this, other); return *this; }
}  // namespace limpid

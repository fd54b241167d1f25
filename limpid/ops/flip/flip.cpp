#include "limpid/ops/flip/flip.h"

#include "limpid/core/str.h"
#include "limpid/core/walk.h"
#include "limpid/op/composite.h"

namespace limpid {

Spec Flip::infer(const Inputs& in) const {
  std::uint64_t seen = 0;
  for (std::int64_t dim : dims) {
    const int axis = normalize_axis(dim, in[0].rank());
    if (seen >> axis & 1) throw ShapeError(str("dims ", dims, " name axis ", axis, " twice"));
    seen |= std::uint64_t{1} << axis;
  }
  return in[0];
}

Layout Flip::reversed(const AnyView& x) const {
  Layout out{Shape(shape_of(x)), Strides(std::span(x.strides, shape_of(x).size()))};
  if (x.numel == 0 || x.rank == 0) return out;
  for (std::int64_t dim : dims) {
    const int axis = normalize_axis(dim, x.rank);
    out.offset += (x.shape[axis] - 1) * x.strides[axis];
    out.strides[axis] = -x.strides[axis];
  }
  return out;
}

void Flip::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const Layout from = reversed(x);
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    walk<2>(shape_of(y), {from.strides.data(), y.strides}, [&](const auto& at) {
      static_cast<T*>(y.data)[at[1]] = static_cast<const T*>(x.data)[from.offset + at[0]];
    });
  });
}

// dx = dy in reverse again.
Tensors Flip::gradient(const Backward& b) const { return {flip(b.dy(), dims)}; }

Tensor flip(const Tensor& input, const Shape& dims) { return apply(Flip{dims}, input); }
Tensor Tensor::flip(std::initializer_list<std::int64_t> dims) const {
  return limpid::flip(*this, Shape(dims));
}

Tensor fliplr(const Tensor& input) {
  return composite<Fliplr>({input}, [&] {
    if (input.dim() < 2)
      throw ShapeError(str("needs at least 2 dimensions, got shape ", input.shape()));
    return flip(input, {1});
  });
}
Tensor flipud(const Tensor& input) {
  return composite<Flipud>({input}, [&] {
    if (input.dim() < 1) throw ShapeError("needs at least 1 dimension, got a 0-d tensor");
    return flip(input, {0});
  });
}

Tensor rot90(const Tensor& input, std::int64_t k, const Shape& dims) {
  return composite<Rot90>({input}, [&]() -> Tensor {
    if (dims.rank() != 2)
      throw ValueError(str("dims ", dims, " must name the two axes of a plane"));
    const int from = normalize_axis(dims[0], input.dim()),
              to = normalize_axis(dims[1], input.dim());
    if (from == to)
      throw ValueError(str("dims ", dims, " name axis ", from, " twice; a plane has two"));
    switch (((k % 4) + 4) % 4) {
      case 1: return flip(input, {to}).transpose(from, to);
      case 2: return flip(input, {from, to});
      case 3: return flip(input, {from}).transpose(from, to);
      default: return input.clone();
    }
  });
}

}  // namespace limpid

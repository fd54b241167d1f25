#include "limpid/ops/roll/roll.h"

#include <algorithm>
#include <numeric>

#include "limpid/core/place.h"
#include "limpid/core/str.h"
#include "limpid/core/walk.h"

namespace limpid {

Spec Roll::infer(const Inputs& in) const {
  if (shifts.rank() != dims.rank() || shifts.empty())
    throw ValueError(str("shifts ", shifts, " and dims ", dims, " must pair up"));
  if (in[0].rank() == 0) throw ShapeError("a 0-d tensor has no dimension to move along");
  for (std::int64_t dim : dims) normalize_axis(dim, in[0].rank());
  return in[0];
}

Shape Roll::moves(const Shape& shape) const {
  Shape out(shape.rank());
  std::fill(out.begin(), out.end(), 0);
  for (int i = 0; i < dims.rank(); ++i) {
    const int axis = normalize_axis(dims[i], shape.rank());
    if (const std::int64_t n = shape[axis]; n > 0)
      out[axis] = (out[axis] + (shifts[i] % n + n) % n) % n;
  }
  return out;
}

void Roll::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const Shape shape(shape_of(x)), move = moves(shape);
  const Strides counting = contiguous_strides(shape);
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    walk<2>(shape, {counting.data(), x.strides}, [&](const auto& at) {
      const Shape from = place_of(at[0], shape);
      std::int64_t to = 0;
      for (int i = 0; i < shape.rank(); ++i) to += (from[i] + move[i]) % shape[i] * y.strides[i];
      static_cast<T*>(y.data)[to] = static_cast<const T*>(x.data)[at[1]];
    });
  });
}

// dx = dy moved back. -shift would overflow for the smallest int64, so the moves are reduced first.
Tensors Roll::gradient(const Backward& b) const {
  Roll back{moves(b.dy().shape()), Shape(b.dy().dim())};
  for (std::int64_t& shift : back.shifts) shift = -shift;
  std::iota(back.dims.begin(), back.dims.end(), 0);
  return {apply(back, b.dy())};
}

Tensor roll(const Tensor& input, const Shape& shifts, const Shape& dims) {
  if (dims.empty() && shifts.rank() == 1) return roll(input, shifts[0]);
  return apply(Roll{shifts, dims}, input);
}
Tensor roll(const Tensor& input, std::int64_t shift, std::int64_t dim) {
  return apply(Roll{{shift}, {dim}}, input);
}
Tensor roll(const Tensor& input, std::int64_t shift) {
  return apply(Roll{{shift}, {0}}, input.reshape({-1})).reshape(input.shape());
}
Tensor Tensor::roll(std::int64_t shift, std::int64_t dim) const {
  return limpid::roll(*this, shift, dim);
}

}  // namespace limpid

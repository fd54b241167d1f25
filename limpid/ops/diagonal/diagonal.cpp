#include "limpid/ops/diagonal/diagonal.h"

#include <algorithm>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/core/walk.h"
#include "limpid/op/composite.h"
#include "limpid/tensor/creation.h"

namespace limpid {

Layout Diagonal::of(const Shape& shape, const Strides& strides) const {
  if (shape.rank() < 2) throw IndexError(str("needs at least 2 dimensions, got shape ", shape));
  const int rows = normalize_axis(dim1, shape.rank()), columns = normalize_axis(dim2, shape.rank());
  if (rows == columns)
    throw ValueError(str("dim1 and dim2 are both dimension ", rows, "; a diagonal needs two"));
  Layout out;
  for (int i = 0; i < shape.rank(); ++i) {
    if (i == rows || i == columns) continue;
    out.shape.push_back(shape[i]);
    out.strides.push_back(strides[i]);
  }
  const std::int64_t length = offset >= 0 ? std::min(shape[rows], shape[columns] - offset)
                                          : std::min(shape[rows] + offset, shape[columns]);
  out.shape.push_back(std::max<std::int64_t>(length, 0));
  out.strides.push_back(strides[rows] + strides[columns]);
  if (length > 0) out.offset = offset >= 0 ? offset * strides[columns] : -offset * strides[rows];
  return out;
}

void Diagonal::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const Layout from = of(Shape(shape_of(x)), Strides(std::span(x.strides, shape_of(x).size())));
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    walk<2>(shape_of(y), {from.strides.data(), y.strides}, [&](const auto& at) {
      static_cast<T*>(y.data)[at[1]] = static_cast<const T*>(x.data)[from.offset + at[0]];
    });
  });
}

// dx = dy on the diagonal, 0 elsewhere.
Tensors Diagonal::gradient(const Backward& b) const {
  const Spec& x = b.input_spec();
  const Tensor dx = zeros(x.shape, {.dtype = x.dtype, .device = x.device});
  dx.diagonal(offset, dim1, dim2).copy_(b.dy());
  return {dx};
}

Tensor diagonal(const Tensor& input, std::int64_t offset, std::int64_t dim1, std::int64_t dim2) {
  return apply(Diagonal{offset, dim1, dim2}, input);
}
Tensor Tensor::diagonal(std::int64_t offset, std::int64_t dim1, std::int64_t dim2) const {
  return limpid::diagonal(*this, offset, dim1, dim2);
}

Tensor diag_embed(const Tensor& input, std::int64_t offset, std::int64_t dim1, std::int64_t dim2) {
  return composite<DiagEmbed>({input}, [&] {
    if (input.dim() == 0)
      throw ShapeError("a 0-d tensor is no diagonal; unsqueeze(0) makes it one");
    const int rank = input.dim() + 1;
    const int rows = normalize_axis(dim1, rank), columns = normalize_axis(dim2, rank);
    if (rows == columns)
      throw ValueError(str("dim1 and dim2 are both dimension ", rows, "; a matrix needs two"));
    std::int64_t size = input.shape().back();
    const bool overflows = offset >= 0 ? __builtin_add_overflow(size, offset, &size)
                                       : __builtin_sub_overflow(size, offset, &size);
    if (overflows)
      throw ShapeError(str("offset ", offset, " makes matrices larger than fits an int64"));
    Shape shape = input.shape();
    shape.erase(normalize_axis(-1, input.dim()));
    shape.insert(std::min(rows, columns), size);
    shape.insert(std::max(rows, columns), size);
    const Tensor out = zeros(shape, {.dtype = input.dtype(), .device = input.device()});
    out.diagonal(offset, rows, columns).copy_(input);
    return out;
  });
}

Tensor diag(const Tensor& input, std::int64_t diagonal) {
  return composite<Diag>({input}, [&]() -> Tensor {
    if (input.dim() == 1) return diag_embed(input, diagonal);
    if (input.dim() == 2) return input.diagonal(diagonal).clone();
    throw ShapeError(str("takes a vector or a matrix, got shape ", input.shape(),
                         "; diagonal() and diag_embed() take more dimensions"));
  });
}

}  // namespace limpid

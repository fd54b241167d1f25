#include "limpid/ops/cat/cat.h"

#include <algorithm>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/core/walk.h"
#include "limpid/tensor/creation.h"
#include "limpid/tensor/layout.h"

namespace limpid {

namespace {

/// Throws unless tensor `i` agrees with the first one, `first`, in all sizes but that along `axis`.
void check_fits(const Inputs& in, int first, int i, int axis) {
  const Shape &a = in[first].shape, &b = in[i].shape;
  const auto start = [&] {
    return str("tensor ", i, " has shape ", b, " but tensor ", first, " has shape ", a);
  };
  if (a.rank() != b.rank())
    throw ShapeError(str(start(),
                         ": the numbers of dimensions differ; unsqueeze() adds one, and "
                         "stack() joins along a new one"));
  for (int d = 0; d < a.rank(); ++d)
    if (d != axis && a[d] != b[d])
      throw ShapeError(str(start(), ": they differ in dimension ", d, " (", b[d], " and ", a[d],
                           "), and only dimension ", axis, " may differ"));
}

}  // namespace

Spec Cat::infer(const Inputs& in) const {
  int first = -1, axis = 0;
  Shape shape{0};
  for (int i = 0; i < in.size(); ++i) {
    if (in[i].rank() == 0)
      throw ShapeError(
          str("tensor ", i, " is 0-d and has no dimension to join; stack() joins numbers"));
    if (is_skipped(in[i].shape)) continue;
    if (first < 0) {
      first = i;
      shape = in[i].shape;
      axis = normalize_axis(dim, shape.rank());
      continue;
    }
    check_fits(in, first, i, axis);
    if (__builtin_add_overflow(shape[axis], in[i].shape[axis], &shape[axis]))
      throw ShapeError(
          str("the sizes along dimension ", axis, " add up to more than fits an int64"));
  }
  if (first < 0) normalize_axis(dim, 1);
  return Spec(shape, in[0].dtype, in[0].device);
}

bool Cat::channels_last(const Inputs& in) const {
  return std::any_of(in.begin(), in.end(), [](TensorImpl* t) { return is_channels_last(*t); });
}

void Cat::forward(Reference, const Io& io) const {
  const AnyView& y = io.out[0];
  const int axis = normalize_axis(dim, y.rank);
  std::int64_t start = 0;
  visit_dtype(y.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    for (const AnyView& x : io.in) {
      if (is_skipped(shape_of(x))) continue;
      T* to = static_cast<T*>(y.data) + start * y.strides[axis];
      walk<2>(shape_of(x), {x.strides, y.strides},
              [&](const auto& at) { to[at[1]] = static_cast<const T*>(x.data)[at[0]]; });
      start += x.shape[axis];
    }
  });
}

// d tensors[i] = the part of dy that tensors[i] became.
Tensors Cat::gradient(const Backward& b) const {
  const int axis = normalize_axis(dim, b.dy().dim());
  Tensors out(static_cast<std::size_t>(b.inputs()));
  std::int64_t start = 0;
  for (int i = 0; i < b.inputs(); ++i) {
    const Shape& shape = b.input_shape(i);
    const bool skipped = is_skipped(shape);
    const std::int64_t size = skipped ? 0 : shape[axis];
    Tensor& gradient = out[static_cast<std::size_t>(i)];
    if (b.needs(i) && skipped)
      gradient = zeros(shape, {.dtype = b.dy().dtype(), .device = b.dy().device()});
    else if (b.needs(i)) gradient = b.dy().narrow(axis, start, size);
    start += size;
  }
  return out;
}

Tensor cat(std::span<const Tensor> tensors, std::int64_t dim) {
  return limpid::apply(Cat{dim}, tensors);
}

}  // namespace limpid

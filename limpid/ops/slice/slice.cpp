#include "limpid/ops/slice/slice.h"

#include <algorithm>
#include <cstdlib>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/core/walk.h"

namespace limpid {

namespace {

void check_rank(const char* what, const Shape& list, const Shape& shape) {
  if (list.rank() != shape.rank())
    throw ShapeError(str(what, " ", list, " must have one entry for each of the ", shape.rank(),
                         " axes of shape ", shape));
}

/// The first and the last element that an axis of a region touches must exist.
void check_axis(int axis, std::int64_t begin, std::int64_t size, std::int64_t step,
                std::int64_t n) {
  if (step == 0) throw ValueError(str("the step along dimension ", axis, " is 0"));
  if (size < 0) throw ShapeError(str("the size ", size, " along dimension ", axis, " is negative"));
  if (size == 0) return;
  // In this order nothing can overflow.
  const bool steps_fit =
      size == 1 || (step < n && step > -n && size - 1 <= (n - 1) / std::abs(step));
  if (steps_fit && begin >= 0 && begin < n) {
    const std::int64_t last = begin + (size - 1) * step;
    if (last >= 0 && last < n) return;
  }
  throw IndexError(str("elements ", begin, " + k * ", step, " for k < ", size,
                       " do not lie within dimension ", axis, " of size ", n));
}

}  // namespace

SliceRegion SliceRegion::all(const Shape& shape) {
  SliceRegion out{Shape(shape.rank()), shape, Shape(shape.rank()), 0};
  std::fill(out.begin.begin(), out.begin.end(), 0);
  std::fill(out.step.begin(), out.step.end(), 1);
  return out;
}

Layout SliceRegion::of(const Shape& shape, const Strides& strides) const {
  check_rank("begin", begin, shape);
  check_rank("size", size, shape);
  check_rank("step", step, shape);
  Layout out;
  for (int i = 0; i < shape.rank(); ++i) {
    check_axis(i, begin[i], size[i], step[i], shape[i]);
    out.offset += begin[i] * strides[i];  // of an empty region nobody asks where it begins
    if (!(dropped >> i & 1)) {
      out.shape.push_back(size[i]);
      // A step that is never taken may be as large as it likes.
      out.strides.push_back(size[i] > 1 ? step[i] * strides[i] : strides[i]);
    } else if (size[i] != 1) {
      throw ShapeError(str("dimension ", i, " of size ", size[i], " cannot be dropped"));
    }
  }
  return out;
}

// ---- slice

void StridedSlice::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const Layout region = of(Shape(shape_of(x)), Strides(std::span(x.strides, shape_of(x).size())));
  if (y.numel == 0) return;
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const T* from = static_cast<const T*>(x.data) + region.offset;
    walk<2>(region.shape, {region.strides.data(), y.strides},
            [&](const auto& at) { static_cast<T*>(y.data)[at[1]] = from[at[0]]; });
  });
}

// dx = dy where y looked, 0 elsewhere.
Tensors StridedSlice::gradient(const Backward& b) const {
  return {apply(SliceBackward{{*this}, b.input_shape()}, b.dy())};
}

// ---- slice_backward

Spec SliceBackward::infer(const Inputs& in) const {
  checked_numel(shape);
  const Layout region = of(shape, contiguous_strides(shape));
  if (!(in[0].shape == region.shape))
    throw ShapeError(str("the region has shape ", region.shape, ", not ", in[0].shape));
  return Spec(shape, in[0].dtype, in[0].device);
}

void SliceBackward::forward(Reference, const Io& io) const {
  const AnyView &dy = io.in[0], &dx = io.out[0];
  const Layout region = of(shape, Strides(std::span(dx.strides, shape_of(dx).size())));
  visit_dtype(dx.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    T* to = static_cast<T*>(dx.data);
    walk<1>(shape_of(dx), {dx.strides}, [&](const auto& at) { to[at[0]] = T(0); });
    if (dy.numel == 0) return;
    walk<2>(region.shape, {region.strides.data(), dy.strides}, [&](const auto& at) {
      to[region.offset + at[0]] = static_cast<const T*>(dy.data)[at[1]];
    });
  });
}

// d dy = the region of the gradient that arrives.
Tensors SliceBackward::gradient(const Backward& b) const {
  return {apply(StridedSlice{*this}, b.dy())};
}

// ---- the short forms

namespace {

[[noreturn]] void throw_select(std::int64_t i, int axis, const Shape& shape) {
  throw IndexError(str("select: index ", i, " is out of range for dimension ", axis, " of size ",
                       shape[axis], ": it takes ", -shape[axis], " to ", shape[axis] - 1,
                       " [input ", shape, "]"));
}

}  // namespace

Tensor Tensor::operator[](std::int64_t i) const { return select(0, i); }

Tensor Tensor::select(std::int64_t dim, std::int64_t i) const {
  const Shape& sizes = shape();
  if (sizes.empty())
    throw IndexError(
        "select: a 0-d tensor has no dimension to select from; item() reads its value");
  const int axis = normalize_axis(dim, sizes.rank());
  if (i < -sizes[axis] || i >= sizes[axis]) throw_select(i, axis, sizes);
  StridedSlice op{SliceRegion::all(sizes)};
  op.begin[axis] = i < 0 ? i + sizes[axis] : i;
  op.size[axis] = 1;
  op.dropped = std::uint64_t{1} << axis;
  return apply(op, *this);
}

Tensor Tensor::narrow(std::int64_t dim, std::int64_t start, std::int64_t length) const {
  const Shape& sizes = shape();
  if (sizes.empty()) throw IndexError("narrow: a 0-d tensor has no dimension to narrow");
  const int axis = normalize_axis(dim, sizes.rank());
  const std::int64_t n = sizes[axis];
  if (length < 0)
    throw ValueError(str("narrow: length ", length, " is negative [input ", sizes, "]"));
  if (start < -n || start > n)
    throw IndexError(str("narrow: start ", start, " is out of range for dimension ", axis,
                         " of size ", n, " [input ", sizes, "]"));
  const std::int64_t first = start < 0 ? start + n : start;
  if (length > n - first)
    throw IndexError(str("narrow: ", length, " elements from ", first,
                         " on reach beyond dimension ", axis, " of size ", n, " [input ", sizes,
                         "]"));
  StridedSlice op{SliceRegion::all(sizes)};
  op.begin[axis] = first;
  op.size[axis] = length;
  return apply(op, *this);
}

}  // namespace limpid

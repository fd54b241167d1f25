#include "limpid/ops/unfold_view/unfold_view.h"

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/core/walk.h"
#include "limpid/ops/index_select/index_select.h"
#include "limpid/tensor/creation.h"

namespace limpid {

Layout UnfoldView::of(const Shape& shape, const Strides& strides) const {
  if (shape.rank() == 0) throw ShapeError("a 0-d tensor has no axis to cut into windows");
  if (shape.rank() == Shape::kMaxRank)
    throw ShapeError(str("the windows would need more than ", Shape::kMaxRank, " dimensions"));
  const int axis = normalize_axis(dimension, shape.rank());
  if (step < 1) throw ValueError(str("step is ", step, "; it must be at least 1"));
  if (size < 0 || size > shape[axis])
    throw ShapeError(
        str("windows of size ", size, " do not fit dimension ", axis, " of size ", shape[axis]));
  Layout out;
  out.shape = shape;
  out.strides = strides;
  out.shape[axis] = (shape[axis] - size) / step + 1;
  // A step beyond the end makes one window, whose stride nobody reads.
  out.strides[axis] = out.shape[axis] > 1 ? strides[axis] * step : strides[axis];
  out.shape.push_back(size);
  out.strides.push_back(strides[axis]);
  return out;
}

void UnfoldView::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const Layout from = of(Shape(shape_of(x)), Strides(std::span(x.strides, shape_of(x).size())));
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    walk<2>(shape_of(y), {from.strides.data(), y.strides}, [&](const auto& at) {
      static_cast<T*>(y.data)[at[1]] = static_cast<const T*>(x.data)[at[0]];
    });
  });
}

// dx[i] = the sum of dy over all windows that hold element i.
Tensors UnfoldView::gradient(const Backward& b) const {
  const Spec& x = b.input_spec();
  const int axis = normalize_axis(dimension, x.rank());
  const std::int64_t windows = (x[axis] - size) / step + 1;
  std::vector<std::int64_t> element;  // of window k, place j
  for (std::int64_t k = 0; k < windows; ++k)
    for (std::int64_t j = 0; j < size; ++j) element.push_back(k * step + j);
  const Tensor dx = zeros(x.shape, {.dtype = x.dtype, .device = x.device});
  const Tensor dy = b.dy().movedim(-1, axis + 1).flatten(axis, axis + 1);
  return {index_add(dx, axis, tensor(element, {.device = x.device}), dy)};
}

Tensor unfold_view(const Tensor& input, std::int64_t dimension, std::int64_t size,
                   std::int64_t step) {
  return apply(UnfoldView{dimension, size, step}, input);
}

}  // namespace limpid

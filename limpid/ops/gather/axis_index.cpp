#include "limpid/ops/gather/axis_index.h"

#include "limpid/core/place.h"
#include "limpid/core/str.h"

namespace limpid {

void check_axis_index(const Spec& input, const Spec& index, std::int64_t dim) {
  const int axis = normalize_axis(dim, input.rank());
  if (index.dtype != DType::i64 && index.dtype != DType::i32)
    throw DTypeError(str("index has dtype ", index.dtype, ", but indices are int64 (or int32)"));
  if (numel(index.shape) == 0) return;
  if (std::max(index.rank(), 1) != std::max(input.rank(), 1))
    throw ShapeError(str("index has ", index.rank(), " dimensions but input has ", input.rank(),
                         "; it needs as many, for example by unsqueeze()"));
  for (int i = 0; i < std::min(index.rank(), input.rank()); ++i)
    if (i != axis && index[i] > input[i])
      throw ShapeError(str("index has size ", index[i], " in dimension ", i, " but input only ",
                           input[i], "; only dimension ", axis, " (dim) may be larger"));
}

void check_scattered(const Spec& input, const Spec& index, const Spec& src, std::int64_t dim) {
  check_axis_index(input, index, dim);
  if (input.dtype != src.dtype)
    throw DTypeError(str("src has dtype ", src.dtype, " but input ", input.dtype,
                         "; convert src with .to(", input.dtype, ")"));
  if (!(index.shape == src.shape) && numel(index.shape) > 0)
    throw ShapeError(str("src has shape ", src.shape, " but index ", index.shape,
                         "; each index needs an element of src"));
}

Tensor indexed_part(const Tensor& src, const Tensor& index) {
  Tensor used = src;
  if (src.dim() != index.dim()) return src;  // refused, or index is empty
  for (int i = 0; i < src.dim(); ++i)
    if (index.shape()[i] < src.shape()[i]) used = used.narrow(i, 0, index.shape()[i]);
  return used;
}

namespace {
Strides strides_of(const AnyView& v) {
  return v.rank ? Strides(std::span(v.strides, static_cast<std::size_t>(v.rank))) : Strides{1};
}
}  // namespace

AxisIndex::AxisIndex(const AnyView& big_view, const AnyView& index_view, const AnyView& small_view,
                     std::int64_t dim)
    : shape(index_view.rank ? Shape(shape_of(index_view)) : Shape{1}),
      big(strides_of(big_view)),
      index(strides_of(index_view)),
      small(strides_of(small_view)),
      axis(normalize_axis(dim, big_view.rank)),
      dtype(index_view.dtype),
      indices(index_view.data) {
  if (index_view.numel == 0) return;
  size = big_view.rank ? big_view.shape[axis] : 1;
  step = big[axis];
  big[axis] = 0;
}

void AxisIndex::throw_out_of_range(std::int64_t value, std::int64_t position) const {
  throw IndexError(str("index ", value, " at position ", place_of(position, shape),
                       " is out of range for dimension ", axis, " of size ", size));
}

}  // namespace limpid

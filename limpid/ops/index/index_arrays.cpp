#include "limpid/ops/index/index_arrays.h"

#include <algorithm>

#include "limpid/core/error.h"
#include "limpid/core/str.h"

namespace limpid {

void throw_index(std::int64_t index, std::int64_t axis, std::int64_t n) {
  if (n == 0)
    throw IndexError(
        str("index ", index, " is out of range for dimension ", axis, ", which is empty"));
  throw IndexError(str("index ", index, " is out of range for dimension ", axis, " of size ", n,
                       ": it takes ", -n, " to ", n - 1));
}

Shape common_index_shape(const Shape& axes, const Shape& shape, const Inputs& in, int first) {
  const int count = in.size() - first;
  if (count == 0 || count != axes.rank())
    throw ValueError(str(count, " index arrays for ", axes.rank(), " axes; needs one for each"));
  Shape common;
  for (int k = 0; k < count; ++k) {
    if (axes[k] < 0 || axes[k] >= shape.rank() || (k && axes[k] <= axes[k - 1]))
      throw IndexError(str("axes ", axes, " must ascend and lie within the ", shape.rank(),
                           " dimensions of the input"));
    const Spec& array = in[first + k];
    if (!is_integer(array.dtype) || array.dtype == DType::u8)
      throw DTypeError(
          str("index array ", k, " is ", array.dtype, "; indices are int64, int32, int16 or int8"));
    try {
      common = broadcast_shapes(common, array.shape);
    } catch (const ShapeError&) {
      throw IndexError(str("index arrays must have shapes that broadcast together; array ", k,
                           " of shape ", array.shape, " does not fit those before it, of shape ",
                           common));
    }
  }
  return common;
}

GatheredAxes::GatheredAxes(const Shape& axes, int rank) {
  const bool neighbours = axes.back() - axes[0] + 1 == axes.rank();
  for (int i = 0; i < rank; ++i)
    if (std::find(axes.begin(), axes.end(), i) == axes.end()) rest.push_back(i);
  if (neighbours) before = static_cast<int>(axes[0]);
}

Shape gathered_shape(const Shape& axes, const Shape& shape, const Shape& positions) {
  const GatheredAxes gathered(axes, shape.rank());
  Shape out;
  for (int k = 0; k < gathered.before; ++k) out.push_back(shape[k]);
  for (std::int64_t size : positions) out.push_back(size);
  for (int k = gathered.before; k < gathered.rest.rank(); ++k)
    out.push_back(shape[static_cast<int>(gathered.rest[k])]);
  return out;
}

}  // namespace limpid

#include "limpid/ops/composite/sum_to_size.h"

#include "limpid/core/error.h"
#include "limpid/core/str.h"

namespace limpid {

Tensor sum_to_size(const Tensor& tensor, const Shape& size) {
  const Shape& shape = tensor.shape();
  if (size == shape) return tensor;
  if (!broadcasts_to(size, shape))
    throw ShapeError(str("sum_to_size: shape ", size, " does not broadcast to ", shape));
  Shape axes;
  const int shift = shape.rank() - size.rank();
  for (int i = 0; i < shape.rank(); ++i)
    if (i < shift || (size[i - shift] == 1 && shape[i] != 1)) axes.push_back(i);
  return tensor.sum(axes, /*keepdim=*/true).reshape(size);
}

}  // namespace limpid

#include "limpid/ops/pooling/pool_axes.h"

#include "limpid/core/error.h"
#include "limpid/core/str.h"

namespace limpid {

void check_pool_input(const Shape& shape, int count, const char* axes) {
  const int rank = shape.rank();
  if (rank != count + 1 && rank != count + 2)
    throw ShapeError(str("input must be (N, C, ", axes, ") or (C, ", axes, "), got shape ", shape));
  for (int i = rank - count - 1; i < rank; ++i)
    if (shape[i] == 0)
      throw ShapeError(str("dimension ", i, " of the input is empty; only the batch may be"));
}

void check_pool_order(DType dtype) {
  if (is_bool(dtype))
    throw DTypeError("input is bool, which has no order; convert it with .to(uint8)");
}

void check_pool_float(DType dtype) {
  if (!is_floating(dtype))
    throw DTypeError(str("averages need floats, got ", dtype, "; convert with .to(float32)"));
}

}  // namespace limpid

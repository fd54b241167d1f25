#include "limpid/ops/scatter_add/index_rules.h"

#include "limpid/core/error.h"
#include "limpid/core/str.h"

namespace limpid {

void check_axis_index(const Spec& x, const Spec& index, std::int64_t dim) {
  const int axis = normalize_axis(dim, x.rank());
  if (index.dtype != DType::i64)
    throw DTypeError(str("index has dtype ", index.dtype, "; indices are int64"));
  if (index.rank() != x.rank())
    throw ShapeError(str("index ", index.shape, " must have the rank of the input, ", x.rank()));
  for (int i = 0; i < x.rank(); ++i)
    if (i != axis && index[i] > x[i])
      throw ShapeError(str("dimension ", i, " of index has size ", index[i], ", more than the input's ",
                           x[i]));
}

void throw_bad_place(std::int64_t place, std::int64_t size, int axis) {
  throw IndexError(str("index ", place, " is out of range for axis ", axis, " of size ", size));
}

}  // namespace limpid

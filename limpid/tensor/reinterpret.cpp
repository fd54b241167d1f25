#include "limpid/tensor/reinterpret.h"

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/tensor/layout.h"

namespace limpid {

namespace {

/// Every stride but the last, and the offset, in elements `factor` times as large.
void check_even(const TensorImpl& x, std::int64_t factor, DType dtype) {
  const int last = x.spec.rank() - 1;
  const auto bytes = static_cast<const char*>(x.data) - static_cast<const char*>(x.storage->data);
  bool even = x.spec[last] % factor == 0 && bytes % static_cast<std::int64_t>(size_of(dtype)) == 0;
  for (int i = 0; i < last; ++i) even &= x.strides[i] % factor == 0;
  if (!even)
    throw ShapeError(str("view: shape ", x.spec.shape, " with strides ", x.strides, " of ",
                         x.spec.dtype, " does not divide into elements of ", dtype,
                         "; .contiguous() helps where the last dimension is a multiple of ",
                         factor));
}

}  // namespace

Tensor view_as_dtype(const Tensor& input, DType dtype) {
  const auto from = static_cast<std::int64_t>(size_of(input.dtype()));
  const auto to = static_cast<std::int64_t>(size_of(dtype));
  lay_row_major(*input.impl());
  Tensor out = alias(input.detach());
  out->spec.dtype = dtype;
  if (from == to) return out;
  const int last = input.dim() - 1;
  if (last < 0)
    throw ShapeError(str("view: a 0-d tensor of ", input.dtype(), " has no axis that ", dtype,
                         " could divide or join; their sizes differ"));
  if (input.strides()[last] != 1 && input.size(last) != 1)
    throw ShapeError(str("view: the last dimension must be dense to be seen as ", dtype,
                         ", got strides ", input.strides(), "; call .contiguous() first"));
  if (to > from) check_even(*input.impl(), to / from, dtype);
  for (int i = 0; i < last; ++i) out->strides[i] = input.strides()[i] * from / to;
  out->strides[last] = 1;
  out->spec.shape[last] = input.size(last) * from / to;
  out->numel = numel(out->spec.shape);
  out->contiguous = is_contiguous(out->spec.shape, out->strides);
  return out;
}

}  // namespace limpid

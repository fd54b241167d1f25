#pragma once
// The same bytes as elements of another dtype.

#include "limpid/tensor/tensor.h"

namespace limpid {

/// Shares the memory of `input`, without history. Where the sizes of the elements differ, the last
/// axis, which must be dense, grows or shrinks. ShapeError where it does not come out even.
Tensor view_as_dtype(const Tensor& input, DType dtype);

}  // namespace limpid

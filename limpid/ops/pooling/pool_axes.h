#pragma once
// Checks that poolings share.

#include "limpid/core/dtype.h"
#include "limpid/core/shape.h"

namespace limpid {

/// ShapeError unless `shape` is (N, C, axes...) or (C, axes...), `axes` being "H, W", with no empty
/// dimension but the batch. `count` is the number of axes.
void check_pool_input(const Shape& shape, int count, const char* axes);
/// DTypeError for bool.
void check_pool_order(DType dtype);
/// DTypeError unless it is a float.
void check_pool_float(DType dtype);

}  // namespace limpid

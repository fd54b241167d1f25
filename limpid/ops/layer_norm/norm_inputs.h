#pragma once
// What the normalisations over rows check of their inputs, and how they read weight and bias.

#include "limpid/op/op_info.h"

namespace limpid {

/// The dtype of statistics: 16-bit floats hold too few digits for sums.
DType statistics_dtype(DType input);

/// DTypeError unless the input is floating; ValueError for a negative eps.
void check_norm_input(const Spec& x, double eps);

/// DTypeError unless `parameter` (a weight or bias) is of the dtype of the input or its statistics.
void check_norm_dtype(const char* name, const Spec& parameter, DType input);

/// ShapeError unless normalized_shape is not empty, and is the end of the input's shape and the
/// shape of the parameters, which are the inputs from 1 on, called by `names`.
void check_normalized_shape(const Inputs& in, const Shape& normalized_shape,
                            std::initializer_list<const char*> names);

/// The axes over which statistics go, of the gradient in public ops: the last `count` of `rank`.
Shape last_axes(int rank, int count);
/// And the axes before them.
Shape first_axes(int rank, int count);

/// An element of a floating tensor, or `otherwise` of an optional one that is absent.
double float_element(const AnyView& view, std::int64_t offset, double otherwise);

}  // namespace limpid

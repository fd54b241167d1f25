#pragma once
// What the losses of classes check of their inputs, and how they read targets.

#include "limpid/op/op_info.h"

namespace limpid {

/// The axis of the classes in scores (C,), (N, C) or (N, C, d1, ...).
inline int class_axis(int rank) { return rank == 1 ? 0 : 1; }

/// ShapeError for 0-d, DTypeError unless floating.
void check_scores(const Spec& x);
/// ShapeError unless target has the shape of x without the axis of classes; DTypeError unless it
/// holds int64 or uint8.
void check_class_target(const Spec& x, const Spec& target, int axis);
/// ShapeError unless weight is (C,); DTypeError unless of x's dtype.
void check_class_weight(const Spec& x, const Spec& weight, int axis);

/// The class at every position in row-major order, -1 where it is ignore_index. IndexError names a
/// class that there is not, and its position.
void read_classes(const AnyView& target, std::int64_t classes, std::int64_t ignore_index,
                  std::int64_t* out);
/// IndexError for a class of `target` outside [0, classes), for composites; none on meta.
void check_classes(const Tensor& target, std::int64_t classes);

}  // namespace limpid

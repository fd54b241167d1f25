#include "limpid/ops/cross_entropy/class_targets.h"

#include "limpid/core/place.h"
#include "limpid/core/str.h"
#include "limpid/core/walk.h"
#include "limpid/ops/pointwise_loss/loss_reduction.h"

namespace limpid {

void check_scores(const Spec& x) {
  if (x.rank() == 0)
    throw ShapeError("input is 0-d; it needs an axis of classes: (C,), (N, C) or (N, C, d1, ...)");
  if (!is_floating(x.dtype))
    throw DTypeError(
        str("input has dtype ", x.dtype, ", but scores are floats; convert it with .to(float32)"));
}

void check_class_target(const Spec& x, const Spec& target, int axis) {
  if (target.dtype != DType::i64 && target.dtype != DType::u8)
    throw DTypeError(str("target has dtype ", target.dtype,
                         ", but class indices are int64; convert it with .to(int64)"));
  Shape expected = x.shape;
  expected.erase(axis);
  if (target.shape == expected) return;
  Shape extra = x.shape;
  extra[axis] = 1;
  const bool squeezable = target.shape == extra;
  throw ShapeError(
      str("input ", x.shape, " has scores of ", x[axis], " classes at ", expected,
          " positions, but target has shape ", target.shape,
          squeezable ? str("; drop its axis of size 1 with .squeeze(", axis, ")")
                     : str("; it needs one class index for each position, shape ", expected)));
}

void check_class_weight(const Spec& x, const Spec& weight, int axis) {
  const std::int64_t classes = x[axis];
  if (!(weight.shape == Shape{classes}))
    throw ShapeError(str("weight has shape ", weight.shape, " but there are ", classes,
                         " classes; it needs shape (", classes, ",)"));
  if (weight.dtype != x.dtype)
    throw DTypeError(str("weight has dtype ", weight.dtype, " but input ", x.dtype,
                         "; convert weight with .to(", x.dtype, ")"));
}

namespace {

/// Calls f(class, number of the position) for every position in row-major order.
template <class F>
void for_classes(const AnyView& target, const F& f) {
  std::int64_t i = 0;
  walk<1>(shape_of(target), {target.strides}, [&](const auto& at) {
    if (target.dtype == DType::u8) f(static_cast<const std::uint8_t*>(target.data)[at[0]], i++);
    else f(static_cast<const std::int64_t*>(target.data)[at[0]], i++);
  });
}

[[noreturn]] void throw_no_class(const AnyView& target, std::int64_t c, std::int64_t i,
                                 std::int64_t classes, const std::string& rest) {
  const std::string at =
      target.rank == 1 ? str(i) : to_string(place_of(i, Shape(shape_of(target))));
  throw IndexError(str("class ", c, " at position ", at, ", but there are ", classes,
                       " classes (0 to ", classes - 1, ")", rest));
}

}  // namespace

void read_classes(const AnyView& target, std::int64_t classes, std::int64_t ignore_index,
                  std::int64_t* out) {
  for_classes(target, [&](std::int64_t c, std::int64_t i) {
    if (c != ignore_index && (c < 0 || c >= classes))
      throw_no_class(target, c, i, classes, str(" and ignore_index is ", ignore_index));
    out[i] = c == ignore_index ? -1 : c;
  });
}

void check_classes(const Tensor& target, std::int64_t classes) {
  if (target.device().type == DeviceType::meta) return;
  const AnyView view = target->as_view();
  for_classes(view, [&](std::int64_t c, std::int64_t i) {
    if (c < 0 || c >= classes) throw_no_class(view, c, i, classes, "");
  });
}

}  // namespace limpid

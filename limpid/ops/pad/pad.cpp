#include "limpid/ops/pad/pad.h"

#include "limpid/core/fits.h"
#include "limpid/core/str.h"
#include "limpid/core/walk.h"
#include "limpid/op/autocast.h"
#include "limpid/op/piecewise.h"
#include "limpid/ops/pad/pad_axis.h"

namespace limpid {

namespace {

PadAxis::Mode parse_mode(std::string_view mode) {
  if (mode == "constant") return PadAxis::Mode::constant;
  if (mode == "reflect") return PadAxis::Mode::reflect;
  if (mode == "replicate") return PadAxis::Mode::replicate;
  if (mode == "circular") return PadAxis::Mode::circular;
  throw ValueError(str("there is no mode \"", mode,
                       "\"; use \"constant\", \"reflect\", \"replicate\" or \"circular\""));
}

/// The rules of the modes that show elements of the input.
void check_shown(const PadAxis& axis, int dim, std::int64_t pad, std::string_view mode) {
  if (pad < 0)
    throw ValueError(str("pad ", pad, " of dimension ", dim, " is negative, which only mode ",
                         "\"constant\" allows; narrow() takes elements away"));
  const std::int64_t most = axis.mode == PadAxis::Mode::reflect    ? axis.size - 1
                            : axis.mode == PadAxis::Mode::circular ? axis.size
                            : axis.size > 0                        ? pad
                                                                   : 0;
  if (pad > most && pad > 0)
    throw ShapeError(str("pad ", pad, " of dimension ", dim, " is too large for its size ",
                         axis.size, ": mode \"", mode, "\" allows at most ",
                         std::max<std::int64_t>(most, 0)));
}

PadAxis checked_axis(std::int64_t size, std::int64_t before, std::int64_t after, int dim,
                     std::string_view mode) {
  PadAxis axis{parse_mode(mode), size, before, size};
  constexpr std::int64_t kMost = std::int64_t{1}
                                 << 62;  // sums of two, and negatives, stay in range
  for (const std::int64_t pad : {before, after})
    if (pad < -kMost || pad > kMost)
      throw ShapeError(str("pad ", pad, " of dimension ", dim, " must lie in [-2^62, 2^62]"));
  if (axis.mode != PadAxis::Mode::constant) {
    check_shown(axis, dim, before, mode);
    check_shown(axis, dim, after, mode);
  }
  if (__builtin_add_overflow(axis.padded, before, &axis.padded) ||
      __builtin_add_overflow(axis.padded, after, &axis.padded))
    throw ShapeError(str("pad ", before, " and ", after, " of dimension ", dim,
                         " make it larger than fits an int64"));
  if (axis.padded < 0)
    throw ShapeError(str("pad ", before, " and ", after, " of dimension ", dim, " of size ", size,
                         " take away more than there is"));
  return axis;
}

constexpr std::int64_t kOutside = INT64_MIN;

/// Calls f(place in x or kOutside, place in y) for every element of the padded tensor.
template <class F>
void for_each_padded(const std::vector<PadAxis>& axes, const std::int64_t* x_strides,
                     const std::int64_t* y_strides, F&& f) {
  const Shape shape = padded_shape(axes);
  const Strides counting = contiguous_strides(shape);
  walk<2>(shape, {counting.data(), y_strides}, [&](const auto& at) {
    std::int64_t number = at[0], place = 0;
    bool outside = false;
    for (std::size_t i = axes.size(); i-- > 0; number /= axes[i].padded) {
      const std::int64_t source = axes[i].source(number % axes[i].padded);
      if (source < 0) outside = true;
      else place += source * x_strides[i];
    }
    f(outside ? kOutside : place, at[1]);
  });
}

}  // namespace

std::vector<PadAxis> pad_axes(const Shape& shape, const Shape& pad, std::string_view mode) {
  if (pad.rank() % 2)
    throw ValueError(str("pad ", pad, " must have a pair of numbers for each padded axis"));
  if (pad.rank() / 2 > shape.rank())
    throw ShapeError(
        str("pad ", pad, " is for ", pad.rank() / 2, " axes, but the input has ", shape.rank()));
  std::vector<PadAxis> axes;
  for (int i = 0; i < shape.rank(); ++i) {
    const int pair = 2 * (shape.rank() - 1 - i);
    const bool padded = pair < pad.rank();
    axes.push_back(
        checked_axis(shape[i], padded ? pad[pair] : 0, padded ? pad[pair + 1] : 0, i, mode));
  }
  if (axes.empty()) parse_mode(mode);
  return axes;
}

// ---- pad

Spec Pad::infer(const Inputs& in) const {
  if (value.kind() == Scalar::Kind::floating && !is_floating(in[0].dtype) &&
      value.as_double() != static_cast<double>(value.as_int64()))
    throw DTypeError(str("the value ", value, " does not fit a tensor of ", in[0].dtype,
                         "; convert the tensor with .to(DType::f32) first"));
  require_fits(value, in[0].dtype);
  return Spec(padded_shape(pad_axes(in[0].shape, pad, mode)), in[0].dtype, in[0].device);
}

void Pad::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const std::vector<PadAxis> axes = pad_axes(Shape(shape_of(x)), pad, mode);
    for_each_padded(axes, x.strides, y.strides, [&](std::int64_t from, std::int64_t to) {
      static_cast<T*>(y.data)[to] =
          from == kOutside ? value.to<T>() : static_cast<const T*>(x.data)[from];
    });
  });
}

// A constant: dx = the part of dy that shows x, which is dy padded by as much less.
// Other modes: dx[source(i)] += dy[i].
Tensors Pad::gradient(const Backward& b) const {
  if (mode != "constant") {
    const Tensor dx = apply(PadBackward{b.input_shape(), pad, mode}, b.dy());
    return {mode == "circular" ? dx : piecewise(dx)};
  }
  Shape back = pad;
  for (std::int64_t& n : back) n = -n;
  return {limpid::pad(b.dy(), back)};
}

Tensor pad(const Tensor& input, const Shape& pad, const std::string& mode, Scalar value) {
  if ((mode == "reflect" || mode == "replicate") && autocast_widens(input))
    return limpid::pad(input.to(DType::f32), pad, mode, value);
  return apply(Pad{pad, mode, value}, input);
}

// ---- pad_backward

Spec PadBackward::infer(const Inputs& in) const {
  checked_numel(shape);
  const Shape padded = padded_shape(pad_axes(shape, pad, mode));
  if (!(in[0].shape == padded))
    throw ShapeError(
        str("the gradient has shape ", in[0].shape, ", but the padded tensor ", padded));
  return Spec(shape, in[0].dtype, in[0].device);
}

void PadBackward::forward(Reference, const Io& io) const {
  const AnyView &dy = io.in[0], &dx = io.out[0];
  visit_dtype(dy.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    std::vector<Wide<T>> total(static_cast<std::size_t>(dx.numel), Wide<T>(0));
    for_each_padded(
        pad_axes(shape, pad, mode), dx.strides, dy.strides,  // dx is dense in some order
        [&](std::int64_t to, std::int64_t from) {
          if (to != kOutside)
            total[static_cast<std::size_t>(to)] += Wide<T>(static_cast<const T*>(dy.data)[from]);
        });
    for (std::size_t i = 0; i < total.size(); ++i)
      static_cast<T*>(dx.data)[i] = convert<T>(total[i]);
  });
}

// d dy[i] = what arrives at the source of i.
Tensors PadBackward::gradient(const Backward& b) const { return {limpid::pad(b.dy(), pad, mode)}; }

}  // namespace limpid

#include "limpid/ops/max_pool2d/max_pool2d.h"

#include <limits>

#include "limpid/core/str.h"
#include "limpid/ops/max_pool2d/windows.h"
#include "limpid/ops/gather/gather.h"
#include "limpid/ops/scatter_add/scatter_add.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

/// Number of windows along one side; the errors say which side.
std::int64_t windows(std::string_view side, std::int64_t size, std::int64_t kernel, std::int64_t stride,
                     std::int64_t padding, std::int64_t dilation, bool ceil_mode) {
  if (kernel < 1 || stride < 1 || dilation < 1)
    throw ValueError(str("kernel ", kernel, ", stride ", stride, " and dilation ", dilation, " (", side,
                         ") must be at least 1"));
  if (padding < 0 || 2 * padding > kernel)
    throw ValueError(str("padding ", padding, " (", side, ") must lie between 0 and half the kernel, ",
                         kernel / 2, ": beyond that, windows would see nothing but padding"));
  const std::int64_t reach = dilation * (kernel - 1) + 1, room = size + 2 * padding - reach;
  if (room < 0)
    throw ShapeError(str("a kernel that reaches over ", reach, " does not fit the ", side, " of ", size,
                         " with padding ", padding));
  std::int64_t count = (room + (ceil_mode ? stride - 1 : 0)) / stride + 1;
  if (ceil_mode && (count - 1) * stride >= size + padding) --count;  // it would begin in the padding
  return count;
}

}  // namespace

IntPair MaxPool2d::step() const {
  return {stride.height ? stride.height : kernel_size.height,
          stride.width ? stride.width : kernel_size.width};
}

std::array<Spec, 2> MaxPool2d::infer(const Inputs& in) const {
  const Spec& x = in[0];
  if (x.rank() != 3 && x.rank() != 4)
    throw ShapeError(str("needs images (N, C, H, W) or (C, H, W), got ", x.shape));
  if (is_bool(x.dtype)) throw DTypeError("does not take bool; convert the input with .to()");
  Shape out = x.shape;
  const int h = x.rank() - 2, w = x.rank() - 1;
  out[h] = windows("height", x[h], kernel_size.height, step().height, padding.height, dilation.height,
                   ceil_mode);
  out[w] = windows("width", x[w], kernel_size.width, step().width, padding.width, dilation.width,
                   ceil_mode);
  return {Spec(out, x.dtype, x.device), Spec(out, DType::i64, x.device)};
}

void MaxPool2d::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &values = io.out[0], &indices = io.out[1];
  if (values.numel == 0) return;
  const Planes planes(*this, x, values);
  const std::int64_t row_step = x.strides[x.rank - 2], column_step = x.strides[x.rank - 1];
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    std::int64_t at = 0;  // outputs are contiguous
    for (std::int64_t plane = 0; plane < planes.count; ++plane)
      for (std::int64_t i = 0; i < planes.height; ++i)
        for (std::int64_t j = 0; j < planes.width; ++j, ++at) {
          const T* image = static_cast<const T*>(x.data) + planes.offset(x, plane);
          bool found = false;
          T best{};
          std::int64_t place = 0;
          for (std::int64_t u = 0; u < kernel_size.height; ++u)
            for (std::int64_t v = 0; v < kernel_size.width; ++v) {
              const std::int64_t row = planes.rows.begin(i) + u * dilation.height;
              const std::int64_t column = planes.columns.begin(j) + v * dilation.width;
              if (row < 0 || row >= planes.rows.size || column < 0 || column >= planes.columns.size)
                continue;
              const T here = image[row * row_step + column * column_step];
              if (found && !(here > best) && here == here) continue;
              if (found && best != best && here == here) continue;  // NaN stays
              best = here;
              place = row * planes.columns.size + column;
              found = true;
            }
          static_cast<T*>(values.data)[at] = best;
          static_cast<std::int64_t*>(indices.data)[at] = place;
        }
  });
}

// Each y is one x: dx collects dy at the winners' places. In each plane that is a scatter along one axis.
Tensors MaxPool2d::gradient(const Backward& b) const {
  const Spec& x = b.input_spec();
  const int h = x.rank() - 2;
  Shape flat = x.shape;
  flat[h] = x[h] * x[h + 1];
  flat.erase(h + 1);
  const Tensor nothing = zeros(flat, {.dtype = x.dtype, .device = x.device});
  return {scatter_add(nothing, h, b.output(1).flatten(h), b.dy().flatten(h)).reshape(x.shape)};
}

Tensors max_pool2d_with_indices(const Tensor& input, IntPair kernel_size, MaxPool2dOptions o) {
  return apply_many(MaxPool2d{kernel_size, o.stride, o.padding, o.dilation, o.ceil_mode}, input);
}

Tensor max_pool2d(const Tensor& input, IntPair kernel_size, MaxPool2dOptions options) {
  return max_pool2d_with_indices(input, kernel_size, options)[0];
}

}  // namespace limpid

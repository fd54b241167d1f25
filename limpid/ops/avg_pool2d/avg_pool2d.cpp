#include "limpid/ops/avg_pool2d/avg_pool2d.h"

#include "limpid/core/rows.h"
#include "limpid/core/str.h"
#include "limpid/op/autocast.h"
#include "limpid/op/composite.h"
#include "limpid/op/piecewise.h"
#include "limpid/ops/avg_pool2d/windows.h"
#include "limpid/ops/matmul/matmul.h"
#include "limpid/ops/pooling/pool_axes.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

/// The matrix R (or C) of avg_pool2d.h for one axis: (windows, size).
Tensor averaging_matrix(const WindowAxis& axis, std::int64_t windows, bool count_padding,
                        bool divide, const Spec& x) {
  std::vector<double> entries(static_cast<std::size_t>(windows * axis.size));
  for (std::int64_t o = 0; o < windows; ++o)
    for (std::int64_t k = axis.first(o); k < axis.last(o); ++k)
      entries[static_cast<std::size_t>(o * axis.size + axis.place(o, k))] =
          divide ? 1.0 / static_cast<double>(counted(axis, o, count_padding)) : 1.0;
  return from_values<double>(entries, {windows, axis.size}, {.dtype = DType::f64}).to(x.dtype);
}

void check_override(const std::optional<std::int64_t>& divisor) {
  if (divisor && *divisor == 0)
    throw ValueError("divisor_override is 0; leave it out to divide by the size of the window");
}

}  // namespace

Spec AvgPool2d::infer(const Inputs& in) const {
  const Spec& x = in[0];
  check_pool_float(x.dtype);
  check_pool_input(x.shape, 2, "H, W");
  check_window_pair(kernel_size, "kernel_size", 1);
  check_window_pair(stride, "stride", 1);
  check_window_pair(padding, "padding", 0);
  Shape shape = x.shape;
  const auto [rows, columns] = window_axes(*this, x.shape);
  shape[x.rank() - 2] = check_windows(rows, "height", ceil_mode);
  shape[x.rank() - 1] = check_windows(columns, "width", ceil_mode);
  return Spec(shape, x.dtype, x.device);
}

double AvgPool2d::flops(const Inputs& in) const {
  return static_cast<double>(numel(infer(in).shape)) *
         static_cast<double>(kernel_size.height * kernel_size.width);
}

void AvgPool2d::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const auto [rows, columns] = window_axes(*this, shape_of(x));
  const std::int64_t row_step = x.strides[x.rank - 2], column_step = x.strides[x.rank - 1];
  Shape planes(shape_of(x));
  planes[x.rank - 2] = planes[x.rank - 1] = 1;
  visit_float(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    T* out = static_cast<T*>(y.data);
    walk<1>(planes, {x.strides}, [&](const auto& at) {
      const T* plane = static_cast<const T*>(x.data) + at[0];
      for (std::int64_t oy = 0; oy < y.shape[y.rank - 2]; ++oy)
        for (std::int64_t ox = 0; ox < y.shape[y.rank - 1]; ++ox) {
          Wide<T> sum = 0;
          for (std::int64_t i = rows.first(oy); i < rows.last(oy); ++i)
            for (std::int64_t j = columns.first(ox); j < columns.last(ox); ++j)
              sum +=
                  Wide<T>(plane[rows.place(oy, i) * row_step + columns.place(ox, j) * column_step]);
          const std::int64_t size =
              counted(rows, oy, count_include_pad) * counted(columns, ox, count_include_pad);
          *out++ = convert<T>(sum / Wide<T>(divisor_override ? divisor_override : size));
        }
    });
  });
}

// dx = R^T dy C; with a divisor of its own, R and C are 1 and 0, and dy is divided by it.
Tensors AvgPool2d::gradient(const Backward& b) const {
  const Spec& x = b.input_spec();
  const Shape& out = b.dy().shape();
  const auto [rows, columns] = window_axes(*this, x.shape);
  const bool divide = divisor_override == 0;
  const Tensor r = averaging_matrix(rows, out[out.rank() - 2], count_include_pad, divide, x);
  const Tensor c = averaging_matrix(columns, out.back(), count_include_pad, divide, x);
  const Tensor dx = matmul(matmul(r.t(), b.dy()), c);
  return {piecewise(divide ? dx : dx / Scalar(static_cast<double>(divisor_override)))};
}

Tensor avg_pool2d(const Tensor& input, IntPair kernel_size, AvgPool2dOptions o) {
  return composite<AvgPool2d>({input}, [&] {
    check_override(o.divisor_override);
    return apply(AvgPool2d{kernel_size, o.stride.value_or(kernel_size), o.padding, o.ceil_mode,
                           o.count_include_pad, o.divisor_override.value_or(0)},
                 input);
  });
}

Tensor avg_pool1d(const Tensor& input, std::int64_t kernel_size, AvgPool1dOptions o) {
  return composite<AvgPool1d>({input}, [&] {
    const AvgPool2d flat{{1, kernel_size},
                         {1, o.stride.value_or(kernel_size)},
                         {0, o.padding},
                         o.ceil_mode,
                         o.count_include_pad};
    check_pool_float(input.dtype());
    check_pool_input(input.shape(), 1, "L");
    check_window_number(flat.kernel_size.width, "kernel_size", 1);
    check_window_number(flat.stride.width, "stride", 1);
    check_window_number(flat.padding.width, "padding", 0);
    check_windows(window_axes(flat, Shape{1, input.shape().back()})[1], "length", o.ceil_mode);
    return apply(flat, input.unsqueeze(-2)).squeeze(-2);
  });
}

namespace {

/// The two poolings that avg_pool3d is made of: over slices, and then over depth. A divisor of its
/// own divides once, behind both.
struct Steps {
  AvgPool2d slices, deep;
  Steps(IntTriple kernel, IntTriple stride, const AvgPool3dOptions& o) {
    const std::int64_t divisor = o.divisor_override ? 1 : 0;
    slices = {{kernel.height, kernel.width},
              {stride.height, stride.width},
              {o.padding.height, o.padding.width},
              o.ceil_mode,
              o.count_include_pad,
              divisor};
    deep = {{kernel.depth, 1}, {stride.depth, 1},   {o.padding.depth, 0},
            o.ceil_mode,       o.count_include_pad, divisor};
  }
};

void check_volume(const Tensor& input, IntTriple kernel, IntTriple stride, const Steps& steps,
                  const AvgPool3dOptions& o) {
  check_override(o.divisor_override);
  check_pool_float(input.dtype());
  check_pool_input(input.shape(), 3, "D, H, W");
  check_window_triple(kernel, "kernel_size", 1);
  check_window_triple(stride, "stride", 1);
  check_window_triple(o.padding, "padding", 0);
  check_windows(window_axes(steps.deep, Shape{input.size(-3), 1})[0], "depth", o.ceil_mode);
  const auto [rows, columns] = window_axes(steps.slices, input.shape());
  check_windows(rows, "height", o.ceil_mode);
  check_windows(columns, "width", o.ceil_mode);
}

}  // namespace

Tensor avg_pool3d(const Tensor& input, IntTriple kernel, AvgPool3dOptions o) {
  if (autocast_widens(input)) return avg_pool3d(input.to(DType::f32), kernel, o);
  return composite<AvgPool3d>({input}, [&] {
    const IntTriple stride = o.stride.value_or(kernel);
    const Steps steps(kernel, stride, o);
    check_volume(input, kernel, stride, steps, o);
    const Shape& x = input.shape();
    const int d = x.rank() - 3;
    const std::int64_t outer = numel(x) / (x[d] * x[d + 1] * x[d + 2]);
    const Tensor flat = apply(steps.slices, input.reshape({outer, x[d], x[d + 1], x[d + 2]}));
    const Tensor y = apply(steps.deep, flat.reshape({outer, 1, x[d], flat.size(2) * flat.size(3)}));
    Shape out = x;
    out[d] = y.size(2), out[d + 1] = flat.size(2), out[d + 2] = flat.size(3);
    const Tensor shaped = y.reshape(out);
    return o.divisor_override ? shaped / Scalar(static_cast<double>(*o.divisor_override)) : shaped;
  });
}

}  // namespace limpid

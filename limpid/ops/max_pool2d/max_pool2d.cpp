#include "limpid/ops/max_pool2d/max_pool2d.h"

#include "limpid/core/rows.h"
#include "limpid/core/str.h"
#include "limpid/op/piecewise.h"
#include "limpid/ops/max_pool2d/windows.h"
#include "limpid/ops/pooling/pool_axes.h"
#include "limpid/ops/pooling/scatter_winners.h"

namespace limpid {

std::array<Spec, 2> MaxPool2d::infer(const Inputs& in) const {
  const Spec& x = in[0];
  check_pool_order(x.dtype);
  check_pool_input(x.shape, 2, "H, W");
  check_window_pair(kernel_size, "kernel_size", 1);
  check_window_pair(stride, "stride", 1);
  check_window_pair(padding, "padding", 0);
  check_window_pair(dilation, "dilation", 1);
  Shape shape = x.shape;
  const auto [rows, columns] = window_axes(*this, x.shape);
  shape[x.rank() - 2] = check_windows(rows, "height", ceil_mode);
  shape[x.rank() - 1] = check_windows(columns, "width", ceil_mode);
  return {Spec(shape, x.dtype, x.device), Spec(shape, DType::i64, x.device)};
}

double MaxPool2d::flops(const Inputs& in) const {
  return static_cast<double>(numel(infer(in)[0].shape)) *
         static_cast<double>(kernel_size.height * kernel_size.width);
}

void MaxPool2d::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const auto [rows, columns] = window_axes(*this, shape_of(x));
  const std::int64_t row_step = x.strides[x.rank - 2], column_step = x.strides[x.rank - 1];
  const std::int64_t out_rows = y.shape[y.rank - 2], out_columns = y.shape[y.rank - 1];
  Shape planes(shape_of(x));
  planes[x.rank - 2] = planes[x.rank - 1] = 1;
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    T* value = static_cast<T*>(y.data);
    std::int64_t* index = static_cast<std::int64_t*>(io.out[1].data);
    walk<1>(planes, {x.strides}, [&](const auto& at) {
      const T* plane = static_cast<const T*>(x.data) + at[0];
      for (std::int64_t oy = 0; oy < out_rows; ++oy)
        for (std::int64_t ox = 0; ox < out_columns; ++ox) {
          std::int64_t winner = -1;
          Wide<T> best{};
          for (std::int64_t i = rows.first(oy); i < rows.last(oy); ++i)
            for (std::int64_t j = columns.first(ox); j < columns.last(ox); ++j) {
              const std::int64_t iy = rows.place(oy, i), ix = columns.place(ox, j);
              const Wide<T> v(plane[iy * row_step + ix * column_step]);
              if (winner >= 0 && !(v > best || is_nan(v)))
                continue;  // the last NaN wins, as in PyTorch
              best = v;
              winner = iy * columns.size + ix;
            }
          *value++ = convert<T>(best);
          *index++ = winner;
        }
    });
  });
}

// The winner of each window gets its gradient; an element that won several windows, their sum.
Tensors MaxPool2d::gradient(const Backward& b) const {
  return {piecewise(scatter_winners(b.dy(), b.output(1), b.input_spec()))};
}

MaxPool2dResult max_pool2d_with_indices(const Tensor& input, IntPair kernel_size,
                                        MaxPool2dOptions options) {
  Tensors out = apply_many(MaxPool2d{kernel_size, options.stride.value_or(kernel_size),
                                     options.padding, options.dilation, options.ceil_mode},
                           input);
  return {std::move(out[0]), std::move(out[1])};
}

Tensor max_pool2d(const Tensor& input, IntPair kernel_size, MaxPool2dOptions options) {
  return max_pool2d_with_indices(input, kernel_size, options).values;
}

}  // namespace limpid

// Averages go through the separable sums of pooling/mean_windows.h. Maxima are searched window by
// window, planes shared among threads: windows are large and there are few of them.

#include "limpid/backends/cpu/operand.h"
#include "limpid/ops/adaptive_pool/adaptive_pool.h"
#include "limpid/ops/adaptive_pool/adaptive_window.h"
#include "limpid/ops/pooling/mean_windows.h"
#include "limpid/ops/pooling/scatter_planes.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

MeanAxis mean_axis(const AdaptiveAxis& axis) {
  MeanAxis out;
  out.size = axis.size;
  for (std::int64_t o = 0; o < axis.windows; ++o) {
    out.first.push_back(axis.first(o));
    out.last.push_back(axis.last(o));
    out.divisor.push_back(static_cast<double>(axis.last(o) - axis.first(o)));
  }
  return out;
}

/// The winners of one plane.
template <class T>
void search(const AdaptiveAxis& rows, const AdaptiveAxis& columns, const T* plane, T* values,
            std::int64_t* indices) {
  for (std::int64_t oy = 0; oy < rows.windows; ++oy)
    for (std::int64_t ox = 0; ox < columns.windows; ++ox) {
      const std::int64_t left = columns.first(ox), right = columns.last(ox);
      std::int64_t winner = rows.first(oy) * columns.size + left;
      T best = plane[winner];
      for (std::int64_t i = rows.first(oy); i < rows.last(oy); ++i)
        for (std::int64_t at = i * columns.size + left; at < i * columns.size + right; ++at)
          if (plane[at] > best || is_nan(plane[at])) best = plane[at], winner = at;
      *values++ = best;
      *indices++ = winner;
    }
}

template <class T>
void search_all(const AdaptiveAxis& rows, const AdaptiveAxis& columns, const Io& io) {
  constexpr std::int64_t kGrain = 16384;  // elements worth a thread
  Operand x(io.in[0], dtype_of<T>()), y(io.out[0], dtype_of<T>());
  const T* from = x.read().template as<T>();
  T* values = y.template as<T>();
  std::int64_t* indices = static_cast<std::int64_t*>(io.out[1].data);
  const std::int64_t plane = rows.size * columns.size, windows = rows.windows * columns.windows;
  parallel_for(
      0, io.in[0].numel / plane, kGrain / plane + 1, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t p = first; p < last; ++p)
          search(rows, columns, from + p * plane, values + p * windows, indices + p * windows);
      });
  y.write();
}

}  // namespace

void AdaptiveAvgPool2d::forward(Cpu, const Io& io) const {
  const AnyView& x = io.in[0];
  if (io.out[0].numel == 0) return;
  mean_windows(mean_axis({x.shape[x.rank - 2], output_size.height}),
               mean_axis({x.shape[x.rank - 1], output_size.width}), x, io.out[0]);
}

Tensors AdaptiveAvgPool2d::backward(Cpu, const Backward& b) const {
  const Spec& x = b.input_spec();
  if (b.dy().numel() == 0) return {zeros(x.shape, {.dtype = x.dtype})};
  const Tensor dx = b.empty_input();
  spread_means(mean_axis({x[x.rank() - 2], output_size.height}),
               mean_axis({x[x.rank() - 1], output_size.width}), b.dy()->as_view(), dx->as_view());
  return {dx};
}

void AdaptiveMaxPool2d::forward(Cpu, const Io& io) const {
  const AnyView& x = io.in[0];
  if (io.out[0].numel == 0) return;
  const AdaptiveAxis rows{x.shape[x.rank - 2], output_size.height};
  const AdaptiveAxis columns{x.shape[x.rank - 1], output_size.width};
  const DType dtype = compute_dtype(x.dtype);
  if (dtype == DType::f32) search_all<float>(rows, columns, io);
  else if (dtype == DType::f64) search_all<double>(rows, columns, io);
  else search_all<std::int64_t>(rows, columns, io);
}

Tensors AdaptiveMaxPool2d::backward(Cpu, const Backward& b) const {
  const Spec& x = b.input_spec();
  const Tensor dx = empty(x.shape, {.dtype = x.dtype}), dy = b.dy().contiguous();
  const std::int64_t plane = x[x.rank() - 2] * x[x.rank() - 1];
  const std::int64_t windows = output_size.height * output_size.width;
  scatter_planes(dy->as_view(), b.output(1)->as_view(), dx->as_view(), numel(x.shape) / plane,
                 windows, plane);
  return {dx};
}

}  // namespace limpid

// Convolution as it is defined, partly vectorised: a row of pixels at a time.
//
// For one output row (n, k, oy) the sum over channels c and taps (i, j) adds, to each pixel ox,
//   w[k,c,i,j] * x[n, c, oy*stride + i*dilation - top, ox*stride + j*dilation - left].
// With c, i, j fixed that is a row of the image times one number, so the innermost loop runs along
// ox, and the compiler makes it a vector loop where the stride is 1. Pixels outside the image are
// zeros: instead of testing each, Operands::columns gives the ox whose pixel lies inside. The two
// gradients walk the same terms with the roles changed:
//   input gradient   the row of dy is spread over the row of dx (patches overlap: it must add)
//   weight gradient  a row of dy and a row of x give one number of dw, their dot product
// No memory beside the operands, and every element is computed by one thread: the results do not
// depend on the number of threads. Good for depthwise convolutions, where a matrix product has no
// width; slow otherwise, since each loaded pixel is used once.

#include <algorithm>
#include <vector>

#include "limpid/backends/cpu/parallel.h"
#include "limpid/ops/conv2d/ladder.h"
#include "limpid/ops/conv2d/maps_in_order.h"

namespace limpid {

namespace {

/// The output positions o in [first, last) for which o * stride + shift lies in [0, size).
struct Span {
  std::int64_t first, last;
};
Span visible(std::int64_t outputs, std::int64_t stride, std::int64_t shift, std::int64_t size) {
  const std::int64_t first = shift >= 0 ? 0 : (-shift + stride - 1) / stride;
  const std::int64_t last = size - shift <= 0 ? 0 : (size - shift - 1) / stride + 1;
  return {std::min(first, outputs), std::clamp(last, std::min(first, outputs), outputs)};
}

/// Typed operands and the places of rows in them.
template <class T>
struct Operands {
  const ConvolutionSizes& s;
  T *x, *w, *y;
  const T* bias;
  const Convolution& all;
  std::vector<Span>
      columns;  ///< for tap j of a row: the output columns that see a pixel of the image
  explicit Operands(const Convolution& c)
      : s(c.sizes),
        x(static_cast<T*>(c.x)),
        w(static_cast<T*>(c.w)),
        y(static_cast<T*>(c.y)),
        bias(static_cast<const T*>(c.bias)),
        all(c) {
    for (std::int64_t j = 0; j < s.kernel_width; ++j)  // once: divisions are slow
      columns.push_back(visible(s.out_width, s.stride_width, shift(j), s.width));
  }

  T* x_row(std::int64_t n, std::int64_t c, std::int64_t row) const {
    return x + ((n * s.in_channels + c) * s.height + row) * s.width;
  }
  T* y_row(std::int64_t n, std::int64_t k, std::int64_t row) const {
    return y + ((n * s.out_channels + k) * s.out_height + row) * s.out_width;
  }
  T* tap(std::int64_t k, std::int64_t c, std::int64_t i, std::int64_t j) const {
    return w + ((k * s.group_inputs() + c) * s.kernel_height + i) * s.kernel_width + j;
  }
  /// The first channel of x that output channel k reads.
  std::int64_t first_input(std::int64_t k) const {
    return k / s.group_outputs() * s.group_inputs();
  }
  /// Under tap j, output column ox sees the pixel ox * stride + shift of its row.
  std::int64_t shift(std::int64_t j) const { return j * s.dilation_width - s.left; }
};

/// to[i * to_step] += w * from[i * from_step] for i in [first, last).
template <class T>
void add_row(T w, const T* __restrict from, std::int64_t from_step, T* __restrict to,
             std::int64_t to_step, const Span& inside) {
  if (from_step == 1 && to_step == 1)
    for (std::int64_t i = inside.first; i < inside.last; ++i) to[i] += w * from[i];
  else
    for (std::int64_t i = inside.first; i < inside.last; ++i)
      to[i * to_step] += w * from[i * from_step];
}

/// Multiply-adds after which a second thread pays.
std::int64_t grain(std::int64_t work_of_a_step) { return (1 << 15) / (work_of_a_step + 1) + 1; }

template <class T>
void forward_row(const Operands<T>& o, std::int64_t n, std::int64_t k, std::int64_t oy) {
  const ConvolutionSizes& s = o.s;
  T* y = o.y_row(n, k, oy);
  const std::int64_t first = o.first_input(k);
  std::fill_n(y, s.out_width, o.bias ? o.bias[k] : T(0));
  for (std::int64_t c = 0; c < s.group_inputs(); ++c)
    for (std::int64_t i = 0; i < s.kernel_height; ++i) {
      const std::int64_t row = oy * s.stride_height + i * s.dilation_height - s.top;
      if (row < 0 || row >= s.height) continue;
      for (std::int64_t j = 0; j < s.kernel_width; ++j) {
        const T w = *o.tap(k, c, i, j);
        const T* x = o.x_row(n, first + c, row) + o.shift(j);
        add_row(w, x, s.stride_width, y, 1, o.columns[static_cast<std::size_t>(j)]);
      }
    }
  if (o.all.finish) o.all.finish(o.all.dtype, y, s.out_width);
}

template <class T>
void forward(const Operands<T>& o) {
  const ConvolutionSizes& s = o.s;
  const std::int64_t rows = s.batch * s.out_channels * s.out_height;
  parallel_for(0, rows, grain(s.out_width * s.group_inputs() * s.kernel()),
               [&](std::int64_t first, std::int64_t last) {
                 for (std::int64_t r = first; r < last; ++r)
                   forward_row(o, r / s.out_height / s.out_channels,
                               r / s.out_height % s.out_channels, r % s.out_height);
               });
}

/// Spreads row `oy` of dy, channel k, over channel c of dx.
template <class T>
void spread_row(const Operands<T>& o, std::int64_t n, std::int64_t k, std::int64_t c,
                std::int64_t oy) {
  const ConvolutionSizes& s = o.s;
  const T* y = o.y_row(n, k, oy);
  const std::int64_t first = o.first_input(k);
  for (std::int64_t i = 0; i < s.kernel_height; ++i) {
    const std::int64_t row = oy * s.stride_height + i * s.dilation_height - s.top;
    if (row < 0 || row >= s.height) continue;
    for (std::int64_t j = 0; j < s.kernel_width; ++j) {
      const T w = *o.tap(k, c, i, j);
      T* x = o.x_row(n, first + c, row) + o.shift(j);
      add_row(w, y, 1, x, s.stride_width, o.columns[static_cast<std::size_t>(j)]);
    }
  }
}

template <class T>
void input_gradient(const Operands<T>& o) {
  const ConvolutionSizes& s = o.s;
  parallel_for(0, s.batch * s.in_channels, grain(s.out_image() * s.group_outputs() * s.kernel()),
               [&](std::int64_t first, std::int64_t last) {
                 for (std::int64_t r = first; r < last; ++r) {
                   const std::int64_t n = r / s.in_channels, c = r % s.in_channels;
                   const std::int64_t k = c / s.group_inputs() * s.group_outputs();
                   std::fill_n(o.x_row(n, c, 0), s.image(), T(0));
                   for (std::int64_t q = k; q < k + s.group_outputs(); ++q)
                     for (std::int64_t oy = 0; oy < s.out_height; ++oy)
                       spread_row(o, n, q, c % s.group_inputs(), oy);
                 }
               });
}

/// Sum over ox of x[ox * stride] y[ox], in eight parts, so that it can be computed with vectors.
template <class T>
T dot(const T* x, const T* y, std::int64_t count, std::int64_t stride) {
  T parts[8] = {};
  std::int64_t i = 0;
  if (stride == 1)
    for (; i + 8 <= count; i += 8)
      for (int p = 0; p < 8; ++p) parts[p] += x[i + p] * y[i + p];
  for (; i < count; ++i) parts[i % 8] += x[i * stride] * y[i];
  return ((parts[0] + parts[4]) + (parts[1] + parts[5])) +
         ((parts[2] + parts[6]) + (parts[3] + parts[7]));
}

template <class T>
T weight_gradient_at(const Operands<T>& o, std::int64_t k, std::int64_t c, std::int64_t i,
                     std::int64_t j) {
  const ConvolutionSizes& s = o.s;
  const Span columns = o.columns[static_cast<std::size_t>(j)];
  const Span rows = visible(s.out_height, s.stride_height, i * s.dilation_height - s.top, s.height);
  T total = 0;
  const std::int64_t first = o.first_input(k);
  for (std::int64_t n = 0; n < s.batch; ++n) {
    T image = 0;  // sums of sums lose less than one long sum
    for (std::int64_t oy = rows.first; oy < rows.last; ++oy) {
      const std::int64_t row = oy * s.stride_height + i * s.dilation_height - s.top;
      const T* x = o.x_row(n, first + c, row) + o.shift(j);
      image += dot(x + columns.first * s.stride_width, o.y_row(n, k, oy) + columns.first,
                   columns.last - columns.first, s.stride_width);
    }
    total += image;
  }
  return total;
}

template <class T>
void weight_gradient(const Operands<T>& o) {
  const ConvolutionSizes& s = o.s;
  parallel_for(
      0, s.w_numel(), grain(s.batch * s.out_image()), [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t at = first; at < last; ++at) {
          const std::int64_t channel = at / s.kernel(), tap = at % s.kernel();
          o.w[at] = weight_gradient_at(o, channel / s.group_inputs(), channel % s.group_inputs(),
                                       tap / s.kernel_width, tap % s.kernel_width);
        }
      });
}

template <class T>
void run_as(const Convolution& c, ConvolutionPass pass) {
  const Operands<T> o(c);
  if (pass == ConvolutionPass::forward) forward(o);
  else if (pass == ConvolutionPass::input_gradient) input_gradient(o);
  else weight_gradient(o);
}

void run(const ConvProblem& p, const Convolution& c) {
  const MapsInOrder maps(p, c, false);
  if (p.dtype == DType::f32) run_as<float>(maps.operands(), p.pass);
  else if (p.dtype == DType::f64) run_as<double>(maps.operands(), p.pass);
  else run_as<std::uint64_t>(maps.operands(), p.pass);  // integers wrap
  maps.write();
}

}  // namespace

extern const ConvRung kConvRows{"rows", "the sum as it is defined, a row of pixels at a time",
                                &run};

}  // namespace limpid

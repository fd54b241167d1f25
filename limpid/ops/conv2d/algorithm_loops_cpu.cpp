// Convolution in plain loops, to be read.
//
// Four loops go over the outputs (image n, channel k, row oy, column ox); for each, the products of
// the window are added one by one:
//   y[n,k,oy,ox] = b[k] + sum over c, i, j of w[k,c,i,j] x[n, c, oy*stride + i*dilation - top, ...]
// The gradients turn the same sum round. dx[n,c,y,x] gathers over k and over the taps (i, j) that
// looked at the pixel: those with y + top - i*dilation = oy*stride. dw[k,c,i,j] adds the products
// of dy and x over all images and outputs. A pixel outside the image is skipped.
//
// Why it is slow: each step of the innermost loop is one multiply-add behind two tests and two
// address computations, nothing is done on vectors, and the same pixels are loaded anew for every
// output that sees them. The next rung (rows) moves the tests out and works on rows.

#include "limpid/backends/cpu/parallel.h"
#include "limpid/ops/conv2d/ladder.h"
#include "limpid/ops/conv2d/maps_in_order.h"

namespace limpid {

namespace {

template <class T>
struct Plain {
  const ConvolutionSizes& s;
  T *x, *w, *y;
  const T* bias;

  T& x_at(std::int64_t n, std::int64_t c, std::int64_t row, std::int64_t column) const {
    return x[((n * s.in_channels + c) * s.height + row) * s.width + column];
  }
  T& w_at(std::int64_t k, std::int64_t c, std::int64_t i, std::int64_t j) const {
    return w[((k * s.group_inputs() + c) * s.kernel_height + i) * s.kernel_width + j];
  }
  T& y_at(std::int64_t n, std::int64_t k, std::int64_t oy, std::int64_t ox) const {
    return y[((n * s.out_channels + k) * s.out_height + oy) * s.out_width + ox];
  }

  /// One output.
  T output(std::int64_t n, std::int64_t k, std::int64_t oy, std::int64_t ox) const {
    const std::int64_t first = k / s.group_outputs() * s.group_inputs();
    T sum = bias ? bias[k] : T(0);
    for (std::int64_t c = 0; c < s.group_inputs(); ++c)
      for (std::int64_t i = 0; i < s.kernel_height; ++i)
        for (std::int64_t j = 0; j < s.kernel_width; ++j) {
          const std::int64_t row = oy * s.stride_height + i * s.dilation_height - s.top;
          const std::int64_t column = ox * s.stride_width + j * s.dilation_width - s.left;
          if (row < 0 || row >= s.height || column < 0 || column >= s.width) continue;
          sum += w_at(k, c, i, j) * x_at(n, first + c, row, column);
        }
    return sum;
  }

  /// The gradient of one pixel.
  T pixel(std::int64_t n, std::int64_t c, std::int64_t row, std::int64_t column) const {
    const std::int64_t first = c / s.group_inputs() * s.group_outputs();
    T sum = 0;
    for (std::int64_t k = first; k < first + s.group_outputs(); ++k)
      for (std::int64_t i = 0; i < s.kernel_height; ++i)
        for (std::int64_t j = 0; j < s.kernel_width; ++j) {
          const std::int64_t down = row + s.top - i * s.dilation_height;
          const std::int64_t right = column + s.left - j * s.dilation_width;
          if (down < 0 || right < 0 || down % s.stride_height || right % s.stride_width) continue;
          const std::int64_t oy = down / s.stride_height, ox = right / s.stride_width;
          if (oy >= s.out_height || ox >= s.out_width) continue;
          sum += w_at(k, c % s.group_inputs(), i, j) * y_at(n, k, oy, ox);
        }
    return sum;
  }

  /// The gradient of one weight. Sums of an image are added up, which loses less than one long sum.
  T tap(std::int64_t k, std::int64_t c, std::int64_t i, std::int64_t j) const {
    const std::int64_t channel = k / s.group_outputs() * s.group_inputs() + c;
    T total = 0;
    for (std::int64_t n = 0; n < s.batch; ++n) {
      T image = 0;
      for (std::int64_t oy = 0; oy < s.out_height; ++oy)
        for (std::int64_t ox = 0; ox < s.out_width; ++ox) {
          const std::int64_t row = oy * s.stride_height + i * s.dilation_height - s.top;
          const std::int64_t column = ox * s.stride_width + j * s.dilation_width - s.left;
          if (row < 0 || row >= s.height || column < 0 || column >= s.width) continue;
          image += y_at(n, k, oy, ox) * x_at(n, channel, row, column);
        }
      total += image;
    }
    return total;
  }
};

/// Calls f(a, b, c, d) for all numbers below the sizes, the first two shared among threads.
template <class F>
void four_loops(std::int64_t na, std::int64_t nb, std::int64_t nc, std::int64_t nd, const F& f) {
  parallel_for(0, na * nb, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t ab = first; ab < last; ++ab)
      for (std::int64_t c = 0; c < nc; ++c)
        for (std::int64_t d = 0; d < nd; ++d) f(ab / nb, ab % nb, c, d);
  });
}

template <class T>
void run_as(const Convolution& c, ConvolutionPass pass) {
  const ConvolutionSizes& s = c.sizes;
  const Plain<T> p{s, static_cast<T*>(c.x), static_cast<T*>(c.w), static_cast<T*>(c.y),
                   static_cast<const T*>(c.bias)};
  if (pass == ConvolutionPass::forward)
    four_loops(
        s.batch, s.out_channels, s.out_height, s.out_width,
        [&](auto n, auto k, auto oy, auto ox) { p.y_at(n, k, oy, ox) = p.output(n, k, oy, ox); });
  else if (pass == ConvolutionPass::input_gradient)
    four_loops(s.batch, s.in_channels, s.height, s.width, [&](auto n, auto ch, auto y, auto x) {
      p.x_at(n, ch, y, x) = p.pixel(n, ch, y, x);
    });
  else
    four_loops(s.out_channels, s.group_inputs(), s.kernel_height, s.kernel_width,
               [&](auto k, auto ch, auto i, auto j) { p.w_at(k, ch, i, j) = p.tap(k, ch, i, j); });
}

void run(const ConvProblem& p, const Convolution& c) {
  const MapsInOrder maps(p, c, false);
  if (p.dtype == DType::f32) run_as<float>(maps.operands(), p.pass);
  else if (p.dtype == DType::f64) run_as<double>(maps.operands(), p.pass);
  else run_as<std::uint64_t>(maps.operands(), p.pass);  // integers wrap
  finish_map(maps.operands());
  maps.write();
}

}  // namespace

extern const ConvRung kConvLoops{
    "loops", "the sum as it is defined, four loops and one product at a time", &run, nullptr,
    [](const ConvProblem&) { return std::string(kForReading); }};

}  // namespace limpid

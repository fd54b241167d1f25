// The meaning of the three convolutions: every product of T (conv2d.h), one after the other.

#include <algorithm>
#include <span>
#include <vector>

#include "limpid/core/walk.h"
#include "limpid/ops/conv2d/conv2d_relu.h"
#include "limpid/ops/conv2d/conv_sizes.h"

namespace limpid {

namespace {

/// One operand read and written by (a, b, c, d), whatever its strides; a (C, H, W) image has a = 0.
template <class T>
struct Four {
  T* data;
  std::int64_t strides[4] = {0, 0, 0, 0};
  explicit Four(const AnyView& view) : data(static_cast<T*>(view.data)) {
    std::copy_n(view.strides, view.rank, strides + 4 - view.rank);
  }
  T& at(std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t d) const {
    return data[a * strides[0] + b * strides[1] + c * strides[2] + d * strides[3]];
  }
};

/// Calls f(n, k, c in x, c in w, i, j, oy, ox, y, x) for every term of T whose pixel is in the
/// image.
template <class F>
void for_each_term(const ConvolutionSizes& s, F&& f) {
  for (std::int64_t n = 0; n < s.batch; ++n)
    for (std::int64_t k = 0; k < s.out_channels; ++k)
      for (std::int64_t c = 0; c < s.group_inputs(); ++c)
        for (std::int64_t i = 0; i < s.kernel_height; ++i)
          for (std::int64_t j = 0; j < s.kernel_width; ++j)
            for (std::int64_t oy = 0; oy < s.out_height; ++oy)
              for (std::int64_t ox = 0; ox < s.out_width; ++ox) {
                const std::int64_t y = oy * s.stride_height + i * s.dilation_height - s.top;
                const std::int64_t x = ox * s.stride_width + j * s.dilation_width - s.left;
                if (y < 0 || y >= s.height || x < 0 || x >= s.width) continue;
                f(n, k, k / s.group_outputs() * s.group_inputs() + c, c, i, j, oy, ox, y, x);
              }
}

/// What sums are held in: integers wrap, which is defined for unsigned numbers only.
template <class T>
using Sum = std::conditional_t<is_float_type<T>, Wide<T>, std::uint64_t>;

/// Runs `add(tag, sums)` with zeros for every element of `out`, and writes them there.
template <class F>
void accumulate(const AnyView& out, F&& add) {
  visit_dtype(out.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    std::vector<Sum<T>> sums(static_cast<std::size_t>(out.numel));
    add(tag, sums.data());
    for (std::size_t i = 0; i < sums.size(); ++i)
      static_cast<T*>(out.data)[i] = static_cast<T>(sums[i]);
  });
}

}  // namespace

void Conv2d::forward(Reference, const Io& io) const {
  const AnyView &bias = io.in[2], &out = io.out[0];
  const ConvolutionSizes s = conv_sizes(*this, shape_of_view(io.in[0]), shape_of_view(io.in[1]));
  accumulate(out, [&](auto tag, auto* sums) {
    using T = typename decltype(tag)::type;
    const Four<const T> image(io.in[0]), weight(io.in[1]);
    const auto place = [&](auto n, auto k, auto oy, auto ox) {
      return ((n * s.out_channels + k) * s.out_height + oy) * s.out_width + ox;
    };
    if (bias.defined())
      for (std::int64_t p = 0; p < out.numel; ++p)
        sums[p] = static_cast<Sum<T>>(
            static_cast<const T*>(bias.data)[p / s.out_image() % s.out_channels * bias.strides[0]]);
    for_each_term(
        s, [&](auto n, auto k, auto c, auto wc, auto i, auto j, auto oy, auto ox, auto y, auto x) {
          sums[place(n, k, oy, ox)] += static_cast<Sum<T>>(weight.at(k, wc, i, j)) *
                                       static_cast<Sum<T>>(image.at(n, c, y, x));
        });
  });
}

void Conv2dRelu::forward(Reference, const Io& io) const {
  plain().forward(Reference{}, io);
  const AnyView& y = io.out[0];
  visit_dtype(y.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    for (T& value : std::span(static_cast<T*>(y.data), static_cast<std::size_t>(y.numel)))
      value = std::max(value, T(0));  // NaN stays NaN
  });
}

void Conv2dInputGradient::forward(Reference, const Io& io) const {
  const Shape w = shape_of_view(io.in[1]);
  const ConvolutionSizes s = conv_sizes(*this, shape_of_view(io.out[0]), w);
  accumulate(io.out[0], [&](auto tag, auto* sums) {
    using T = typename decltype(tag)::type;
    const Four<const T> gradient(io.in[0]), weight(io.in[1]);
    for_each_term(
        s, [&](auto n, auto k, auto c, auto wc, auto i, auto j, auto oy, auto ox, auto y, auto x) {
          sums[((n * s.in_channels + c) * s.height + y) * s.width + x] +=
              static_cast<Sum<T>>(weight.at(k, wc, i, j)) *
              static_cast<Sum<T>>(gradient.at(n, k, oy, ox));
        });
  });
}

void Conv2dWeightGradient::forward(Reference, const Io& io) const {
  const Shape w = shape_of_view(io.out[0]);
  const ConvolutionSizes s = conv_sizes(*this, shape_of_view(io.in[0]), w);
  accumulate(io.out[0], [&](auto tag, auto* sums) {
    using T = typename decltype(tag)::type;
    const Four<const T> image(io.in[0]), gradient(io.in[1]);
    for_each_term(
        s, [&](auto n, auto k, auto c, auto wc, auto i, auto j, auto oy, auto ox, auto y, auto x) {
          sums[((k * s.group_inputs() + wc) * s.kernel_height + i) * s.kernel_width + j] +=
              static_cast<Sum<T>>(gradient.at(n, k, oy, ox)) *
              static_cast<Sum<T>>(image.at(n, c, y, x));
        });
  });
}

}  // namespace limpid

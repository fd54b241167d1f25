// Batch normalisation on the processor, over contiguous (N, C, S), S being the product of the axes
// behind the channels. The work is cut by channels, a thread each:
//   planes, S > 1: a channel is N runs of S elements;
//   rows,   S = 1: 32 neighbouring channels are N runs of 32, so that reads stay within cache
//   lines.
// Statistics take two passes (about the mean m, then distances from it), which cannot cancel as
// avg(x^2) - avg(x)^2 does; what is missing in m is measured by the second pass too:
//   d_i = x_i - m,  mean = m + avg(d),  var = avg(d^2) - avg(d)^2.
// Floats are added in 16 lanes, eight to a lane; then the lanes go into wider ones. Statistics
// that overflow so are measured again in double.

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "limpid/backends/cpu/parallel.h"
#include "limpid/core/walk.h"
#include "limpid/ops/batch_norm/batch_norm.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

enum Input { kX, kWeight, kBias, kRunningMean, kRunningVar };
constexpr std::int64_t kBand = 32;        // channels that the rows way takes at once
constexpr std::int64_t kGrain = 1 << 15;  // fewer elements are not worth a second thread

template <class T>
using Compute = std::conditional_t<std::is_same_v<T, double>, double, float>;

/// Where the channels of a contiguous (N, C, S) lie.
struct Layout3 {
  std::int64_t n = 0, channels = 0, s = 0;
  explicit Layout3(const AnyView& x) : n(x.shape[0]), channels(x.shape[1]) {
    s = n && channels ? x.numel / (n * channels) : 0;
  }
  std::int64_t count() const { return n * s; }
  std::int64_t width() const { return s == 1 ? kBand : 1; }  // channels of one piece of work

  /// Calls f(first channel, number of channels) for pieces of work, on several threads.
  template <class F>
  void for_pieces(F&& f) const {
    const std::int64_t pieces = (channels + width() - 1) / width();
    const std::int64_t elements = std::max<std::int64_t>(1, count() * width());  // of one piece
    const std::int64_t grain = std::max<std::int64_t>(1, kGrain / elements);
    parallel_for(0, pieces, grain, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t piece = first; piece < last; ++piece)
        f(piece * width(), std::min(width(), channels - piece * width()));
    });
  }
};

struct TwoSums {
  double first = 0, second = 0;
};

/// Sums of the two numbers that f(i, first, second) adds, i < n.
template <class A, class F>
TwoSums sum_run(std::int64_t n, F&& f) {
  constexpr std::int64_t kLanes = 16, kBlock = 8 * kLanes;
  using Sum = Wide<A>;  // double for float, long double for double
  Sum wide_first[kLanes] = {}, wide_second[kLanes] = {};
  for (std::int64_t start = 0; start < n; start += kBlock) {
    const std::int64_t end = std::min(n, start + kBlock);
    A first[kLanes] = {}, second[kLanes] = {};
    std::int64_t i = start;
    for (; i + kLanes <= end; i += kLanes)
      for (std::int64_t k = 0; k < kLanes; ++k) f(i + k, first[k], second[k]);
    for (std::int64_t k = 0; i < end; ++i, ++k) f(i, first[k], second[k]);
    for (std::int64_t k = 0; k < kLanes; ++k) {
      wide_first[k] += static_cast<Sum>(first[k]);
      wide_second[k] += static_cast<Sum>(second[k]);
    }
  }
  for (std::int64_t k = 1; k < kLanes; ++k) {
    wide_first[0] += wide_first[k];
    wide_second[0] += wide_second[k];
  }
  return {static_cast<double>(wide_first[0]), static_cast<double>(wide_second[0])};
}

/// Both sums for channels c0 .. c0 + m - 1 (m = 1 for planes); f(place, channel, first&, second&)
/// adds an element to them. Rows add in double at once: there is a lane a channel already.
template <class A, class F>
void sum_channels(const Layout3& l, std::int64_t c0, std::int64_t m, TwoSums* sums, F&& f) {
  std::fill_n(sums, m, TwoSums{});
  if (l.s != 1) {
    for (std::int64_t n = 0; n < l.n; ++n) {
      const std::int64_t run = (n * l.channels + c0) * l.s;
      const TwoSums part =
          sum_run<A>(l.s, [&](std::int64_t i, A& a, A& b) { f(run + i, std::int64_t{0}, a, b); });
      sums->first += part.first;
      sums->second += part.second;
    }
    return;
  }
  double first[kBand] = {}, second[kBand] = {};
  for (std::int64_t n = 0; n < l.n; ++n)
    for (std::int64_t k = 0; k < m; ++k) f(n * l.channels + c0 + k, k, first[k], second[k]);
  for (std::int64_t k = 0; k < m; ++k) sums[k] = {first[k], second[k]};
}

/// Calls f(place, channel - c0) for every element of these channels.
template <class F>
void for_elements(const Layout3& l, std::int64_t c0, std::int64_t m, F&& f) {
  if (l.s != 1) {
    for (std::int64_t n = 0; n < l.n; ++n) {
      const std::int64_t run = (n * l.channels + c0) * l.s;
      for (std::int64_t i = 0; i < l.s; ++i) f(run + i, std::int64_t{0});
    }
    return;
  }
  for (std::int64_t n = 0; n < l.n; ++n)
    for (std::int64_t k = 0; k < m; ++k) f(n * l.channels + c0 + k, k);
}

/// An optional (C,) tensor as doubles.
std::vector<double> read_channels(const AnyView& view, std::int64_t channels, double otherwise) {
  std::vector<double> out(static_cast<std::size_t>(channels), otherwise);
  if (!view.defined()) return out;
  visit_dtype(view.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    for (std::int64_t c = 0; c < channels; ++c)
      out[static_cast<std::size_t>(c)] =
          convert<double>(static_cast<const T*>(view.data)[c * view.strides[0]]);
  });
  return out;
}

void write_channels(const AnyView& view, const std::vector<double>& values) {
  visit_dtype(view.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    for (std::size_t c = 0; c < values.size(); ++c)
      static_cast<T*>(view.data)[c] = convert<T>(values[c]);
  });
}

/// Elements of `x` in row-major order: its own memory where they lie so, else a copy in `copy`.
template <class T>
const T* dense(const AnyView& x, std::vector<T>& copy) {
  const T* from = static_cast<const T*>(x.data);
  if (x.contiguous) return from;
  copy.reserve(static_cast<std::size_t>(x.numel));
  walk<1>(shape_of(x), {x.strides}, [&](const auto& at) { copy.push_back(from[at[0]]); });
  return copy.data();
}

/// Statistics of a layer, one a channel. The mean is mean + mean_rest: a double alone may hold too
/// few digits when it is far larger than the spread.
struct Statistics {
  std::vector<double> mean, mean_rest, var;
};

/// `mean` as a multiple of the spacing of A's numbers near 8 times the root of `mean_square`.
/// Distances of x from it are then exact for most x; from a mean of more digits, all x of one
/// binade would be rounded to the same side, and sums over them drift.
template <class A>
A on_grid(double mean, double mean_square) {
  constexpr int kDigits = std::numeric_limits<A>::digits;
  if (!std::isfinite(mean) || !(mean_square > 0) || !std::isfinite(mean_square))
    return static_cast<A>(mean);
  const double spacing = std::ldexp(1.0, std::ilogb(std::sqrt(mean_square)) + 4 - kDigits);
  return static_cast<A>(std::round(mean / spacing) * spacing);
}

/// Measures channels c0 .. c0 + m - 1, with distances in A.
template <class A, class T>
void measure(const Layout3& l, const T* x, std::int64_t c0, std::int64_t m, Statistics& s) {
  TwoSums sums[kBand];
  A about[kBand];
  const double share = 1 / static_cast<double>(l.count());
  sum_channels<A>(l, c0, m, sums, [&](std::int64_t i, std::int64_t, auto& sum, auto& squares) {
    sum += static_cast<A>(x[i]);
    squares += static_cast<A>(x[i]) * static_cast<A>(x[i]);
  });
  for (std::int64_t k = 0; k < m; ++k)
    about[k] = on_grid<A>(sums[k].first * share, sums[k].second * share);
  sum_channels<A>(l, c0, m, sums, [&](std::int64_t i, std::int64_t k, auto& sum, auto& squares) {
    const A distance = static_cast<A>(x[i]) - about[k];
    sum += distance;
    squares += distance * distance;
  });
  bool finite = true;
  for (std::int64_t k = 0; k < m; ++k) {
    const auto c = static_cast<std::size_t>(c0 + k);
    const double start = static_cast<double>(about[k]);
    const double rest = std::isfinite(start) ? sums[k].first * share : 0;
    const double var = sums[k].second * share - rest * rest;
    s.mean[c] = start + rest;
    s.mean_rest[c] = rest - (s.mean[c] - start);  // what the line above rounded away
    s.var[c] = var < 0 ? 0 : var;
    finite &= std::isfinite(var);
  }
  if constexpr (!std::is_same_v<A, double>)
    if (!finite) measure<double>(l, x, c0, m, s);
}

/// y = (x - mean) scale + bias. The part of the mean that A cannot hold goes into the bias.
template <class T>
void normalise(const Layout3& l, const T* x, T* y, std::int64_t c0, std::int64_t m,
               const Statistics& s, const std::vector<double>& scale,
               const std::vector<double>& bias) {
  using A = Compute<T>;
  A centre[kBand], factor[kBand], shift[kBand];
  for (std::int64_t k = 0; k < m; ++k) {
    const auto c = static_cast<std::size_t>(c0 + k);
    centre[k] = static_cast<A>(s.mean[c]);
    factor[k] = static_cast<A>(scale[c]);
    const double rest = (s.mean[c] - static_cast<double>(centre[k]) + s.mean_rest[c]) * scale[c];
    shift[k] = static_cast<A>(std::isfinite(rest) ? bias[c] - rest : bias[c]);
  }
  for_elements(l, c0, m, [&](std::int64_t i, std::int64_t k) {
    y[i] = static_cast<T>((static_cast<A>(x[i]) - centre[k]) * factor[k] + shift[k]);
  });
}

template <class T>
void run_forward(const BatchNorm& op, const Io& io) {
  const Layout3 l(io.in[kX]);
  std::vector<T> copy;
  const T* x = dense(io.in[kX], copy);
  T* y = static_cast<T*>(io.out[0].data);
  Statistics s{read_channels(io.in[kRunningMean], l.channels, 0),
               read_channels(AnyView{}, l.channels, 0),
               read_channels(io.in[kRunningVar], l.channels, 0)};
  std::vector<double> scale = read_channels(io.in[kWeight], l.channels, 1);
  const std::vector<double> bias = read_channels(io.in[kBias], l.channels, 0);
  if (op.training && l.count() == 0) {
    std::fill(s.mean.begin(), s.mean.end(), 0);
    std::fill(s.var.begin(), s.var.end(), 0);
  }
  l.for_pieces([&](std::int64_t c0, std::int64_t m) {
    if (op.training && l.count() > 0) measure<Compute<T>>(l, x, c0, m, s);
    for (auto c = static_cast<std::size_t>(c0); c < static_cast<std::size_t>(c0 + m); ++c)
      scale[c] /= std::sqrt(s.var[c] + op.eps);
    normalise(l, x, y, c0, m, s, scale, bias);
  });
  write_channels(io.out[1], s.mean);
  write_channels(io.out[2], s.var);
}

/// dx and, in `dweight` and `dbias`, the sums over each channel; any of the three may be unwanted.
struct Gradients {
  Tensor dx;
  std::vector<double> dweight, dbias;
};

// With S1 = sum dy, S2 = sum dy (x - mean), r = 1/sqrt(var + eps), a = weight r, n the count:
//   dbias = S1,  dweight = r S2,  training: dx = a dy - (a r^2 S2/n) (x - mean) - a S1/n.
template <class T>
void run_backward(const BatchNorm& op, const Tensor& x_tensor, const Tensor& dy_tensor,
                  const std::vector<double>& mean, const std::vector<double>& var,
                  const std::vector<double>& weight, Gradients& out) {
  using A = Compute<T>;
  const Layout3 l(x_tensor->as_view());
  const T *x = x_tensor.data<T>(), *dy = dy_tensor.data<T>();
  T* dx = out.dx.defined() ? out.dx.data<T>() : nullptr;
  const double share = l.count() && op.training ? 1 / static_cast<double>(l.count()) : 0;
  l.for_pieces([&](std::int64_t c0, std::int64_t m) {
    TwoSums sums[kBand];
    A centre[kBand], of_dy[kBand], of_x[kBand], constant[kBand];
    for (std::int64_t k = 0; k < m; ++k) {
      const auto c = static_cast<std::size_t>(c0 + k);
      centre[k] = on_grid<A>(mean[c], var[c] + mean[c] * mean[c]);
    }
    sum_channels<A>(l, c0, m, sums, [&](std::int64_t i, std::int64_t k, auto& s1, auto& s2) {
      s1 += static_cast<A>(dy[i]);
      s2 += static_cast<A>(dy[i]) * (static_cast<A>(x[i]) - centre[k]);
    });
    for (std::int64_t k = 0; k < m; ++k) {
      const auto c = static_cast<std::size_t>(c0 + k);
      const double r = 1 / std::sqrt(var[c] + op.eps), a = weight[c] * r;
      const double s1 = sums[k].first, off = mean[c] - static_cast<double>(centre[k]);
      const double s2 = sums[k].second - off * s1;  // about the mean itself
      const double slope = a * r * r * s2 * share;
      out.dbias[c] = s1;
      out.dweight[c] = s2 * r;
      of_dy[k] = static_cast<A>(a);
      of_x[k] = static_cast<A>(slope);
      constant[k] = static_cast<A>(a * s1 * share - slope * off);
    }
    if (dx && op.training)
      for_elements(l, c0, m, [&](std::int64_t i, std::int64_t k) {
        const A distance = static_cast<A>(x[i]) - centre[k];
        dx[i] = static_cast<T>(of_dy[k] * static_cast<A>(dy[i]) - of_x[k] * distance - constant[k]);
      });
    else if (dx)
      for_elements(l, c0, m, [&](std::int64_t i, std::int64_t k) {
        dx[i] = static_cast<T>(of_dy[k] * static_cast<A>(dy[i]));
      });
  });
}

}  // namespace

void BatchNorm::forward(Cpu, const Io& io) const {
  visit_dtype(io.in[kX].dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (is_float_type<T>) run_forward<T>(*this, io);
  });
}

Tensors BatchNorm::backward(Cpu, const Backward& b) const {
  if (!b.needs(kX) && !b.needs(kWeight)) return gradient(b);  // a plain sum
  const Tensor x = b.input(kX).contiguous(), dy = b.dy().contiguous();
  const std::int64_t channels = x.size(1);
  const Tensor weight = b.input_shape(kWeight).rank() && b.needs(kX) ? b.input(kWeight) : Tensor();
  const auto read = [&](const Tensor& t, double otherwise) {
    return read_channels(t.defined() ? t->as_view() : AnyView{}, channels, otherwise);
  };
  Gradients out;
  if (b.needs(kX)) out.dx = empty_like(x);
  out.dweight.resize(static_cast<std::size_t>(channels));
  out.dbias.resize(static_cast<std::size_t>(channels));
  const std::vector<double> mean = read(b.output(1), 0), var = read(b.output(2), 0);
  visit_dtype(x.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (is_float_type<T>) run_backward<T>(*this, x, dy, mean, var, read(weight, 1), out);
  });
  const auto as_tensor = [&](const std::vector<double>& values, int i) {
    Tensor t = empty({channels}, {.dtype = b.input_spec(i).dtype, .device = x.device()});
    write_channels(t->as_view(), values);
    return t;
  };
  Tensors gradients(5);
  gradients[kX] = out.dx;
  if (b.needs(kWeight)) gradients[kWeight] = as_tensor(out.dweight, kWeight);
  if (b.needs(kBias)) gradients[kBias] = as_tensor(out.dbias, kBias);
  return gradients;
}

}  // namespace limpid

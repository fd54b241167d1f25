// Batch normalisation on the processor, over dense (N, C, S), S being the product of the axes
// behind the channels; a channels-last map is seen as (N H W, C, 1). The work is cut by channels, a
// thread each:
//   planes, S > 1: a channel is N runs of S elements;
//   rows,   S = 1: 32 neighbouring channels are N runs of 32, so that reads stay within cache
//   lines. But for float64 all channels of some rows are a thread's (channel_rows.h).
// Statistics take two passes (about the mean m, then distances from it), which cannot cancel as
// avg(x^2) - avg(x)^2 does; what is missing in m is measured by the second pass too:
//   d_i = x_i - m,  mean = m + avg(d),  var = avg(d^2) - avg(d)^2.
// Floats are added in 16 lanes, eight to a lane; then the lanes go into wider ones. Statistics
// that overflow so are measured again in double.

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "limpid/backends/cpu/parallel.h"
#include "limpid/core/walk.h"
#include "limpid/ops/batch_norm/batch_norm.h"
#include "limpid/ops/batch_norm/channel_rows.h"
#include "limpid/tensor/creation.h"
#include "limpid/tensor/layout.h"

namespace limpid {

namespace {

enum Input { kX, kWeight, kBias, kRunningMean, kRunningVar };
constexpr std::int64_t kBand = 32;        // channels that the rows way takes at once
constexpr std::int64_t kGrain = 1 << 15;  // fewer elements are not worth a second thread

template <class T>
using Compute = std::conditional_t<std::is_same_v<T, double>, double, float>;

/// Where the channels of a dense (N, C, S) lie.
struct Layout3 {
  std::int64_t n = 0, channels = 0, s = 0;
  Layout3(const AnyView& x, bool channels_last) : n(x.shape[0]), channels(x.shape[1]) {
    s = n && channels ? x.numel / (n * channels) : 0;
    if (channels_last) n *= std::exchange(s, 1);
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

/// Of a channel whose distances d from `about` have these averages. False when its mean lies so far
/// from there that the variance cancels.
bool set_statistics(Statistics& s, std::size_t c, double about, double average, double square) {
  const double rest = std::isfinite(about) ? average : 0;
  const double var = square - rest * rest;
  s.mean[c] = about + rest;
  s.mean_rest[c] = rest - (s.mean[c] - about);  // what the line above rounded away
  s.var[c] = var < 0 ? 0 : var;
  return !(rest * rest > 4 * var && rest * rest > 1e-8 * about * about);
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
    set_statistics(s, c, static_cast<double>(about[k]), sums[k].first * share,
                   sums[k].second * share);
    finite &= std::isfinite(s.var[c]);
  }
  if constexpr (!std::is_same_v<A, double>)
    if (!finite) measure<double>(l, x, c0, m, s);
}

/// About where each channel lies, from a few of its rows.
template <class T>
std::vector<float> look_at_some(const Layout3& l, const T* x) {
  const auto channels = static_cast<std::size_t>(l.channels);
  const std::int64_t some = std::min<std::int64_t>(l.n, 32), share = l.n / some;
  std::vector<double> sums(channels), squares(channels);
  for (std::int64_t r = 0; r < some; ++r)
    for (std::size_t c = 0; c < channels; ++c) {
      const double value =
          convert<double>(x[r * share * l.channels + static_cast<std::int64_t>(c)]);
      sums[c] += value;
      squares[c] += value * value;
    }
  std::vector<float> about(channels);
  for (std::size_t c = 0; c < about.size(); ++c)
    about[c] =
        on_grid<float>(sums[c] / static_cast<double>(some), squares[c] / static_cast<double>(some));
  return about;
}

/// Measures all channels of rows, in one pass where the few that were looked at tell enough.
template <class T>
void measure_rows(const Layout3& l, const T* x, Statistics& s) {
  const double share = 1 / static_cast<double>(l.n);
  std::vector<float> about = look_at_some(l, x);
  for (int pass = 0; pass < 2; ++pass) {
    const ChannelSums sums = ChannelRows(l.n, l.channels, dtype_of<T>()).deviations(x, about);
    bool near = true;
    for (std::size_t c = 0; c < about.size(); ++c) {
      near &= set_statistics(s, c, static_cast<double>(about[c]), sums.first[c] * share,
                             sums.second[c] * share);
      about[c] = on_grid<float>(s.mean[c], s.var[c] + s.mean[c] * s.mean[c]);
    }
    if (near) break;
  }
  for (std::int64_t c0 = 0; c0 < l.channels; c0 += kBand) {
    const std::int64_t m = std::min(kBand, l.channels - c0);
    const auto first = s.var.begin() + c0;
    if (!std::all_of(first, first + m, [](double var) { return std::isfinite(var); }))
      measure<double>(l, x, c0, m, s);
  }
}

/// What turns x into y = (x - centre) factor + shift. The part of the mean that A cannot hold goes
/// into the shift.
template <class A>
void set_factors(const Statistics& s, std::size_t c, double scale, double bias, A& centre,
                 A& factor, A& shift) {
  centre = static_cast<A>(s.mean[c]);
  factor = static_cast<A>(scale);
  const double rest = (s.mean[c] - static_cast<double>(centre) + s.mean_rest[c]) * scale;
  shift = static_cast<A>(std::isfinite(rest) ? bias - rest : bias);
}

/// y = (x - mean) scale + bias
template <class T>
void normalise(const Layout3& l, const T* x, T* y, std::int64_t c0, std::int64_t m,
               const Statistics& s, const std::vector<double>& scale,
               const std::vector<double>& bias) {
  using A = Compute<T>;
  A centre[kBand], factor[kBand], shift[kBand];
  for (std::int64_t k = 0; k < m; ++k) {
    const auto c = static_cast<std::size_t>(c0 + k);
    set_factors(s, c, scale[c], bias[c], centre[k], factor[k], shift[k]);
  }
  for_elements(l, c0, m, [&](std::int64_t i, std::int64_t k) {
    y[i] = static_cast<T>((static_cast<A>(x[i]) - centre[k]) * factor[k] + shift[k]);
  });
}

template <class T>
void normalise_rows(const Layout3& l, const T* x, T* y, const Statistics& s,
                    const std::vector<double>& scale, const std::vector<double>& bias) {
  std::vector<float> centre(scale.size()), factor(scale.size()), shift(scale.size());
  for (std::size_t c = 0; c < scale.size(); ++c)
    set_factors(s, c, scale[c], bias[c], centre[c], factor[c], shift[c]);
  ChannelRows(l.n, l.channels, dtype_of<T>()).normalise(x, centre, factor, shift, y);
}

template <class T>
void run_forward(const BatchNorm& op, const Io& io) {
  const bool channels_last = is_channels_last(io.in[kX]) && is_channels_last(io.out[0]);
  const Layout3 l(io.in[kX], channels_last);
  std::vector<T> copy;
  const T* x = channels_last ? static_cast<const T*>(io.in[kX].data) : dense(io.in[kX], copy);
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
  const auto divide = [&](std::int64_t c0, std::int64_t m) {
    for (auto c = static_cast<std::size_t>(c0); c < static_cast<std::size_t>(c0 + m); ++c)
      scale[c] /= std::sqrt(s.var[c] + op.eps);
  };
  bool done = false;
  if constexpr (!std::is_same_v<T, double>)
    if (l.s == 1) {
      if (op.training && l.count() > 0) measure_rows(l, x, s);
      divide(0, l.channels);
      normalise_rows(l, x, y, s, scale, bias);
      done = true;
    }
  if (!done)
    l.for_pieces([&](std::int64_t c0, std::int64_t m) {
      if (op.training && l.count() > 0) measure<Compute<T>>(l, x, c0, m, s);
      divide(c0, m);
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
class Coefficients {
 public:
  Coefficients(const BatchNorm& op, const std::vector<double>& mean, const std::vector<double>& var,
               const std::vector<double>& weight, double share)
      : op_(op), mean_(mean), var_(var), weight_(weight), share_(share) {}

  template <class A>
  A centre(std::size_t c) const {
    return on_grid<A>(mean_[c], var_[c] + mean_[c] * mean_[c]);
  }
  /// dx = of_dy dy - of_x (x - centre) - constant, from the sums of dy and dy (x - centre).
  template <class A>
  void set(std::size_t c, double s1, double about_centre, A centre, A& of_dy, A& of_x, A& constant,
           Gradients& out) const {
    const double r = 1 / std::sqrt(var_[c] + op_.eps), a = weight_[c] * r;
    const double off = mean_[c] - static_cast<double>(centre);
    const double s2 = about_centre - off * s1;  // about the mean itself
    const double slope = a * r * r * s2 * share_;
    out.dbias[c] = s1;
    out.dweight[c] = s2 * r;
    of_dy = static_cast<A>(a);
    of_x = static_cast<A>(slope);
    constant = static_cast<A>(a * s1 * share_ - slope * off);
  }

 private:
  const BatchNorm& op_;
  const std::vector<double>&mean_, &var_, &weight_;
  double share_;  // of one element in an average; 0 in evaluation
};

template <class T>
void backward_rows(const Layout3& l, const T* x, const T* dy, const Coefficients& factors,
                   bool training, T* dx, Gradients& out) {
  const auto channels = static_cast<std::size_t>(l.channels);
  std::vector<float> centre(channels), of_dy(channels), of_x(channels), constant(channels);
  for (std::size_t c = 0; c < channels; ++c) centre[c] = factors.centre<float>(c);
  const ChannelRows rows(l.n, l.channels, dtype_of<T>());
  const ChannelSums sums = rows.products(x, dy, centre);
  for (std::size_t c = 0; c < channels; ++c)
    factors.set(c, sums.first[c], sums.second[c], centre[c], of_dy[c], of_x[c], constant[c], out);
  if (!dx) return;
  if (training) return rows.gradient(x, dy, centre, of_dy, of_x, constant, dx);
  const std::vector<float> zero(channels);  // dx = of_dy dy, whatever x is: 0 inf would be NaN
  rows.normalise(dy, zero, of_dy, zero, dx);
}

/// x, dy and dx lie alike.
template <class T>
void run_backward(const BatchNorm& op, const Tensor& x_tensor, const Tensor& dy_tensor,
                  const std::vector<double>& mean, const std::vector<double>& var,
                  const std::vector<double>& weight, Gradients& out) {
  using A = Compute<T>;
  const Layout3 l(x_tensor->as_view(), is_channels_last(*x_tensor.impl()));
  const T *x = static_cast<const T*>(x_tensor->data), *dy = static_cast<const T*>(dy_tensor->data);
  T* dx = out.dx.defined() ? static_cast<T*>(out.dx->data) : nullptr;
  const double share = l.count() && op.training ? 1 / static_cast<double>(l.count()) : 0;
  const Coefficients factors(op, mean, var, weight, share);
  if constexpr (!std::is_same_v<T, double>)
    if (l.s == 1) return backward_rows(l, x, dy, factors, op.training, dx, out);
  l.for_pieces([&](std::int64_t c0, std::int64_t m) {
    TwoSums sums[kBand];
    A centre[kBand], of_dy[kBand], of_x[kBand], constant[kBand];
    for (std::int64_t k = 0; k < m; ++k)
      centre[k] = factors.centre<A>(static_cast<std::size_t>(c0 + k));
    sum_channels<A>(l, c0, m, sums, [&](std::int64_t i, std::int64_t k, auto& s1, auto& s2) {
      s1 += static_cast<A>(dy[i]);
      s2 += static_cast<A>(dy[i]) * (static_cast<A>(x[i]) - centre[k]);
    });
    for (std::int64_t k = 0; k < m; ++k)
      factors.set(static_cast<std::size_t>(c0 + k), sums[k].first, sums[k].second, centre[k],
                  of_dy[k], of_x[k], constant[k], out);
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
  Tensor x = b.input(kX), dy = b.dy();
  if (!is_channels_last(*x.impl())) x = x.contiguous();
  dy = laid_as(dy, *x.impl());
  const std::int64_t channels = x.size(1);
  const Tensor weight = b.input_shape(kWeight).rank() && b.needs(kX) ? b.input(kWeight) : Tensor();
  const auto read = [&](const Tensor& t, double otherwise) {
    return read_channels(t.defined() ? t->as_view() : AnyView{}, channels, otherwise);
  };
  Gradients out;
  if (b.needs(kX)) out.dx = empty_as(x.spec(), *x.impl());
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

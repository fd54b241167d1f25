// Convolution with fewer multiplications than its definition: Winograd's F(4x4, 3x3) and F(2x2,
// 5x5).
//
// A polynomial of degree 5 is known by its values at 6 points (one of them infinity), and a product
// of polynomials has the product of their values. Convolving is multiplying polynomials, so 4
// outputs of a 1-d convolution with 3 taps cost 6 multiplications in place of 12:
//   y = A^T [(G g) * (B^T d)]          d: 6 inputs, g: 3 taps, y: 4 outputs, * elementwise
// where B^T, G and A^T evaluate at the points and interpolate (winograd_simd.cpp has them). In two
// dimensions each tile of 4x4 outputs takes 36 multiplications a channel in place of 144:
//   y = A^T [(G g G^T) * (B^T d B)] A
// Five taps and two outputs take the same six points, so 2x2 outputs of a 5x5 kernel take 36 in
// place of 100; a kernel of one row stays in one dimension. The sums over channels can be taken
// between * and A^T, which makes them 36 products of matrices,
//   M[p] = V[p] U[p]     (tiles x inputs) (inputs x outputs), for each of the 36 points p.
// The gradient of the input is a convolution too: of dy, with the kernel turned by 180 degrees and
// its channels exchanged. That of the weight is the transposed algorithm:
//   dg = G^T [sum over tiles of (A dy A^T) * (B^T d B)] G
//
// Rounding: the transforms add numbers up to some 5 times as large as their results, so errors are
// a few times those of the direct sum: docs/performance.md has the bound that the tests hold it to.
//
// (Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2016; the points are those of
// Barabasz et al., Error Analysis and Improving the Accuracy of Winograd Convolution, 2020, in
// spirit: small fractions.) Maps are read and written channels-last, so that a vector holds the
// same pixel of neighbouring channels; those that lie otherwise are copied.

#include <algorithm>
#include <atomic>

#include "limpid/backends/cpu/packed_weight.h"
#include "limpid/backends/cpu/parallel.h"
#include "limpid/backends/cpu/scratch.h"
#include "limpid/backends/cpu/simd.h"
#include "limpid/core/str.h"
#include "limpid/ops/conv2d/ladder.h"
#include "limpid/ops/conv2d/winograd.h"

namespace limpid {

namespace {

using Int = std::int64_t;
constexpr Int kPanel = kWinogradPanel;
/// Floats between planes and between rows: strides that are powers of two would fall on the same
/// few sets of the caches.
constexpr Int kGap = 16;
/// Terms that one call of a product adds up; longer sums are sums of such sums, which keeps
/// rounding errors small, and the operands in the first cache.
constexpr Int kTerms = 128;

const WinogradKernels& kernels() {
  static const WinogradKernels& table = at_level(simd_level(), LIMPID_LEVELS(winograd_kernels));
  return table;
}

/// The transforms for a kernel of that size, or null.
const WinogradTransforms* transforms_for(const ConvolutionSizes& s) {
  for (const WinogradTransforms& t : kernels().transforms)
    if (t.kernel_height == s.kernel_height && t.kernel_width == s.kernel_width) return &t;
  return nullptr;
}

Int round_up(Int n, Int to) { return (n + to - 1) / to * to; }
Int tiles_of(Int outputs, Int step) { return (outputs + step - 1) / step; }
Int panels_of(Int channels) { return (channels + kPanel - 1) / kPanel; }
/// Channels of a panel, and the columns that products compute for them.
Int channels_of(Int panel, Int channels) { return std::min(kPanel, channels - panel * kPanel); }
Int columns_of(Int panel, Int channels) {
  return round_up(channels_of(panel, channels), kernels().lanes);
}

/// Planes of transformed tiles with `tiles` rows, all channels of a row side by side.
Int row_of(Int channels) { return round_up(channels, kGap) + kGap; }
WinogradPlanes rows_of_channels(float* data, Int tiles, Int channels) {
  const Int row = row_of(channels);
  return {data, tiles * row + kGap, row, kPanel};
}
Int size_of_rows(Int points, Int tiles, Int channels) {
  return points * (tiles * row_of(channels) + kGap);
}

/// Zero times every result, added up: whether one of them was infinite or no number.
struct Check {
  alignas(64) float sums[16] = {};
  bool tame() const {
    return std::all_of(sums, sums + 16, [](float sum) { return sum == 0; });
  }
};

// ---- maps and weights in the order that the loops want

/// f(image, first pixel, count) for stretches of pixels, long enough to read and write whole pages,
/// in several threads.
template <class F>
void for_each_stretch(Int batch, Int channels, Int pixels, const F& f) {
  constexpr Int kStretch = 256, kGrain = 1 << 14;
  const Int stretches = (pixels + kStretch - 1) / kStretch;
  const Int grain = kGrain / (channels * std::min(pixels, kStretch) + 1) + 1;
  parallel_for(0, batch * stretches, grain, [&](Int first, Int last) {
    for (Int s = first; s < last; ++s) {
      const Int begin = s % stretches * kStretch;
      f(s / stretches, begin, std::min(kStretch, pixels - begin));
    }
  });
}

/// A map that is read: channels-last, by a copy where it lies otherwise.
class MapIn {
 public:
  MapIn(const void* map, bool channels_last, Int batch, Int channels, Int pixels)
      : room_(channels_last ? 0 : batch * channels * pixels),
        data_(channels_last ? static_cast<const float*>(map) : room_.data()) {
    if (channels_last) return;
    for_each_stretch(batch, channels, pixels, [&](Int n, Int first, Int count) {
      kernels().transpose(channels, count,
                          static_cast<const float*>(map) + n * channels * pixels + first, pixels,
                          room_.data() + (n * pixels + first) * channels, channels);
    });
  }
  const float* data() const { return data_; }

 private:
  Scratch<float> room_;
  const float* data_;
};

/// A map that is written, likewise.
class MapOut {
 public:
  MapOut(void* map, bool channels_last, Int batch, Int channels, Int pixels)
      : map_(static_cast<float*>(map)),
        batch_(batch),
        channels_(channels),
        pixels_(pixels),
        room_(channels_last ? 0 : batch * channels * pixels) {}
  float* data() const { return room_.data() ? room_.data() : map_; }
  /// Brings the copy to its place.
  void write() const {
    if (!room_.data()) return;
    for_each_stretch(batch_, channels_, pixels_, [&](Int n, Int first, Int count) {
      constexpr Int kChannels = 16;  // at a time: each is written along a line
      for (Int c = 0; c < channels_; c += kChannels)
        kernels().transpose(count, std::min(kChannels, channels_ - c),
                            room_.data() + (n * pixels_ + first) * channels_ + c, channels_,
                            map_ + (n * channels_ + c) * pixels_ + first, pixels_);
    });
  }

 private:
  float* map_;
  Int batch_, channels_, pixels_;
  Scratch<float> room_;
};

/// The weight of a convolution from `inputs` to `outputs` channels: (K, C, height, width) of the
/// forward pass, or with `gradient` from K to C, and the kernel turned.
struct Weights {
  const float* w;
  Int inputs, outputs;
  bool gradient;
  const WinogradTransforms& transforms;

  Int panels() const { return panels_of(outputs); }
  Int taps() const { return transforms.kernel_height * transforms.kernel_width; }

  /// U of inputs [first, first + count) for one panel of outputs.
  void transform(Int first, Int count, Int panel, float* u, Int u_plane) const {
    alignas(64) float g[(kInputs * kMostTaps + kTurned) * kPanel];
    const Int channels = channels_of(panel, outputs);
    if (channels < kPanel) std::fill_n(g, (kInputs * taps() + kTurned) * kPanel, 0.0f);
    for (Int r = 0; r < count; r += kInputs) {
      const Int n = std::min(kInputs, count - r);
      gather(first + r, n, panel * kPanel, channels, g);
      for (Int i = 0; i < n; ++i) {
        const float* at = g + i * taps() * kPanel;
        transforms.weight(gradient ? at + (taps() - 1) * kPanel : at, gradient ? -kPanel : kPanel,
                          u + (r + i) * kPanel, u_plane);
      }
    }
  }

  /// Inputs at a time: their taps make many whole vectors, and fit the cache.
  static constexpr Int kInputs = 16;

 private:
  static constexpr Int kMostTaps = 25;
  /// Taps are turned so many at a time, which makes whole vectors: those of others are in the way.
  static constexpr Int kTurned = 16;

  /// g[input, tap, output] for `n` inputs and `channels` outputs.
  void gather(Int input, Int n, Int output, Int channels, float* g) const {
    const Int t = taps();
    if (!gradient) {
      kernels().transpose(channels, n * t, w + (output * inputs + input) * t, inputs * t, g,
                          kPanel);
      return;
    }
    for (Int i = 0; i < n; ++i) {  // what is too much for one input is written over by the next
      const Int first = ((input + i) * outputs + output) * t, end = first + (channels - 1) * t;
      const Int whole = round_up(t, kTurned);
      kernels().transpose(channels, end + whole <= inputs * outputs * t ? whole : t, w + first, t,
                          g + i * t * kPanel, kPanel);
    }
  }
};

// ---- a map from a map

/// y = convolution of x, both channels-last.
struct MapToMap {
  WinogradMap from, to;
  Int tiles;
  const float* x;
  Weights weights;
  const WinogradTransforms& transforms;
  const float* bias;  ///< as many numbers as there are output channels, in whole panels
  float* y;
  std::atomic<bool>& tame;   ///< cleared when an output is infinite or no number
  const float* u = nullptr;  ///< U of the whole weight, where there is such

  Int panels() const { return weights.panels(); }
  static Int u_plane(Int inputs) { return inputs * kPanel + kGap; }
  /// M of `n` tiles to the output map: tiles from `begin` on, one panel.
  void write(Int begin, Int n, Int panel, const float* m, Int m_plane, Check& check) const {
    for (Int t = 0; t < n; ++t)
      transforms.output(to, m + t * kPanel, m_plane, bias, begin + t, panel * kPanel,
                        channels_of(panel, to.channels), y, check.sums);
  }
};

/// U of a whole weight, a panel of outputs after the other.
Int size_of_u(const Weights& w) {
  return w.panels() * w.transforms.points * MapToMap::u_plane(w.inputs);
}
void transform_all(const Weights& w, float* u) {
  constexpr Int kInputs = Weights::kInputs;
  const Int groups = (w.inputs + kInputs - 1) / kInputs, u_plane = MapToMap::u_plane(w.inputs);
  parallel_for(0, w.panels() * groups, 4, [&](Int first, Int last) {
    for (Int i = first; i < last; ++i) {
      const Int panel = i / groups, r = i % groups * kInputs;
      w.transform(r, std::min(kInputs, w.inputs - r), panel,
                  u + panel * w.transforms.points * u_plane + r * kPanel, u_plane);
    }
  });
}

/// Many tiles, small weights: U is made once, then each thread takes blocks of tiles all the way,
/// so that V and M stay in its cache.
void tiles_outside(const MapToMap& p, const float* zeros) {
  const Int inputs = p.from.channels, points = p.transforms.points;
  const Int u_plane = p.u_plane(inputs), u_panel = points * u_plane;
  const Scratch<float> u_room(p.u ? 0 : size_of_u(p.weights));
  if (!p.u) transform_all(p.weights, u_room.data());
  const float* const u = p.u ? p.u : u_room.data();

  const Int block = inputs <= 64 ? 24 : inputs <= 128 ? 48 : 60;
  const Int threads = get_num_threads();
  const Int blocks = ((p.tiles + block - 1) / block + threads - 1) / threads * threads;
  const Int most = (p.tiles + blocks - 1) / blocks;
  parallel_for(0, blocks, 1, [&](Int first, Int last) {
    const Scratch<float> v_room(size_of_rows(points, most, inputs)),
        m(points * (most * kPanel + kGap));
    const WinogradPlanes v = rows_of_channels(v_room.data(), most, inputs);
    const Int m_plane = most * kPanel + kGap;
    Check check;
    for (Int b = first; b < last; ++b) {
      const Int begin = p.tiles * b / blocks, n = p.tiles * (b + 1) / blocks - begin;
      for (Int t = 0; t < n; ++t) p.transforms.input(p.from, p.x, zeros, begin + t, v, t);
      for (Int panel = 0; panel < p.panels(); ++panel) {
        for (Int point = 0; point < points; ++point)
          for (Int r = 0; r < inputs; r += kTerms)
            kernels().product(n, columns_of(panel, p.to.channels), std::min(kTerms, inputs - r),
                              v.data + point * v.plane + r, v.row, 1,
                              u + panel * u_panel + point * u_plane + r * kPanel,
                              m.data() + point * m_plane, r > 0);
        p.write(begin, n, panel, m.data(), m_plane, check);
      }
    }
    if (!check.tame()) p.tame = false;
  });
}

/// Few tiles, large weights: V of a chunk of tiles is shared, each thread takes panels of outputs
/// and makes U for them piece by piece, so that U stays in its cache and is never stored.
void weights_outside(const MapToMap& p, const float* zeros) {
  const Int inputs = p.from.channels, points = p.transforms.points;
  const Int u_plane = p.u_plane(p.u ? inputs : kTerms);
  const Int chunks = (p.tiles + 255) / 256, most = (p.tiles + chunks - 1) / chunks;
  const Scratch<float> v_room(size_of_rows(points, most, inputs));
  const WinogradPlanes v = rows_of_channels(v_room.data(), most, inputs);
  const Int m_plane = most * kPanel + kGap;
  for (Int chunk = 0; chunk < chunks; ++chunk) {
    const Int begin = p.tiles * chunk / chunks, n = p.tiles * (chunk + 1) / chunks - begin;
    parallel_for(0, n, 4, [&](Int first, Int last) {
      for (Int t = first; t < last; ++t) p.transforms.input(p.from, p.x, zeros, begin + t, v, t);
    });
    parallel_for(0, p.panels(), 1, [&](Int first, Int last) {
      const Scratch<float> u_room(p.u ? 0 : points * u_plane), m(points * m_plane);
      Check check;
      for (Int panel = first; panel < last; ++panel) {
        for (Int r = 0; r < inputs; r += kTerms) {
          const Int terms = std::min(kTerms, inputs - r);
          if (!p.u) p.weights.transform(r, terms, panel, u_room.data(), u_plane);
          const float* u = p.u ? p.u + panel * points * u_plane + r * kPanel : u_room.data();
          for (Int point = 0; point < points; ++point)
            kernels().product(n, columns_of(panel, p.to.channels), terms,
                              v.data + point * v.plane + r, v.row, 1, u + point * u_plane,
                              m.data() + point * m_plane, r > 0);
        }
        p.write(begin, n, panel, m.data(), m_plane, check);
      }
      if (!check.tame()) p.tame = false;
    });
  }
}

/// The forward pass, or with `gradient` the gradient of the input. False where a result is infinite
/// or no number.
bool map_to_map(const Convolution& c, bool gradient) {
  const ConvolutionSizes& s = c.sizes;
  const WinogradTransforms& t = *transforms_for(s);
  const Int inputs = gradient ? s.out_channels : s.in_channels,
            outputs = gradient ? s.in_channels : s.out_channels;
  const Int in_height = gradient ? s.out_height : s.height,
            in_width = gradient ? s.out_width : s.width;
  const Int out_height = gradient ? s.height : s.out_height,
            out_width = gradient ? s.width : s.out_width;
  const Int down = tiles_of(out_height, t.step_down), across = tiles_of(out_width, t.step_across);
  const Int top = gradient ? s.kernel_height - 1 - s.top : s.top,
            left = gradient ? s.kernel_width - 1 - s.left : s.left;

  const MapIn x(gradient ? c.y : c.x, gradient ? c.y_channels_last : c.x_channels_last, s.batch,
                inputs, in_height * in_width);
  const MapOut y(gradient ? c.x : c.y, gradient ? c.x_channels_last : c.y_channels_last, s.batch,
                 outputs, out_height * out_width);
  const Int whole = panels_of(outputs) * kPanel;
  const Scratch<float> bias(whole), zeros(inputs);
  std::fill_n(zeros.data(), inputs, 0.0f);
  std::fill_n(bias.data(), whole, 0.0f);
  if (c.bias) std::copy_n(static_cast<const float*>(c.bias), outputs, bias.data());

  const Weights weights{static_cast<const float*>(c.w), inputs, outputs, gradient, t};
  PackedWeight packed(c.given_w, gradient ? "Winograd, gradient" : "Winograd", 0,
                      static_cast<std::size_t>(size_of_u(weights)) * sizeof(float));
  if (packed && !packed.filled()) {
    transform_all(weights, packed.as<float>());
    packed.keep();
  }

  std::atomic<bool> tame = true;
  const MapToMap p{
      {in_height, in_width, inputs, down, across, t.step_down, t.step_across, top, left},
      {out_height, out_width, outputs, down, across, t.step_down, t.step_across, 0, 0},
      s.batch * down * across,
      x.data(),
      weights,
      t,
      bias.data(),
      y.data(),
      tame,
      packed.as<float>()};
  // U in the cache that threads share, or V
  const bool large_weights =
      4.0 * static_cast<double>(t.points * inputs * whole) > 16e6 || p.tiles <= 64;
  if (large_weights && p.panels() >= get_num_threads()) weights_outside(p, zeros.data());
  else tiles_outside(p, zeros.data());
  if (tame) y.write();
  return tame;
}

// ---- the gradient of the weight

/// Rows of dU that a thread works on at a time: 64, or fewer to have a block for every thread.
Int rows_of_block(Int k, Int panels) {
  Int rows = kPanel;
  while (rows > 8 && (k + rows - 1) / rows * panels < get_num_threads()) rows /= 2;
  return rows;
}

/// dU, a block of rows (outputs) and a panel of columns (inputs) after the other.
struct WeightSums {
  const ConvolutionSizes& s;
  const WinogradTransforms& transforms;
  Int points = transforms.points;
  Int panels = panels_of(s.in_channels), rows = rows_of_block(s.out_channels, panels);
  Int blocks = (s.out_channels + rows - 1) / rows * panels;
  Int plane = rows * kPanel + kGap;
  Scratch<float> room{blocks * points * plane};

  Int first_row(Int block) const { return block / panels * rows; }
  Int rows_of(Int block) const { return std::min(rows, s.out_channels - first_row(block)); }
  float* at(Int block) const { return room.data() + block * points * plane; }

  /// dU[p] += dM[p]^T V[p] over n tiles; with `first` it starts anew.
  void add(const WinogradPlanes& m, const WinogradPlanes& v, Int n, bool first) const {
    parallel_for(0, blocks, 1, [&](Int begin, Int end) {
      for (Int b = begin; b < end; ++b) {
        const Int panel = b % panels;
        for (Int point = 0; point < points; ++point)
          kernels().product(rows_of(b), columns_of(panel, s.in_channels), n,
                            m.data + point * m.plane + first_row(b), 1, m.row,
                            v.data + point * v.plane + panel * v.panel, at(b) + point * plane,
                            !first);
      }
    });
  }

  /// dg = G^T dU G, to the weight's own order.
  void write(float* w) const {
    parallel_for(0, blocks * rows, 16, [&](Int first, Int last) {
      alignas(64) float g[25 * kPanel], turned[25 * kPanel];
      for (Int i = first; i < last; ++i) {
        const Int b = i / rows, panel = b % panels;
        if (i % rows >= rows_of(b)) continue;
        transforms.weight_gradient(at(b) + i % rows * kPanel, plane, g, kPanel);
        const Int channels = channels_of(panel, s.in_channels);
        kernels().transpose(s.kernel(), channels, g, kPanel, turned, s.kernel());
        std::copy_n(turned, s.kernel() * channels,
                    w + ((first_row(b) + i % rows) * s.in_channels + panel * kPanel) * s.kernel());
      }
    });
  }
};

bool all_finite(const float* x, Int size) {
  Check check;
  Int i = 0;
  for (; i + 16 <= size; i += 16)
    for (int p = 0; p < 16; ++p) check.sums[p] += 0.0f * x[i + p];
  for (; i < size; ++i) check.sums[0] += 0.0f * x[i];
  return check.tame();
}

bool weight_gradient(const Convolution& conv) {
  const ConvolutionSizes& s = conv.sizes;
  const WinogradTransforms& t = *transforms_for(s);
  const Int c = s.in_channels, k = s.out_channels, points = t.points;
  const Int down = tiles_of(s.out_height, t.step_down),
            across = tiles_of(s.out_width, t.step_across);
  const Int tiles = s.batch * down * across;
  const WinogradMap map{s.height,    s.width,       c,     down,  across,
                        t.step_down, t.step_across, s.top, s.left};
  const WinogradMap gradient_map{s.out_height, s.out_width,   k, down, across,
                                 t.step_down,  t.step_across, 0, 0};
  const MapIn x(conv.x, conv.x_channels_last, s.batch, c, s.image());
  const MapIn dy(conv.y, conv.y_channels_last, s.batch, k, s.out_image());
  const Scratch<float> zeros(std::max(c, k));
  std::fill_n(zeros.data(), std::max(c, k), 0.0f);

  const WeightSums sums{s, t};
  // As many tiles as keep V, M and dU in the cache, or where dU is larger, as spare it visits.
  const Int block = c * k <= kPanel * kPanel ? 64 : 192;
  const Int chunks = (tiles + block - 1) / block, most = (tiles + chunks - 1) / chunks;
  const Int panel_size = most * kPanel + kGap, v_size = points * sums.panels * panel_size;
  const Scratch<float> v_room(v_size), m_room(size_of_rows(points, most, k));
  const WinogradPlanes v{v_room.data(), sums.panels * panel_size, kPanel, panel_size};
  const WinogradPlanes m = rows_of_channels(m_room.data(), most, k);
  for (Int chunk = 0; chunk < chunks; ++chunk) {
    const Int begin = tiles * chunk / chunks, n = tiles * (chunk + 1) / chunks - begin;
    parallel_for(0, n, 4, [&](Int first, Int last) {
      for (Int i = first; i < last; ++i) {
        t.input(map, x.data(), zeros.data(), begin + i, v, i);
        t.gradient(gradient_map, dy.data(), zeros.data(), begin + i, m, i);
      }
    });
    sums.add(m, v, n, chunk == 0);
  }
  sums.write(static_cast<float*>(conv.w));
  return all_finite(static_cast<const float*>(conv.w), s.w_numel());
}

// ---- the rung

/// An infinity or a NaN (or numbers so large that their sums overflow) reaches all outputs of its
/// tiles, not only those that see it. The sums of a tile never lose it again, so it shows in the
/// results, where looking costs least: then the definition is computed.
void run(const ConvProblem& p, const Convolution& c) {
  const bool tame = p.pass == ConvolutionPass::weight_gradient
                        ? weight_gradient(c)
                        : map_to_map(c, p.pass == ConvolutionPass::input_gradient);
  if (!tame) kConvIm2col.run(p, c);
}

std::string cannot(const ConvProblem& p) {
  const ConvolutionSizes& s = p.sizes;
  if (p.dtype != DType::f32) return str("it computes float32, not ", p.dtype);
  if (!transforms_for(s))
    return str("the kernel is ", s.kernel_height, "x", s.kernel_width,
               ", not 3x3, 5x5, 1x3 or 1x5");
  if (s.stride_height != 1 || s.stride_width != 1) return "the stride is not 1";
  if (s.dilation_height != 1 || s.dilation_width != 1) return "the dilation is not 1";
  if (s.groups != 1) return "the channels are in groups";
  return "";
}

// Measured with AVX-512 against direct: docs/performance.md has the figures.
std::string rather_not(const ConvProblem& p) {
  const ConvolutionSizes& s = p.sizes;
  constexpr Int kFew = 16;
  if (std::min(s.in_channels, s.out_channels) < kFew)
    return "with so few channels the transforms cost more than the products save";
  const Int columns = p.pass == ConvolutionPass::forward ? s.out_channels : s.in_channels;
  if (2 * round_up(columns, kFew) > 3 * columns)
    return "channels are filled up to multiples of 16 with zeros: too many of those here";
  const WinogradTransforms& t = *transforms_for(s);
  constexpr Int kLeast = 16 * 16;  // tiles of 4x4, or as many outputs in smaller ones
  if (s.batch * tiles_of(s.out_height, t.step_down) * tiles_of(s.out_width, t.step_across) *
          t.step_down * t.step_across <
      kLeast)
    return "too few tiles to be worth transforming the weights";
  return "";
}

}  // namespace

extern const ConvRung kConvWinograd{
    "winograd", "Winograd, 3x3 and 5x5: a quarter or a third of the multiplications", &run, &cannot,
    &rather_not};

}  // namespace limpid

// Convolution with fewer multiplications than its definition: Winograd's F(4x4, 3x3).
//
// A polynomial of degree 5 is known by its values at 6 points (one of them infinity), and a product
// of polynomials has the product of their values. Convolving is multiplying polynomials, so 4
// outputs of a 1-d convolution with 3 taps cost 6 multiplications in place of 12:
//   y = A^T [(G g) * (B^T d)]          d: 6 inputs, g: 3 taps, y: 4 outputs, * elementwise
// where B^T, G and A^T evaluate at the points and interpolate (winograd_simd.cpp has them). In two
// dimensions each tile of 4x4 outputs takes 36 multiplications a channel in place of 144:
//   y = A^T [(G g G^T) * (B^T d B)] A
// The sums over channels can be taken between * and A^T, which makes them 36 products of matrices,
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
// spirit: small fractions.) Maps are held channels-last, so that a vector holds the same pixel of
// neighbouring channels.

#include <algorithm>
#include <atomic>
#include <cstring>

#include "limpid/backends/cpu/parallel.h"
#include "limpid/backends/cpu/scratch.h"
#include "limpid/backends/cpu/simd.h"
#include "limpid/backends/cpu/strided_copy.h"
#include "limpid/core/str.h"
#include "limpid/ops/conv2d/ladder.h"
#include "limpid/ops/conv2d/winograd.h"

namespace limpid {

namespace {

using Int = std::int64_t;
constexpr Int kPanel = kWinogradPanel, kPoints = kWinogradPoints;
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

Int round_up(Int n) { return (n + kPanel - 1) / kPanel * kPanel; }

/// Planes of transformed tiles with `tiles` rows, all channels of a row side by side.
WinogradPlanes rows_of_channels(float* data, Int tiles, Int channels) {
  const Int row = channels + kGap;
  return {data, tiles * row + kGap, row, kPanel};
}
Int size_of_rows(Int tiles, Int channels) { return kPoints * (tiles * (channels + kGap) + kGap); }

// ---- maps and weights in the order that the loops want

/// f(image, first pixel, count) for stretches of pixels that the caches hold, in several threads.
template <class F>
void for_each_stretch(Int batch, Int pixels, const F& f) {
  constexpr Int kStretch = 64;
  const Int stretches = (pixels + kStretch - 1) / kStretch;
  parallel_for(0, batch * stretches, 4, [&](Int first, Int last) {
    for (Int s = first; s < last; ++s) {
      const Int begin = s % stretches * kStretch;
      f(s / stretches, begin, std::min(kStretch, pixels - begin));
    }
  });
}

/// (N, C, pixels) -> (N, pixels, channels), with zeros as channels beyond C.
void to_channels_last(const float* from, Int batch, Int c, Int pixels, Int channels, float* to) {
  if (channels != c)
    std::memset(to, 0, static_cast<std::size_t>(batch * pixels * channels) * sizeof(float));
  for_each_stretch(batch, pixels, [&](Int n, Int first, Int count) {
    kernels().transpose(c, count, from + n * c * pixels + first, pixels,
                        to + (n * pixels + first) * channels, channels);
  });
}
void from_channels_last(const float* from, Int batch, Int c, Int pixels, Int channels, float* to) {
  for_each_stretch(batch, pixels, [&](Int n, Int first, Int count) {
    kernels().transpose(count, c, from + (n * pixels + first) * channels, channels,
                        to + n * c * pixels + first, pixels);
  });
}

// ---- a map from a map

/// y = convolution of x, both channels-last with whole panels of channels.
struct MapToMap {
  WinogradMap from, to;
  Int tiles;
  const float *x, *taps;  ///< taps: 9 planes of from.channels x to.channels
  const float* bias;      ///< to.channels numbers
  float* y;

  Int panels() const { return to.channels / kPanel; }
  Int u_plane(Int inputs) const { return inputs * kPanel + kGap; }
  /// U of inputs [first, first + count) for one panel of outputs.
  void transform_weights(Int first, Int count, Int panel, float* u, Int u_plane) const {
    for (Int r = 0; r < count; ++r)
      kernels().weight(taps + (first + r) * to.channels + panel * kPanel,
                       from.channels * to.channels, u + r * kPanel, u_plane);
  }
};

/// Many tiles, small weights: U is made once, then each thread takes blocks of tiles all the way,
/// so that V and M stay in its cache.
void tiles_outside(const MapToMap& p, const float* zeros) {
  const Int inputs = p.from.channels, u_plane = p.u_plane(inputs), u_panel = kPoints * u_plane;
  const Scratch<float> u(p.panels() * u_panel);
  parallel_for(0, p.panels() * inputs, 64, [&](Int first, Int last) {
    for (Int i = first; i < last; ++i)
      p.transform_weights(i % inputs, 1, i / inputs,
                          u.data() + i / inputs * u_panel + i % inputs * kPanel, u_plane);
  });

  const Int block = p.tiles < 512 ? 128 : inputs <= 64 ? 16 : 24;
  const Int threads = get_num_threads();
  const Int blocks = ((p.tiles + block - 1) / block + threads - 1) / threads * threads;
  const Int most = (p.tiles + blocks - 1) / blocks;
  parallel_for(0, blocks, 1, [&](Int first, Int last) {
    const Scratch<float> v_room(size_of_rows(most, inputs)), m(size_of_rows(most, kPanel - kGap));
    const WinogradPlanes v = rows_of_channels(v_room.data(), most, inputs);
    const Int m_plane = most * kPanel + kGap;
    for (Int b = first; b < last; ++b) {
      const Int begin = p.tiles * b / blocks, n = p.tiles * (b + 1) / blocks - begin;
      for (Int t = 0; t < n; ++t) kernels().input(p.from, p.x, zeros, begin + t, v, t);
      for (Int panel = 0; panel < p.panels(); ++panel) {
        for (Int point = 0; point < kPoints; ++point)
          for (Int r = 0; r < inputs; r += kTerms)
            kernels().product(n, std::min(kTerms, inputs - r), v.data + point * v.plane + r, v.row,
                              1, u.data() + panel * u_panel + point * u_plane + r * kPanel,
                              m.data() + point * m_plane, r > 0);
        for (Int t = 0; t < n; ++t)
          kernels().output(p.to, m.data() + t * kPanel, m_plane, p.bias, begin + t, panel * kPanel,
                           p.y);
      }
    }
  });
}

/// Few tiles, large weights: V of a chunk of tiles is shared, each thread takes panels of outputs
/// and makes U for them piece by piece, so that U stays in its cache and is never stored.
void weights_outside(const MapToMap& p, const float* zeros) {
  const Int inputs = p.from.channels, u_plane = p.u_plane(kTerms);
  const Int chunks = (p.tiles + 255) / 256, most = (p.tiles + chunks - 1) / chunks;
  const Scratch<float> v_room(size_of_rows(most, inputs));
  const WinogradPlanes v = rows_of_channels(v_room.data(), most, inputs);
  const Int m_plane = most * kPanel + kGap;
  for (Int chunk = 0; chunk < chunks; ++chunk) {
    const Int begin = p.tiles * chunk / chunks, n = p.tiles * (chunk + 1) / chunks - begin;
    parallel_for(0, n, 4, [&](Int first, Int last) {
      for (Int t = first; t < last; ++t) kernels().input(p.from, p.x, zeros, begin + t, v, t);
    });
    parallel_for(0, p.panels(), 1, [&](Int first, Int last) {
      const Scratch<float> u(kPoints * u_plane), m(kPoints * m_plane);
      for (Int panel = first; panel < last; ++panel) {
        for (Int r = 0; r < inputs; r += kTerms) {
          const Int terms = std::min(kTerms, inputs - r);
          p.transform_weights(r, terms, panel, u.data(), u_plane);
          for (Int point = 0; point < kPoints; ++point)
            kernels().product(n, terms, v.data + point * v.plane + r, v.row, 1,
                              u.data() + point * u_plane, m.data() + point * m_plane, r > 0);
        }
        for (Int t = 0; t < n; ++t)
          kernels().output(p.to, m.data() + t * kPanel, m_plane, p.bias, begin + t, panel * kPanel,
                           p.y);
      }
    });
  }
}

/// The forward pass, or with `gradient` the gradient of the input.
void map_to_map(const Convolution& c, bool gradient) {
  const ConvolutionSizes& s = c.sizes;
  const Int inputs = gradient ? s.out_channels : s.in_channels,
            outputs = gradient ? s.in_channels : s.out_channels;
  const Int in_height = gradient ? s.out_height : s.height,
            in_width = gradient ? s.out_width : s.width;
  const Int out_height = gradient ? s.height : s.out_height,
            out_width = gradient ? s.width : s.out_width;
  const Int r = round_up(inputs), o = round_up(outputs);
  const Int down = (out_height + 3) / 4, across = (out_width + 3) / 4;
  const Int top = gradient ? 2 - s.top : s.top, left = gradient ? 2 - s.left : s.left;

  const Scratch<float> x(s.batch * in_height * in_width * r),
      y(s.batch * out_height * out_width * o), taps(9 * r * o), bias(o), zeros(r);
  to_channels_last(static_cast<const float*>(gradient ? c.y : c.x), s.batch, inputs,
                   in_height * in_width, r, x.data());
  std::fill_n(zeros.data(), r, 0.0f);
  std::fill_n(bias.data(), o, 0.0f);
  if (c.bias) std::copy_n(static_cast<const float*>(c.bias), outputs, bias.data());

  // taps[q, r, o] = w[o, r, q], or with the gradient w[r, o, 8 - q]
  if (r != inputs || o != outputs) std::fill_n(taps.data(), 9 * r * o, 0.0f);
  const Int shape[] = {9, inputs, outputs}, to_strides[] = {r * o, o, 1};
  const Int forward_strides[] = {1, 9, 9 * inputs}, gradient_strides[] = {-1, 9 * outputs, 9};
  copy_strided_in_parallel(taps.data(), to_strides,
                           static_cast<const float*>(c.w) + (gradient ? 8 : 0),
                           gradient ? gradient_strides : forward_strides, shape, sizeof(float));

  const MapToMap p{{in_height, in_width, r, down, across, top, left},
                   {out_height, out_width, o, down, across, 0, 0},
                   s.batch * down * across,
                   x.data(),
                   taps.data(),
                   bias.data(),
                   y.data()};
  // U in the cache that threads share, or V
  const bool large_weights = 144.0 * static_cast<double>(r * o) > 16e6 || p.tiles <= 64;
  if (large_weights && p.panels() >= get_num_threads()) weights_outside(p, zeros.data());
  else tiles_outside(p, zeros.data());
  from_channels_last(y.data(), s.batch, outputs, out_height * out_width, o,
                     static_cast<float*>(gradient ? c.x : c.y));
}

// ---- the gradient of the weight

/// Rows of dU that a thread works on at a time: 64, or fewer to have a block for every thread.
Int rows_of_block(Int k, Int panels) {
  Int rows = kPanel;
  while (rows > 8 && k / rows * panels < get_num_threads()) rows /= 2;
  return rows;
}

void weight_gradient(const Convolution& conv) {
  const ConvolutionSizes& s = conv.sizes;
  const Int c = round_up(s.in_channels), k = round_up(s.out_channels), panels = c / kPanel;
  const Int down = (s.out_height + 3) / 4, across = (s.out_width + 3) / 4;
  const Int tiles = s.batch * down * across;
  const WinogradMap map{s.height, s.width, c, down, across, s.top, s.left};
  const WinogradMap gradient_map{s.out_height, s.out_width, k, down, across, 0, 0};

  const Scratch<float> x(s.batch * s.image() * c), dy(s.batch * s.out_image() * k),
      zeros(std::max(c, k));
  to_channels_last(static_cast<const float*>(conv.x), s.batch, s.in_channels, s.image(), c,
                   x.data());
  to_channels_last(static_cast<const float*>(conv.y), s.batch, s.out_channels, s.out_image(), k,
                   dy.data());
  std::fill_n(zeros.data(), std::max(c, k), 0.0f);

  const Int chunks = (tiles + 191) / 192, most = (tiles + chunks - 1) / chunks;
  const Int panel_size = most * kPanel + kGap;
  const Scratch<float> v_room(kPoints * panels * panel_size), m_room(size_of_rows(most, k));
  const WinogradPlanes v{v_room.data(), panels * panel_size, kPanel, panel_size};
  const WinogradPlanes m = rows_of_channels(m_room.data(), most, k);
  const Int rows = rows_of_block(k, panels), blocks = k / rows * panels;
  const Int du_plane = rows * kPanel + kGap;
  const Scratch<float> du(blocks * kPoints * du_plane), taps(9 * k * c);

  for (Int chunk = 0; chunk < chunks; ++chunk) {
    const Int begin = tiles * chunk / chunks, n = tiles * (chunk + 1) / chunks - begin;
    parallel_for(0, n, 4, [&](Int first, Int last) {
      for (Int t = first; t < last; ++t) {
        kernels().input(map, x.data(), zeros.data(), begin + t, v, t);
        kernels().gradient(gradient_map, dy.data(), zeros.data(), begin + t, m, t);
      }
    });
    parallel_for(0, blocks, 1, [&](Int first, Int last) {
      for (Int b = first; b < last; ++b) {  // dU[p] += dM[p]^T V[p]
        const Int panel = b % panels, row = b / panels * rows;
        float* block = du.data() + b * kPoints * du_plane;
        for (Int point = 0; point < kPoints; ++point)
          kernels().product(rows, n, m.data + point * m.plane + row, 1, m.row,
                            v.data + point * v.plane + panel * v.panel, block + point * du_plane,
                            chunk > 0);
      }
    });
  }
  parallel_for(0, blocks * rows, 64, [&](Int first, Int last) {
    for (Int i = first; i < last; ++i) {
      const Int b = i / rows, row = b / panels * rows + i % rows;
      kernels().weight_gradient(du.data() + b * kPoints * du_plane + i % rows * kPanel, du_plane,
                                taps.data() + row * c + b % panels * kPanel, k * c);
    }
  });
  const Int shape[] = {9, s.out_channels, s.in_channels}, from_strides[] = {k * c, c, 1},
            to_strides[] = {1, 9 * s.in_channels, 9};
  copy_strided_in_parallel(conv.w, to_strides, taps.data(), from_strides, shape, sizeof(float));
}

// ---- the rung

/// An infinity, a NaN or a huge number would reach all outputs of its tiles, not only those that
/// see it.
bool tame_part(const float* x, Int size) {
  constexpr float kLimit = 1e15f;
  std::uint32_t wild[16] = {};  // apart from one another, so that the loop becomes one of vectors
  Int i = 0;
  for (; i + 16 <= size; i += 16)
    for (int p = 0; p < 16; ++p) wild[p] |= !(x[i + p] < kLimit && x[i + p] > -kLimit);
  for (; i < size; ++i) wild[0] |= !(x[i] < kLimit && x[i] > -kLimit);
  return std::all_of(wild, wild + 16, [](std::uint32_t w) { return w == 0; });
}

bool tame(const void* data, Int size) {
  std::atomic<bool> all = true;
  parallel_for(0, size, 1 << 16, [&](Int first, Int last) {
    if (!tame_part(static_cast<const float*>(data) + first, last - first)) all = false;
  });
  return all;
}

bool all_tame(const Convolution& c, ConvolutionPass pass) {
  const ConvolutionSizes& s = c.sizes;
  return (pass == ConvolutionPass::input_gradient || tame(c.x, s.x_numel())) &&
         (pass == ConvolutionPass::weight_gradient || tame(c.w, s.w_numel())) &&
         (pass == ConvolutionPass::forward || tame(c.y, s.y_numel()));
}

void run(const ConvProblem& p, const Convolution& c) {
  if (!all_tame(c, p.pass)) return kConvIm2col.run(p, c);
  if (p.pass == ConvolutionPass::weight_gradient) weight_gradient(c);
  else map_to_map(c, p.pass == ConvolutionPass::input_gradient);
}

std::string cannot(const ConvProblem& p) {
  const ConvolutionSizes& s = p.sizes;
  if (p.dtype != DType::f32) return str("it computes float32, not ", p.dtype);
  if (s.kernel_height != 3 || s.kernel_width != 3)
    return str("the kernel is ", s.kernel_height, "x", s.kernel_width, ", not 3x3");
  if (s.stride_height != 1 || s.stride_width != 1) return "the stride is not 1";
  if (s.dilation_height != 1 || s.dilation_width != 1) return "the dilation is not 1";
  if (s.groups != 1) return "the channels are in groups";
  return "";
}

// Measured with AVX-512 and two threads against direct: docs/performance.md has the figures.
std::string rather_not(const ConvProblem& p) {
  const ConvolutionSizes& s = p.sizes;
  const auto filled = static_cast<double>(round_up(s.in_channels) * round_up(s.out_channels));
  const double most = p.pass == ConvolutionPass::forward ? 1.8 : 1.2;
  if (filled > most * static_cast<double>(s.in_channels * s.out_channels))
    return "channels are filled up to multiples of 64 with zeros: too many of those here";
  const Int tiles = s.batch * ((s.out_height + 3) / 4) * ((s.out_width + 3) / 4);
  if (tiles * std::min(s.in_channels, s.out_channels) < 8192)
    return "too few tiles to be worth transforming the weights";
  return "";
}

}  // namespace

extern const ConvRung kConvWinograd{"winograd",
                                    "Winograd F(4x4, 3x3): a quarter of the multiplications", &run,
                                    &cannot, &rather_not};

}  // namespace limpid

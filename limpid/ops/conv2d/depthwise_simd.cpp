// The loops of depthwise convolution, one compilation a SIMD level: vectors run along channels, so
// that any stride, dilation and size of kernel takes the same loads.

#include "limpid/backends/cpu/simd_rows.h"
#include "limpid/ops/conv2d/depthwise.h"

namespace limpid::LIMPID_SIMD_LEVEL {

namespace {

using Floats = Batch<float>;

/// A vector at p; with kPart only its first `left` lanes.
template <bool kPart>
Floats read(const float* p, std::int64_t left) {
  if constexpr (kPart) return load_partial<float>(p, left);
  else return Floats::load_unaligned(p);
}
template <bool kPart>
void write(float* p, Floats v, std::int64_t left) {
  if constexpr (kPart) store_partial<float>(p, v, left);
  else v.store_unaligned(p);
}

/// Sums of a block: kPixels by kVectors of channels, in two rows, which do not wait for one
/// another.
template <int kPixels, int kVectors>
using Sums = Floats[2][kPixels][kVectors];

/// Adds what a block sees through kTaps taps of a line, in the rows of y that see it: each loaded
/// pixel serves all taps and both rows.
template <int kTaps, bool kFirst, bool kSecond, bool kPart, int kPixels, int kVectors>
[[gnu::always_inline]] inline void add_taps(Sums<kPixels, kVectors>& sums, const DepthwiseRun& r,
                                            const DepthwiseLine& line, const DepthwiseTaps& taps,
                                            std::int64_t q, std::int64_t c) {
  constexpr std::int64_t w = kWidth<float>;
  const float* x = line.x + taps.x + q * r.x_step + c;
#pragma GCC unroll 4
  for (int v = 0; v < kVectors; ++v) {
    const std::int64_t left = r.channels - c;
    Floats first[kTaps], second[kTaps];
#pragma GCC unroll 4
    for (int t = 0; t < kTaps; ++t) {
      if constexpr (kFirst) first[t] = read<kPart>(line.w[0] + taps.w[t] + c + v * w, left);
      if constexpr (kSecond) second[t] = read<kPart>(line.w[1] + taps.w[t] + c + v * w, left);
    }
#pragma GCC unroll 8
    for (int at = 0; at < kPixels + kTaps - 1; ++at) {
      const Floats pixel = read<kPart>(x + at * r.x_step + v * w, left);
#pragma GCC unroll 4
      for (int t = 0; t < kTaps; ++t) {
        const int p = at - t;
        if (p < 0 || p >= kPixels) continue;
        if constexpr (kFirst) sums[0][p][v] = multiply_add(pixel, first[t], sums[0][p][v]);
        if constexpr (kSecond) sums[1][p][v] = multiply_add(pixel, second[t], sums[1][p][v]);
      }
    }
  }
}

template <int kTaps, bool kPart, int kPixels, int kVectors>
[[gnu::always_inline]] inline void add_line(Sums<kPixels, kVectors>& sums, const DepthwiseRun& r,
                                            const DepthwiseLine& line, const DepthwiseTaps& taps,
                                            std::int64_t q, std::int64_t c) {
  if (!line.w[1]) add_taps<kTaps, true, false, kPart>(sums, r, line, taps, q, c);
  else if (!line.w[0]) add_taps<kTaps, false, true, kPart>(sums, r, line, taps, q, c);
  else add_taps<kTaps, true, true, kPart>(sums, r, line, taps, q, c);
}

/// Sums of pixels from q on and channels from c on.
template <int kPixels, int kVectors, bool kPart>
void sum_block(const DepthwiseRun& r, const float* bias, std::int64_t q, std::int64_t c) {
  constexpr std::int64_t w = kWidth<float>;
  const std::int64_t left = r.channels - c;
  Sums<kPixels, kVectors> sums;
#pragma GCC unroll 4
  for (int v = 0; v < kVectors; ++v)
#pragma GCC unroll 4
    for (int p = 0; p < kPixels; ++p)
      sums[0][p][v] = sums[1][p][v] = read<kPart>(bias + c + v * w, left);
  for (const DepthwiseLine* line = r.lines; line != r.lines + r.line_count; ++line)
    for (const DepthwiseTaps* taps = r.taps; taps != r.taps + r.tap_count; ++taps) {
      if (taps->count == 3) add_line<3, kPart>(sums, r, *line, *taps, q, c);
      else if (taps->count == 2) add_line<2, kPart>(sums, r, *line, *taps, q, c);
      else add_line<1, kPart>(sums, r, *line, *taps, q, c);
    }
#pragma GCC unroll 2
  for (int row = 0; row < 2; ++row)
    if (r.y[row])
#pragma GCC unroll 4
      for (int p = 0; p < kPixels; ++p)
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; ++v)
          write<kPart>(r.y[row] + (q + p) * r.y_step + c + v * w, sums[row][p][v], left);
}

template <int kPixels, int kVectors>
void sum_pixels(const DepthwiseRun& r, const float* bias, std::int64_t q) {
  constexpr std::int64_t w = kWidth<float>;
  std::int64_t c = 0;
  for (; c + kVectors * w <= r.channels; c += kVectors * w)
    sum_block<kPixels, kVectors, false>(r, bias, q, c);
  for (; c + w <= r.channels; c += w) sum_block<kPixels, 1, false>(r, bias, q, c);
  if (c < r.channels) sum_block<kPixels, 1, true>(r, bias, q, c);
}

void sum(const DepthwiseRun& r, const float* bias) {
  std::int64_t q = 0;
  for (; q + 4 <= r.pixels; q += 4) sum_pixels<4, 1>(r, bias, q);
  for (; q < r.pixels; ++q) sum_pixels<1, 4>(r, bias, q);
}

/// Adds to kTaps weights from t on what pixels [first, last) say of channels from c on.
template <int kTaps, bool kPart>
void gradient_block(const DepthwiseGradientRun& r, std::int64_t t, std::int64_t first,
                    std::int64_t last, std::int64_t c) {
  const std::int64_t left = r.channels - c;
  const float *x[kTaps], *y = r.y + first * r.y_step + c;
  Floats sums[kTaps];
#pragma GCC unroll 16
  for (int i = 0; i < kTaps; ++i) {
    x[i] = r.x[t + i] + first * r.x_step + c;
    sums[i] = Floats(0.0f);
  }
  for (std::int64_t at = 0, q = first; q < last; ++q, at += r.x_step, y += r.y_step) {
    const Floats dy = read<kPart>(y, left);
#pragma GCC unroll 16
    for (int i = 0; i < kTaps; ++i)
      sums[i] = multiply_add(read<kPart>(x[i] + at, left), dy, sums[i]);
  }
#pragma GCC unroll 16
  for (int i = 0; i < kTaps; ++i) {
    float* w = r.w[t + i] + c;
    write<kPart>(w, read<kPart>(w, left) + sums[i], left);
  }
}

template <bool kPart>
void gradient_of_taps(const DepthwiseGradientRun& r, std::int64_t first, std::int64_t last,
                      std::int64_t c) {
  std::int64_t t = 0;
  for (; t + 9 <= r.taps; t += 9) gradient_block<9, kPart>(r, t, first, last, c);
  for (; t + 3 <= r.taps; t += 3) gradient_block<3, kPart>(r, t, first, last, c);
  if (t + 2 == r.taps) gradient_block<2, kPart>(r, t, first, last, c);
  if (t + 1 == r.taps) gradient_block<1, kPart>(r, t, first, last, c);
}

/// So many pixels at a time that they stay in the first cache while all taps and channels are
/// served, and that adding to the weights is little beside them.
void weight_gradient(const DepthwiseGradientRun& r) {
  constexpr std::int64_t kFloats = 2048;
  std::int64_t block = kFloats / r.channels;
  block = block < 4 ? 4 : block > 32 ? 32 : block;
  for (std::int64_t first = 0; first < r.pixels; first += block) {
    const std::int64_t last = first + block < r.pixels ? first + block : r.pixels;
    std::int64_t c = 0;
    for (; c + kWidth<float> <= r.channels; c += kWidth<float>)
      gradient_of_taps<false>(r, first, last, c);
    if (c < r.channels) gradient_of_taps<true>(r, first, last, c);
  }
}

}  // namespace

extern const DepthwiseKernels depthwise_kernels;
constexpr DepthwiseKernels depthwise_kernels{&sum, &weight_gradient};

}  // namespace limpid::LIMPID_SIMD_LEVEL

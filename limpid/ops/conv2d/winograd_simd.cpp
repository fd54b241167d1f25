// The loops of Winograd's convolution, one compilation a SIMD level: vectors run along channels.
// The unit uses no function of any header but those of simd_vector.h, so that no level's code can
// end up in another's place.
//
// The matrices, for the points 0, +-a, +-b and infinity with a = 5/8, b = 3/2. (Points +-1 and +-2,
// found in most texts, lose two and a half times as much to rounding.) With s = a^2 + b^2, p = a^2
// b^2:
//   B^T  = p  0     -s     0   1  0      A^T = 1  1    1    1    1    0
//          0 -ab^2  -b^2   a   1  0            0  a   -a    b   -b    0
//          0  ab^2  -b^2  -a   1  0            0  a^2  a^2  b^2  b^2  0
//          0 -a^2 b -a^2   b   1  0            0  a^3 -a^3  b^3 -b^3  1
//          0  a^2 b -a^2  -b   1  0
//          0  p      0    -s   0  1
//   G: row i is (1, t, t^2) / product over the other points (t - t'), for each point t; (0, 0, 1)
//   last.
// With five taps, and so two outputs, B^T is the same, A^T has only its first row and its second
// with a 1 last, and G has two more powers of t.

#include "limpid/backends/cpu/simd_vector.h"
#include "limpid/ops/conv2d/winograd.h"

namespace limpid::LIMPID_SIMD_LEVEL {

namespace {

#if defined(__AVX512F__)
constexpr int kRows = 6, kVectors = 4;  // 24 of 32 registers hold the product's tile
#elif defined(__AVX2__)
constexpr int kRows = 6, kVectors = 2;  // 12 of 16
#else
constexpr int kRows = 4, kVectors = 2;  // 8 of 16
#endif

/// The first `count` lanes, or all where there are fewer.
LIMPID_INLINE void store_first(float* p, Vector v, std::int64_t count) {
  if (count >= kLanes) return store(p, v);
  for (int lane = 0; lane < count; ++lane) p[lane] = v[lane];
}

constexpr float kA = 0.625f, kA2 = kA * kA, kA3 = kA2 * kA, kA4 = kA2 * kA2;
constexpr float kB = 1.5f, kB2 = kB * kB, kB3 = kB2 * kB, kB4 = kB2 * kB2;
constexpr float kSum = kA2 + kB2, kProduct = kA2 * kB2;
constexpr float kG0 = 1 / kProduct;                 // 1 / product of (0 - t') over the other points
constexpr float kGa = 1 / (2 * kA2 * (kA2 - kB2));  // the same at +-a
constexpr float kGb = 1 / (2 * kB2 * (kB2 - kA2));  // and at +-b

// One dimension of each transform: `f` reads kFrom vectors and writes kTo.

struct InputTransform {  // B^T
  static constexpr int kFrom = 6, kTo = 6;
  LIMPID_INLINE static void f(const Vector* d, Vector* o) {
    const Vector a_even = d[4] - kB2 * d[2], a_odd = kA * (d[3] - kB2 * d[1]);
    const Vector b_even = d[4] - kA2 * d[2], b_odd = kB * (d[3] - kA2 * d[1]);
    o[0] = d[4] - kSum * d[2] + kProduct * d[0];
    o[1] = a_even + a_odd;
    o[2] = a_even - a_odd;
    o[3] = b_even + b_odd;
    o[4] = b_even - b_odd;
    o[5] = d[5] - kSum * d[3] + kProduct * d[1];
  }
};
struct GradientTransform {  // A
  static constexpr int kFrom = 4, kTo = 6;
  LIMPID_INLINE static void f(const Vector* y, Vector* o) {
    const Vector a_even = y[0] + kA2 * y[2], a_odd = kA * (y[1] + kA2 * y[3]);
    const Vector b_even = y[0] + kB2 * y[2], b_odd = kB * (y[1] + kB2 * y[3]);
    o[0] = y[0];
    o[1] = a_even + a_odd;
    o[2] = a_even - a_odd;
    o[3] = b_even + b_odd;
    o[4] = b_even - b_odd;
    o[5] = y[3];
  }
};
struct OutputTransform {  // A^T
  static constexpr int kFrom = 6, kTo = 4;
  LIMPID_INLINE static void f(const Vector* m, Vector* o) {
    const Vector a_even = m[1] + m[2], a_odd = m[1] - m[2];
    const Vector b_even = m[3] + m[4], b_odd = m[3] - m[4];
    o[0] = m[0] + a_even + b_even;
    o[1] = kA * a_odd + kB * b_odd;
    o[2] = kA2 * a_even + kB2 * b_even;
    o[3] = kA3 * a_odd + kB3 * b_odd + m[5];
  }
};
struct WeightTransform {  // G
  static constexpr int kFrom = 3, kTo = 6;
  LIMPID_INLINE static void f(const Vector* g, Vector* o) {
    const Vector a_even = kGa * (g[0] + kA2 * g[2]), a_odd = (kGa * kA) * g[1];
    const Vector b_even = kGb * (g[0] + kB2 * g[2]), b_odd = (kGb * kB) * g[1];
    o[0] = kG0 * g[0];
    o[1] = a_even + a_odd;
    o[2] = a_even - a_odd;
    o[3] = b_even + b_odd;
    o[4] = b_even - b_odd;
    o[5] = g[2];
  }
};
struct WeightGradientTransform {  // G^T
  static constexpr int kFrom = 6, kTo = 3;
  LIMPID_INLINE static void f(const Vector* u, Vector* o) {
    const Vector a_even = kGa * (u[1] + u[2]), a_odd = (kGa * kA) * (u[1] - u[2]);
    const Vector b_even = kGb * (u[3] + u[4]), b_odd = (kGb * kB) * (u[3] - u[4]);
    o[0] = kG0 * u[0] + a_even + b_even;
    o[1] = a_odd + b_odd;
    o[2] = kA2 * a_even + kB2 * b_even + u[5];
  }
};

struct GradientOfTwo {  // A for five taps
  static constexpr int kFrom = 2, kTo = 6;
  LIMPID_INLINE static void f(const Vector* y, Vector* o) {
    const Vector a = kA * y[1], b = kB * y[1];
    o[0] = y[0];
    o[1] = y[0] + a;
    o[2] = y[0] - a;
    o[3] = y[0] + b;
    o[4] = y[0] - b;
    o[5] = y[1];
  }
};
struct TwoOutputs {  // A^T for five taps
  static constexpr int kFrom = 6, kTo = 2;
  LIMPID_INLINE static void f(const Vector* m, Vector* o) {
    o[0] = m[0] + (m[1] + m[2]) + (m[3] + m[4]);
    o[1] = kA * (m[1] - m[2]) + kB * (m[3] - m[4]) + m[5];
  }
};
struct FiveTaps {  // G
  static constexpr int kFrom = 5, kTo = 6;
  LIMPID_INLINE static void f(const Vector* g, Vector* o) {
    const Vector a_even = kGa * (g[0] + kA2 * g[2] + kA4 * g[4]),
                 a_odd = (kGa * kA) * (g[1] + kA2 * g[3]);
    const Vector b_even = kGb * (g[0] + kB2 * g[2] + kB4 * g[4]),
                 b_odd = (kGb * kB) * (g[1] + kB2 * g[3]);
    o[0] = kG0 * g[0];
    o[1] = a_even + a_odd;
    o[2] = a_even - a_odd;
    o[3] = b_even + b_odd;
    o[4] = b_even - b_odd;
    o[5] = g[4];
  }
};
struct FiveTapsGradient {  // G^T
  static constexpr int kFrom = 6, kTo = 5;
  LIMPID_INLINE static void f(const Vector* u, Vector* o) {
    const Vector a_even = kGa * (u[1] + u[2]), a_odd = (kGa * kA) * (u[1] - u[2]);
    const Vector b_even = kGb * (u[3] + u[4]), b_odd = (kGb * kB) * (u[3] - u[4]);
    o[0] = kG0 * u[0] + a_even + b_even;
    o[1] = a_odd + b_odd;
    o[2] = kA2 * a_even + kB2 * b_even;
    o[3] = kA2 * a_odd + kB2 * b_odd;
    o[4] = kA4 * a_even + kB4 * b_even + u[5];
  }
};

/// The rows of F in the order in which they are computed: two at a time where those share terms.
template <class F>
struct Order {
  static constexpr int kTogether = F::kTo == 6 || F::kTo == 4 ? 2 : F::kTo;
  static constexpr int of(int i) {
    constexpr int kSix[] = {1, 2, 3, 4, 0, 5}, kFour[] = {0, 2, 1, 3};
    return F::kTo == 6 ? kSix[i] : F::kTo == 4 ? kFour[i] : i;
  }
};

/// Both dimensions: out = F d F^T. `in(i, j)` gives a vector of d, `out(i, j, v)` takes one.
/// With `kLine`, a kernel of one row: out = F d.
///
/// Two rows of F d at a time stay in registers, though d is read more than once for that: all of
/// them would be stored, and loads wait for stores to a like place on another page.
template <class F, bool kLine, class In, class Out>
LIMPID_INLINE void transform(In in, Out out) {
  if constexpr (kLine) {
    Vector d[F::kFrom], o[F::kTo];
#pragma GCC unroll 6
    for (int j = 0; j < F::kFrom; ++j) d[j] = in(0, j);
    F::f(d, o);
#pragma GCC unroll 6
    for (int j = 0; j < F::kTo; ++j) out(0, j, o[j]);
    return;
  }
  constexpr int n = Order<F>::kTogether;
#pragma GCC unroll 3
  for (int first = 0; first < F::kTo; first += n) {
    Vector rows[n][F::kFrom];
#pragma GCC unroll 6
    for (int j = 0; j < F::kFrom; ++j) {
      Vector d[F::kFrom], o[F::kTo];
#pragma GCC unroll 6
      for (int i = 0; i < F::kFrom; ++i) d[i] = in(i, j);
      F::f(d, o);
#pragma GCC unroll 6
      for (int i = 0; i < n; ++i) rows[i][j] = o[Order<F>::of(first + i)];
    }
#pragma GCC unroll 6
    for (int i = 0; i < n; ++i) {
      Vector o[F::kTo];
      F::f(rows[i], o);
#pragma GCC unroll 6
      for (int j = 0; j < F::kTo; ++j) out(Order<F>::of(first + i), j, o[j]);
    }
  }
}

/// Where a tile lies: its image, and its first pixel, which may be outside.
struct Corner {
  std::int64_t image, y, x;
  LIMPID_INLINE Corner(const WinogradMap& m, std::int64_t tile)
      : image(tile / (m.tiles_across * m.tiles_down)),
        y(tile / m.tiles_across % m.tiles_down * m.step_down - m.top),
        x(tile % m.tiles_across * m.step_across - m.left) {}
};

/// Vectors of the last channels of a pixel, where they do not fill one: those, then zeros.
struct LastChannels {
  std::int64_t first, count;
  bool only;  ///< there is no vector of channels before them
  Places places;
  explicit LastChannels(std::int64_t channels)
      : first(channels / kLanes * kLanes), count(channels - first), only(first == 0) {
    for (int lane = 0; lane < kLanes; ++lane)
      places[lane] = lane < count ? lane + kLanes - static_cast<int>(count) : kLanes;
  }
  LIMPID_INLINE Vector load_from(const float* pixel) const {
    Vector v = {};
    if (!only) return pick(load(pixel + first + count - kLanes), v, places);
    for (int lane = 0; lane < count; ++lane) v[lane] = pixel[lane];
    return v;
  }
};

/// A tile of F::kFrom x F::kFrom pixels of a map, transformed.
template <class F, bool kLine>
void read_tile(const WinogradMap& m, const float* map, const float* zeros, std::int64_t tile,
               const WinogradPlanes& to, std::int64_t to_row) {
  constexpr int n = F::kFrom, rows = kLine ? 1 : n;
  const Corner corner(m, tile);
  const std::int64_t line = m.width * m.pixel;
  const float* first = map + corner.image * m.height * line + corner.y * line + corner.x * m.pixel;
  const float* pixel[rows][n];
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < n; ++j) {
      const std::int64_t y = corner.y + i, x = corner.x + j;
      const bool inside = y >= 0 && y < m.height && x >= 0 && x < m.width;
      pixel[i][j] = inside ? first + i * line + j * m.pixel : zeros;
    }
  float* row = to.data + to_row * to.row;
  const auto place = [&](std::int64_t c) {
    return row + c / kWinogradPanel * to.panel + c % kWinogradPanel;
  };
  for (std::int64_t c = 0; c + kLanes <= m.channels; c += kLanes) {
    float* at = place(c);
    transform<F, kLine>([&](int i, int j) { return load(pixel[i][j] + c); },
                        [&](int i, int j, Vector v) { store(at + (i * 6 + j) * to.plane, v); });
  }
  if (m.channels % kLanes == 0) return;
  const LastChannels last(m.channels);
  float* at = place(last.first);
  transform<F, kLine>([&](int i, int j) { return last.load_from(pixel[i][j]); },
                      [&](int i, int j, Vector v) { store(at + (i * 6 + j) * to.plane, v); });
}

template <class F, bool kLine>
void write_tile(const WinogradMap& m, const float* from, std::int64_t plane, const float* bias,
                std::int64_t tile, std::int64_t channel, std::int64_t count, float* y,
                float* check) {
  const Corner corner(m, tile);
  const std::int64_t line = m.width * m.pixel;
  float* first =
      y + corner.image * m.height * line + corner.y * line + corner.x * m.pixel + channel;
  const std::int64_t down = m.height - corner.y, across = m.width - corner.x;
  const bool whole = (kLine || down >= F::kTo) && across >= F::kTo;
  Vector wild = load(check);
  for (std::int64_t c = 0; c < count; c += kLanes) {
    const Vector b = load(bias + channel + c);
    const auto in = [&](int i, int j) { return load(from + (i * 6 + j) * plane + c); };
    if (whole && c + kLanes <= count)
      transform<F, kLine>(in, [&](int i, int j, Vector v) {
        wild += v * 0.0f;
        store(first + i * line + j * m.pixel + c, v + b);
      });
    else
      transform<F, kLine>(in, [&](int i, int j, Vector v) {
        wild += v * 0.0f;
        if (i < down && j < across)
          store_first(first + i * line + j * m.pixel + c, v + b, count - c);
      });
  }
  store(check, wild);
}

template <class F, bool kLine>
void transform_panel(const float* from, std::int64_t from_plane, float* to, std::int64_t to_plane) {
  for (std::int64_t c = 0; c < kWinogradPanel; c += kLanes)
    transform<F, kLine>(
        [&](int i, int j) { return load(from + (i * F::kFrom + j) * from_plane + c); },
        [&](int i, int j, Vector v) { store(to + (i * F::kTo + j) * to_plane + c, v); });
}

/// As many taps of a channel as there are lanes, for kLanes channels from `to` on, which lie kTaps
/// apart; what a vector writes too much belongs to taps that are written later, or lies behind
/// `end` and is not written.
template <int kTaps>
LIMPID_INLINE void write_taps(Vector* g, int count, float* to, const float* end) {
  transpose_block(g);
#pragma GCC unroll 16
  for (int lane = 0; lane < kLanes; ++lane, to += kTaps)
    if (to + kLanes <= end) store(to, g[lane]);
    else if (to < end) store_first(to, g[lane], count);
}

template <class F, bool kLine>
void write_weight_gradient(const float* du, std::int64_t plane, std::int64_t channels, float* dg,
                           float* check) {
  constexpr int kTaps = kLine ? F::kTo : F::kTo * F::kTo, kParts = (kTaps + kLanes - 1) / kLanes;
  Vector wild = load(check);
  for (std::int64_t c = 0; c < channels; c += kLanes) {
    Vector g[kParts * kLanes] = {};
    transform<F, kLine>([&](int i, int j) { return load(du + (i * F::kFrom + j) * plane + c); },
                        [&](int i, int j, Vector v) {
                          wild += v * 0.0f;
                          g[i * F::kTo + j] = v;
                        });
#pragma GCC unroll 8
    for (int part = kParts - 1; part >= 0; --part) {
      constexpr int kLast = kTaps - (kParts - 1) * kLanes;
      write_taps<kTaps>(g + part * kLanes, part == kParts - 1 ? kLast : kLanes,
                        dg + c * kTaps + part * kLanes, dg + channels * kTaps);
    }
  }
  store(check, wild);
}

/// What a tile of a product asks for at each of its k steps: a line of the next rows of b, and
/// `step` floats of what is needed soon.
struct Ahead {
  const float *b, *soon;
  std::int64_t step;
};

/// R rows and V vectors of the product, held in registers while p runs over k.
template <int R, int V>
void product_tile(std::int64_t k, const float* a, std::int64_t a_row, std::int64_t a_column,
                  const float* b, float* c, bool accumulate, const Ahead& ahead) {
  Vector sum[R][V] = {};
  // c is needed last, and may have to come from afar.
#pragma GCC unroll 6
  for (int i = 0; i < R; ++i)  // mutate: equivalent -- speed
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v)                                    // mutate: equivalent -- speed
      __builtin_prefetch(c + i * kWinogradPanel + v * kLanes, 1);  // mutate: equivalent -- speed
  for (std::int64_t p = 0; p < k; ++p) {
    __builtin_prefetch(ahead.b + p * kWinogradPanel, 0, 2);  // mutate: equivalent -- speed
    __builtin_prefetch(ahead.soon + p * ahead.step, 0, 2);   // mutate: equivalent -- speed
    Vector row[V];
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) row[v] = load(b + p * kWinogradPanel + v * kLanes);
#pragma GCC unroll 6
    for (int i = 0; i < R; ++i) {
      const float x = a[i * a_row];
#pragma GCC unroll 4
      for (int v = 0; v < V; ++v) sum[i][v] += x * row[v];
    }
    a += a_column;
  }
#pragma GCC unroll 6
  for (int i = 0; i < R; ++i)
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) {
      float* place = c + i * kWinogradPanel + v * kLanes;
      store(place, accumulate ? load(place) + sum[i][v] : sum[i][v]);
    }
}

/// V vectors of columns.
template <int V>
void product_columns(std::int64_t rows, std::int64_t k, const float* a, std::int64_t a_row,
                     std::int64_t a_column, const float* b, float* c, bool accumulate,
                     WinogradSoon soon) {
  constexpr std::int64_t kLine = 16;                                 // mutate: equivalent -- speed
  constexpr std::int64_t kLines = (V * kLanes + kLine - 1) / kLine;  // mutate: equivalent -- speed
  const std::int64_t tiles = (rows + kRows - 1) / kRows;
  const std::int64_t step =
      (soon.count + tiles * k - 1) / (tiles * k);  // mutate: equivalent -- speed
  std::int64_t i = 0;
  for (std::int64_t t = 0; t < tiles; ++t) {  // rows split evenly: 16 = 6 + 5 + 5, not 6 + 6 + 4
    const std::int64_t n = (rows - i + tiles - t - 1) / (tiles - t);
    const float* from = a + i * a_row;
    float* to = c + i * kWinogradPanel;
    const float* const next = b + k * kWinogradPanel + t * kLine;  // mutate: equivalent -- speed
    const float* const later = soon.data + t * k * step;           // mutate: equivalent -- speed
    const Ahead ahead{t < kLines ? next : b, later, step};         // mutate: equivalent -- speed
    switch (n) {
      case 6:
        product_tile<6 <= kRows ? 6 : kRows, V>(k, from, a_row, a_column, b, to, accumulate, ahead);
        break;
      case 5:
        product_tile<5 <= kRows ? 5 : kRows, V>(k, from, a_row, a_column, b, to, accumulate, ahead);
        break;
      case 4: product_tile<4, V>(k, from, a_row, a_column, b, to, accumulate, ahead); break;
      case 3: product_tile<3, V>(k, from, a_row, a_column, b, to, accumulate, ahead); break;
      case 2: product_tile<2, V>(k, from, a_row, a_column, b, to, accumulate, ahead); break;
      default: product_tile<1, V>(k, from, a_row, a_column, b, to, accumulate, ahead);
    }
    i += n;
  }
}

void product(std::int64_t rows, std::int64_t columns, std::int64_t k, const float* a,
             std::int64_t a_row, std::int64_t a_column, const float* b, float* c, bool accumulate,
             WinogradSoon soon) {
  if (rows == 0) return;  // a thread without tiles
  std::int64_t column = 0;
  // `n` columns more, with their share of what is needed soon.
  const auto next = [&](auto columns_of, std::int64_t n) {
    const float* const from =
        soon.data + soon.count * column / columns;        // mutate: equivalent -- speed
    const std::int64_t share = soon.count * n / columns;  // mutate: equivalent -- speed
    columns_of(rows, k, a, a_row, a_column, b + column, c + column, accumulate,
               WinogradSoon{from, share});
    column += n;
  };
  while (column + kVectors * kLanes <= columns) next(&product_columns<kVectors>, kVectors * kLanes);
  while (column + 2 * kLanes <= columns) next(&product_columns<2>, 2 * kLanes);
  while (column < columns) next(&product_columns<1>, kLanes);
}

/// The transforms for kernels of kTaps x kTaps, or with kLine 1 x kTaps.
template <bool kLine, class Gradient, class Output, class Weight, class WeightGradient>
constexpr WinogradTransforms transforms() {
  constexpr int taps = Weight::kFrom, step = Output::kTo;
  return {kLine ? 1 : taps,
          taps,
          kLine ? 1 : step,
          step,
          kLine ? 6 : 36,
          &read_tile<InputTransform, kLine>,
          &read_tile<Gradient, kLine>,
          &write_tile<Output, kLine>,
          &transform_panel<Weight, kLine>,
          &write_weight_gradient<WeightGradient, kLine>};
}
template <bool kLine>
constexpr WinogradTransforms three() {
  return transforms<kLine, GradientTransform, OutputTransform, WeightTransform,
                    WeightGradientTransform>();
}
template <bool kLine>
constexpr WinogradTransforms five() {
  return transforms<kLine, GradientOfTwo, TwoOutputs, FiveTaps, FiveTapsGradient>();
}

}  // namespace

extern const WinogradKernels winograd_kernels;
constexpr WinogradKernels winograd_kernels{
    kLanes, {three<false>(), five<false>(), three<true>(), five<true>()}, &product};

}  // namespace limpid::LIMPID_SIMD_LEVEL

// Products from panels of b. As in gemm.cpp blocks of a and of c stay in the second-level cache
// while k passes by; but a is packed only where the kernel would read it badly, the sums are those
// of c and start from the bias, and each thread has one part of c. While a tile computes it asks
// for a part of the next panel, since panels of many weights come from the third cache or from
// memory.

#include "limpid/backends/cpu/gemm_panels.h"

#include <algorithm>

#include "limpid/backends/cpu/packed_weight.h"
#include "limpid/backends/cpu/parallel.h"
#include "limpid/backends/cpu/scratch.h"

namespace limpid {

namespace {

constexpr std::int64_t kPanelRows = 144;  // of a block of a: a multiple of every tile's rows

/// Shares out among the tiles before it what a kernel will read next: a line at most for each step
/// along k, so that not all is asked for where few tiles go before.
class FetchAhead {
 public:
  /// `bytes` from `from` on (null: nothing), asked for by so many tiles of `depth` steps.
  FetchAhead(const void* from, std::int64_t bytes, std::int64_t tiles, std::int64_t depth)
      : from_(static_cast<const char*>(from)),
        step_(from ? std::min<std::int64_t>(kLine, bytes / (tiles * depth) + 1) : 0),
        depth_(depth) {}
  TileAhead next() {
    const TileAhead part{from_, step_};
    if (from_) from_ += step_ * depth_;  // mutate: equivalent -- speed
    return part;
  }

 private:
  static constexpr std::int64_t kLine = 64;  // mutate: equivalent -- speed
  const char* from_;
  std::int64_t step_, depth_;
};

/// A part of something counted from 0.
struct Range {
  std::int64_t first, end;
};

/// Piece `at` of `pieces` of [0, n) in steps of `step`.
Range piece_of(std::int64_t n, std::int64_t step, std::int64_t pieces, std::int64_t at) {
  const std::int64_t steps = (n + step - 1) / step;
  return {std::min(n, steps * at / pieces * step), std::min(n, steps * (at + 1) / pieces * step)};
}

/// How the rows and columns of c are shared out: so that the largest part is least, and of two
/// equal ways by columns where these are far more: b is then read once. Any other way gives the
/// same c, later.
struct Grid {
  std::int64_t down = 1, across = 1;
  Grid(std::int64_t rows, std::int64_t columns, std::int64_t tile_rows, std::int64_t tile_columns,
       std::int64_t parts) {
    const auto largest = [](std::int64_t n, std::int64_t tile, std::int64_t pieces) {
      const std::int64_t tiles = (n + tile - 1) / tile;  // mutate: equivalent -- speed
      return (tiles + pieces - 1) / pieces * tile;       // mutate: equivalent -- speed
    };
    std::int64_t least = -1;                     // mutate: equivalent -- speed
    for (std::int64_t d = parts; d >= 1; --d) {  // mutate: equivalent -- speed
      const std::int64_t a = parts / d;
      const std::int64_t tall = largest(rows, tile_rows, d);
      const std::int64_t part =
          tall * largest(columns, tile_columns, a);                 // mutate: equivalent -- speed
      const bool by_columns = part == least && columns > 8 * rows;  // mutate: equivalent -- speed
      if (least < 0 || part < least || by_columns)                  // mutate: equivalent -- speed
        least = part, down = d, across = a;
    }
  }
};

/// c from panels of b, for float and double with alpha 1 and beta 0 or 1.
template <class T>
struct PanelProduct {
  const Product<T>& product;
  const T* panels;  // of columns [j, j + columns) of b
  const T* bias;    // as many, and zeros up to whole panels; or null
  std::int64_t j, columns;
  bool packs_a;

  const Gemm& g() const { return product.g; }
  static const GemmKernel<T>& simd() { return kernel<T>(); }
  static std::int64_t width() { return panel_width<T>(); }

  /// One part of c, block by block: one that stays in the second-level cache while k passes by.
  /// Columns count from j.
  void compute(Range rows, Range part) const {
    const Scratch<T> packed(packs_a ? kPanelRows * kGemmDepth : 0);
    const std::int64_t across =
        kGemmBlockBytes / static_cast<std::int64_t>(sizeof(T)) / width() * width();
    for (std::int64_t s = part.first; s < part.end; s += across)
      for (std::int64_t i = rows.first; i < rows.end; i += kPanelRows) {
        const Range down{i, std::min(rows.end, i + kPanelRows)};
        const Range columns_of_block{s, std::min(part.end, s + across)};
        for (std::int64_t p = 0; p < g().k; p += kGemmDepth)
          compute_block(down, columns_of_block, p, std::min(kGemmDepth, g().k - p), packed.data());
        finish(down, columns_of_block);
      }
  }

 private:
  void finish(Range rows, Range part) const {
    if (!g().finish) return;
    for (std::int64_t i = rows.first; i < rows.end; ++i)
      g().finish(g().dtype, product.c(i, j + part.first), part.end - part.first);
  }

  void compute_block(Range rows, Range part, std::int64_t p, std::int64_t depth, T* packed) const {
    if (packs_a) pack(rows, p, depth, packed);
    const auto bytes = depth * width() * static_cast<std::int64_t>(sizeof(T));
    for (std::int64_t s = part.first; s < part.end; s += width()) {
      const std::int64_t most = packs_a ? simd().rows : tile_rows<T>(vectors_of(s));
      const std::int64_t tiles = (rows.end - rows.first + most - 1) / most;
      FetchAhead ahead(panel_after(s, part, p, depth), bytes, tiles, depth);
      for (std::int64_t r = rows.first; r < rows.end; r += most)
        tile(r, std::min(most, rows.end - r), s, p, depth,
             packs_a ? packed + (r - rows.first) * depth : nullptr, ahead.next());
    }
  }

  std::int64_t vectors_of(std::int64_t s) const {
    return (std::min(width(), columns - s) + simd().lanes - 1) / simd().lanes;
  }
  const T* panel(std::int64_t s, std::int64_t p) const { return panels + s * g().k + p * width(); }

  /// What is read behind panel (s, p); null: nothing in this block.
  const T* panel_after(std::int64_t s, Range part, std::int64_t p, std::int64_t depth) const {
    if (s + width() < part.end) return panel(s + width(), p);    // mutate: equivalent -- speed
    if (p + depth < g().k) return panel(part.first, p + depth);  // mutate: equivalent -- speed
    return nullptr;
  }

  void pack(Range block, std::int64_t p, std::int64_t depth, T* to) const {
    for (std::int64_t r = block.first; r < block.end; r += simd().rows, to += simd().rows * depth)
      simd().interleave(std::min<std::int64_t>(simd().rows, block.end - r), depth, product.a(r, p),
                        g().a.row_stride, g().a.column_stride, to, simd().rows);
  }

  void tile(std::int64_t i, std::int64_t height, std::int64_t s, std::int64_t p, std::int64_t depth,
            const T* packed, const TileAhead& ahead) const {
    const std::int64_t wanted = std::min(width(), columns - s), vectors = vectors_of(s);
    const T* start = bias && p == 0 ? bias + s : nullptr;
    const bool adds = p > 0 || g().beta == 1;
    const auto run = [&](T* to, std::int64_t row, bool accumulate, const T* from) {
      simd().tile(static_cast<int>(height), static_cast<int>(vectors), depth,
                  packed ? packed : product.a(i, p), packed ? 1 : g().a.row_stride,
                  packed ? simd().rows : g().a.column_stride, panel(s, p), width(), to, row,
                  accumulate, from, ahead);
    };
    T* const to = product.c(i, j + s);
    if (wanted == vectors * simd().lanes) return run(to, g().c_row_stride, adds, start);
    T whole[8 * 64];  // the largest tile: its last columns have no place in c
    run(whole, width(), false, start);
    for (std::int64_t r = 0; r < height; ++r)
      for (std::int64_t column = 0; column < wanted; ++column) {
        T& place = to[r * g().c_row_stride + column];
        place = whole[r * width() + column] + (adds ? place : T(0));
      }
  }
};

/// Reading a as it lies costs nothing where a row of it runs along memory, unless the rows of a
/// tile fall into the same few lines of the cache; few columns do not repay packing.
template <class T>
bool pays_to_pack_a(const Gemm& g) {
  if (g.a.column_stride != 1) return true;  // mutate: equivalent -- speed
  const auto row = static_cast<std::size_t>(std::abs(g.a.row_stride));
  const auto apart = row * sizeof(T);      // mutate: equivalent -- speed
  return apart % 2048 == 0 && g.n >= 512;  // mutate: equivalent -- speed
}

/// Packs columns [j, j + columns) of b as PanelProduct wants them.
template <class T>
void pack_panels(const Product<T>& product, std::int64_t j, std::int64_t columns, T* to) {
  const Gemm& g = product.g;
  const std::int64_t width = PanelProduct<T>::width();
  parallel_for(0, (columns + width - 1) / width, (1 << 16) / (g.k * width) + 1,
               [&](std::int64_t first, std::int64_t last) {
                 for (std::int64_t s = first * width; s < last * width; s += width)
                   kernel<T>().interleave(std::min(width, columns - s), g.k, product.b(0, j + s),
                                          g.b.column_stride, g.b.row_stride, to + s * g.k, width);
               });
}

/// Columns [j, j + columns) of c from panels of b.
template <class T>
void multiply_panels(const Product<T>& product, const T* panels, std::int64_t j,
                     std::int64_t columns) {
  const Gemm& g = product.g;
  const std::int64_t width = PanelProduct<T>::width(), room = round_up(columns, width);
  const Scratch<T> bias(g.bias ? room : 0);
  for (std::int64_t s = 0; g.bias && s < room; ++s)
    bias.data()[s] = s < columns ? product.bias(j + s) : T(0);
  const PanelProduct<T> part{product, panels,  g.bias ? bias.data() : nullptr,
                             j,       columns, pays_to_pack_a<T>(g)};
  const std::int64_t threads = std::clamp<std::int64_t>(
      g.m * columns * g.k >> 18, 1, static_cast<std::int64_t>(get_num_threads()));
  const Grid grid(g.m, columns, kernel<T>().rows, width, threads);
  parallel_for(0, grid.down * grid.across, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t n = first; n < last; ++n)
      part.compute(piece_of(g.m, kernel<T>().rows, grid.down, n % grid.down),
                   piece_of(columns, width, grid.across, n / grid.down));
  });
}

template <class T>
void pack_and_multiply(const Product<T>& product) {
  const Gemm& g = product.g;
  const std::int64_t width = PanelProduct<T>::width();
  const std::int64_t most = 8192 / width * width;  // columns of b that are packed at once
  const Scratch<T> panels(round_up(std::min(g.n, most), width) * g.k);
  for (std::int64_t j = 0; j < g.n; j += most) {
    const std::int64_t columns = std::min(most, g.n - j);
    pack_panels(product, j, columns, panels.data());
    multiply_panels(product, panels.data(), j, columns);
  }
}

}  // namespace

void panel_gemm(const Product<float>& product) { pack_and_multiply(product); }
void panel_gemm(const Product<double>& product) { pack_and_multiply(product); }

bool multiply_kept(const Gemm& g) {
  constexpr std::int64_t kFewRows = 8;
  if (!g.weight || g.dtype != DType::f32 || g.m < kFewRows || !goes_straight<float>(g))
    return false;
  const std::int64_t size = round_up(g.n, PanelProduct<float>::width()) * g.k;
  PackedWeight kept(g.weight, "gemm panels", g.b.column_stride == 1,
                    static_cast<std::size_t>(size) * sizeof(float));
  if (!kept) return false;
  const Product<float> product{g};
  if (!kept.filled()) {
    pack_panels(product, 0, g.n, kept.as<float>());
    kept.keep();
  }
  multiply_panels(product, kept.as<float>(), 0, g.n);
  return true;
}

}  // namespace limpid

// Products of matrices.
//
// Who computes: oneDNN, for float32 of some size and strides that it takes, unless a bias is to be
// added to many rows, or b has to be turned first (better_in_panels); otherwise our own loops:
//   dot     a matrix times a vector, or a row times a matrix, both running along k in memory: one
//           dot product an element
//   small   b is packed into columns panels, a is read where it lies, one thread
//   blocked large products. Three levels of blocks, after Goto and van de Geijn, "Anatomy of
//           High-Performance MatrixRef Multiplication" (2008):
//             b is packed into panels of as many columns as a tile has, so that the kernel reads it
//             in a straight line; a block of kGemmDepth rows of a panel stays in the nearest
//             caches; a is packed likewise, kBlockRows x kGemmDepth elements at a time, for the
//             second level; the kernel (gemm_simd.cpp) goes over the tiles of the block, and adds
//             to `sums`.
//   panel   the same for float and double that go straight from where they lie into c, the usual
//           case (gemm_panels.cpp)
// Our loops compute in float, double, uint32 or uint64; packing converts what is stored otherwise,
// and writing out applies alpha, beta and bias and converts back.

#include "limpid/backends/cpu/gemm.h"

#include <algorithm>

#include "limpid/backends/cpu/gemm_panels.h"
#include "limpid/backends/cpu/onednn.h"
#include "limpid/backends/cpu/parallel.h"
#include "limpid/backends/cpu/scratch.h"
#include "limpid/config.h"

namespace limpid {

namespace {

constexpr std::int64_t kBlockRows = 96;        // of a block of a: a multiple of every tile's rows
constexpr std::int64_t kSmall = 64 * 64 * 64;  // multiply-adds up to which oneDNN does not pay
constexpr std::int64_t kNarrowSmall = 32 * 32 * 32;  // the same where columns do not fill a vector
constexpr std::int64_t kUnpacked = 96 * 96 * 96;  // where they fill panels; packing a does not pay
constexpr std::int64_t kManyRows = 512;           // to which we add a bias cheaper than oneDNN does
constexpr std::int64_t kTurnedRows = 1024;        // from which on oneDNN turns b as fast as we
constexpr std::int64_t kDotRows = 8;              // up to which it takes dot products instead
constexpr std::int64_t kByColumnsDepth = 512, kByColumnsSize = 1 << 20;  // where c may be turned
constexpr std::int64_t kStackBytes = 16 << 10;

/// A few multiply-adds: not worth any preparation.
template <class T>
void tiny_gemm(const Product<T>& product) {
  using C = Compute<T>;
  const Gemm& g = product.g;
  for (std::int64_t i = 0; i < g.m; ++i)
    for (std::int64_t j = 0; j < g.n; ++j) {
      C sum = 0;
      const T *a = product.a(i, 0), *b = product.b(0, j);
      for (std::int64_t p = 0; p < g.k; ++p)
        sum += static_cast<C>(a[p * g.a.column_stride]) * static_cast<C>(b[p * g.b.row_stride]);
      product.store(i, j, sum);
    }
}

/// Whether c is a row or a column, and both factors run along k in memory: a linear layer given one
/// example, or a matrix times a vector.
bool is_dots(const Gemm& g) {
  return (g.m == 1 || g.n == 1) && g.a.column_stride == 1 && g.b.row_stride == 1;
}

template <class T>
void dot_gemm(const Product<T>& product) {
  using C = Compute<T>;
  const Gemm& g = product.g;
  parallel_for(0, g.m * g.n, (1 << 17) / std::max<std::int64_t>(g.k, 1) + 1,
               [&](std::int64_t first, std::int64_t last) {
                 for (std::int64_t n = first; n < last; ++n) {
                   const std::int64_t i = g.n == 1 ? n : 0, j = n - i;
                   const T *a = product.a(i, 0), *b = product.b(0, j);
                   product.store(i, j,
                                 kernel<C>().dot(g.k, reinterpret_cast<const C*>(a),
                                                 reinterpret_cast<const C*>(b)));
                 }
               });
}

/// One panel of columns after the other; a is read where it lies.
template <class T>
void small_gemm(const Product<T>& product) {
  const Gemm& g = product.g;
  const auto& simd = kernel<T>();
  const std::int64_t widest = panel_width<T>();
  T tile[8 * 64], stack[kStackBytes / sizeof(T)];
  const bool fits = g.k * widest <= static_cast<std::int64_t>(kStackBytes / sizeof(T));
  Scratch<T> heap(fits ? 0 : g.k * widest);
  T* packed = fits ? stack : heap.data();
  const bool straight = goes_straight<T>(g) && !g.bias;
  for (std::int64_t j = 0; j < g.n; j += widest) {
    const std::int64_t columns = std::min(widest, g.n - j);
    const std::int64_t vectors = (columns + simd.lanes - 1) / simd.lanes;
    const std::int64_t width = vectors * simd.lanes;
    const bool in_place = g.b.column_stride == 1 && columns == width;
    if (!in_place)
      simd.interleave(columns, g.k, product.b(0, j), g.b.column_stride, g.b.row_stride, packed,
                      width);
    const T* b = in_place ? product.b(0, j) : packed;
    const std::int64_t b_row = in_place ? g.b.row_stride : width, most = tile_rows<T>(vectors);
    for (std::int64_t i = 0; i < g.m; i += most) {
      const std::int64_t rows = std::min(most, g.m - i);
      const bool whole = straight && columns == width;
      simd.tile(static_cast<int>(rows), static_cast<int>(vectors), g.k, product.a(i, 0),
                g.a.row_stride, g.a.column_stride, b, b_row, whole ? product.c(i, j) : tile,
                whole ? g.c_row_stride : width, whole && g.beta == 1, nullptr, {});
      if (!whole) product.store(i, j, rows, columns, tile, width);
    }
  }
}

/// Rows [i, i + rows) x columns [j, j + columns) of c, from panels of b packed before.
template <class T>
void compute_block(const Product<T>& product, std::int64_t i, std::int64_t rows, std::int64_t j,
                   std::int64_t columns, const Compute<T>* panels) {
  using C = Compute<T>;
  const Gemm& g = product.g;
  const auto& simd = kernel<C>();
  const std::int64_t width = panel_width<C>(), sums_row = round_up(columns, width);
  Scratch<C> packed(round_up(rows, simd.rows) * kGemmDepth),
      sums(round_up(rows, simd.rows) * sums_row);
  for (std::int64_t p = 0; p < g.k; p += kGemmDepth) {
    const std::int64_t depth = std::min(kGemmDepth, g.k - p);
    for (std::int64_t r = 0; r < rows; r += simd.rows)
      product.pack_a(i + r, std::min<std::int64_t>(simd.rows, rows - r), simd.rows, p, depth,
                     packed.data() + r * depth);
    for (std::int64_t s = 0; s < columns; s += width)
      for (std::int64_t r = 0; r < rows; r += simd.rows)
        simd.tile(simd.rows, simd.vectors, depth, packed.data() + r * depth, 1, simd.rows,
                  panels + s * g.k + p * width, width, sums.data() + r * sums_row + s, sums_row,
                  p > 0, nullptr, {});
  }
  product.store(i, j, rows, columns, sums.data(), sums_row);
}

template <class T>
void blocked_gemm(const Product<T>& product) {
  using C = Compute<T>;
  const Gemm& g = product.g;
  const std::int64_t width = panel_width<C>();
  const std::int64_t block_columns =
      kGemmBlockBytes / static_cast<std::int64_t>(sizeof(C)) / width * width;
  const std::int64_t most = 8 * block_columns;  // of b that are packed at once
  Scratch<C> panels(round_up(std::min(g.n, most), width) * g.k);
  for (std::int64_t j = 0; j < g.n; j += most) {
    const std::int64_t columns = std::min(most, g.n - j);
    parallel_for(0, (columns + width - 1) / width, (1 << 15) / (g.k * width) + 1,
                 [&](std::int64_t first, std::int64_t last) {
                   for (std::int64_t s = first * width; s < last * width; s += width)
                     product.pack_b(0, g.k, j + s, std::min(width, columns - s), width,
                                    panels.data() + s * g.k);
                 });
    const std::int64_t down = (g.m + kBlockRows - 1) / kBlockRows;
    const std::int64_t across = (columns + block_columns - 1) / block_columns;
    const std::int64_t grain = (1 << 18) / (kBlockRows * block_columns * g.k) + 1;
    parallel_for(0, down * across, grain, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t block = first; block < last; ++block) {
        const std::int64_t r = block % down * kBlockRows, s = block / down * block_columns;
        compute_block(product, r, std::min(kBlockRows, g.m - r), j + s,
                      std::min(block_columns, columns - s), panels.data() + s * g.k);
      }
    });
  }
}

/// c = bias, or beta c + bias: what is left to do when there is nothing to multiply.
template <class T>
void scale_only(const Product<T>& product) {
  for (std::int64_t i = 0; i < product.g.m; ++i)
    for (std::int64_t j = 0; j < product.g.n; ++j) product.store(i, j, Compute<T>(0));
}

/// What is left to do of a product that did not finish its elements itself.
void finish_rows(const Gemm& g) {
  const auto element = static_cast<std::int64_t>(size_of(g.dtype));
  parallel_for(0, g.m, (1 << 15) / g.n + 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i)
      g.finish(g.dtype, static_cast<char*>(g.c) + i * g.c_row_stride * element, g.n);
  });
}

/// Our own loops; true when they finish the elements of c as well.
template <class T>
bool own_gemm(const Gemm& g) {
  const Product<T> product{g};
  const std::int64_t work = g.m * g.n * g.k;
  constexpr bool direct = sizeof(T) == sizeof(Compute<T>);  // the kernel can read a as it is stored
  if (work <= 64) return tiny_gemm(product), false;
  if constexpr (direct) {
    using C = Compute<T>;
    if (is_dots(g)) return dot_gemm(product), false;
    if constexpr (std::is_same_v<T, C>)
      if (work <= kUnpacked || (g.m <= 4 && g.b.column_stride == 1 && work <= 1 << 21))
        return small_gemm(product), false;
    if constexpr (std::is_same_v<T, C> && is_float_type<T>)
      if (goes_straight<T>(g)) return panel_gemm(product), true;
  }
  return blocked_gemm(product), false;
}

#if LIMPID_HAS_ONEDNN
/// Fills c with the bias, so that a product can be added to it.
void spread_bias(const Gemm& g) {
  const Product<float> product{g};
  parallel_for(0, g.m, (1 << 17) / g.n + 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i) {
      float* row = product.c(i, 0);
      for (std::int64_t j = 0; j < g.n; ++j) row[j] = product.bias(j);
    }
  });
}

/// Rows of a and columns of b that both run along k, as in x w^T: one of the two has to be turned
/// for a kernel, and that is b. With few rows it costs more than the product itself.
bool has_b_across(const Gemm& g) {
  return g.a.column_stride == 1 && g.b.row_stride == 1 && g.b.column_stride != 1;
}

/// Many rows of c from columns of a, as in the gradient of a weight, dy^T x, with many outputs: the
/// rows that oneDNN shares out are far apart in dy. c^T = x^T dy takes a tenth to a third less from
/// some depth on, if c is small beside it.
bool has_many_rows_across(const Gemm& g) {
  if (g.a.row_stride != 1 || g.b.column_stride != 1) return false;  // mutate: equivalent -- speed
  if (g.k < kByColumnsDepth) return false;                          // mutate: equivalent -- speed
  const bool small = g.m * g.n <= kByColumnsSize;                   // mutate: equivalent -- speed
  return small && 2 * g.n <= g.m;                                   // mutate: equivalent -- speed
}

/// Whether to compute c^T = b^T a^T, for which the smaller a is turned, and to turn that.
bool better_by_columns(const Gemm& g) {
  const bool few_rows = g.m > kDotRows && 2 * g.m <= g.n;           // mutate: equivalent -- speed
  return (has_b_across(g) && few_rows) || has_many_rows_across(g);  // mutate: equivalent -- speed
}

/// Whether our own panels, in which b is turned in registers, are ahead of oneDNN's.
bool better_in_panels(const Gemm& g) {
  if (g.bias && g.m >= kManyRows) return goes_straight<float>(g);  // mutate: equivalent -- speed
  if (!has_b_across(g) || g.m <= kDotRows) return false;           // mutate: equivalent -- speed
  if (g.m * g.n * g.k <= kUnpacked) return true;                   // mutate: equivalent -- speed
  return g.m < kTurnedRows && !better_by_columns(g);               // mutate: equivalent -- speed
}

/// Multiply-adds up to which our own loops are ahead, by how well columns fill panels.
std::int64_t most_small(const Gemm& g) {
  if (g.n % panel_width<float>() == 0) return kUnpacked;  // mutate: equivalent -- speed
  return g.n < 16 ? kNarrowSmall : kSmall;                // mutate: equivalent -- speed
}

bool use_onednn(const Gemm& g) {
  if (g.dtype != DType::f32 || (g.bias && g.beta != 0) || is_dots(g) || better_in_panels(g))
    return false;
  return g.m * g.n * g.k > most_small(g) && onednn_gemm_applies(g);  // mutate: equivalent -- speed
}

void with_onednn(const Gemm& g) {
  if (better_by_columns(g)) return onednn_gemm_by_columns(g);
  if (!g.bias) return onednn_gemm(g);
  spread_bias(g);
  Gemm added = g;
  added.beta = 1;
  onednn_gemm(added);
}
#endif

/// (a b)^T = b^T a^T: the same product with c transposed.
Gemm transposed(const Gemm& g) {
  Gemm t = g;
  t.m = g.n, t.n = g.m;
  t.a = g.b.transposed(), t.b = g.a.transposed();
  t.weight = nullptr;
  t.c_row_stride = g.c_column_stride, t.c_column_stride = g.c_row_stride;
  return t;
}

/// Tiles are wide: c is better transposed when it has many rows of few columns, or when its rows
/// are not in order in memory but its columns are. The product is the same either way.
bool better_transposed(const Gemm& g) {
  if (g.bias) return false;
  if (is_dots(g)) return false;  // mutate: equivalent -- speed: a dot an element already
  if (g.c_row_stride == 1 && g.c_column_stride != 1) return true;  // mutate: equivalent -- speed
  return g.n < 8 && g.m > g.n && g.c_column_stride != 1;           // mutate: equivalent -- speed
}

/// True when the elements of c are finished as well (Gemm::finish).
bool compute(const Gemm& g) {
  if (g.m * g.n * g.k > kUnpacked && multiply_kept(g)) return true;
#if LIMPID_HAS_ONEDNN
  if (onednn_bf16_gemm_applies(g)) return onednn_bf16_gemm(g), false;
  if (use_onednn(g)) return with_onednn(g), false;
#endif
  bool finished = false;
  visit_dtype(g.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (!std::is_same_v<T, bool>) {
      if (g.k == 0) scale_only(Product<T>{g});
      else finished = own_gemm<T>(g);
    }
  });
  return finished;
}

}  // namespace

void gemm(const Gemm& given) {
  if (given.m == 0 || given.n == 0) return;
  const bool finished = compute(better_transposed(given) ? transposed(given) : given);
  if (given.finish && !finished) finish_rows(given);
}

}  // namespace limpid

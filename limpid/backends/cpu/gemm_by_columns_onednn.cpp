// Products that oneDNN computes faster as c^T = b^T a^T, which is then brought into its place: with
// few rows and a second factor that lies across, as x w^T with a small batch, where turning b costs
// more than the product; with many rows that are columns in memory, as dy^T x with many outputs.

#include <algorithm>

#include "limpid/backends/cpu/gemm_product.h"
#include "limpid/backends/cpu/onednn.h"
#include "limpid/backends/cpu/parallel.h"
#include "limpid/backends/cpu/scratch.h"
#include "limpid/backends/cpu/transpose.h"

namespace limpid {

namespace {

/// Columns [j, j + n) of c = (b^T a^T)^T, by way of `turned`, (n, m).
void some_columns(const Gemm& g, std::int64_t j, std::int64_t n, float* turned) {
  const Product<float> product{g};
  onednn_gemm({.dtype = DType::f32,
               .m = n,
               .n = g.m,
               .k = g.k,
               .a = {product.b(0, j), g.b.column_stride, g.b.row_stride},
               .b = g.a.transposed(),
               .c = turned,
               .c_row_stride = g.m});
  constexpr std::int64_t kBlock = 64;
  const std::int64_t down = (g.m + kBlock - 1) / kBlock, across = (n + kBlock - 1) / kBlock;
  parallel_for(0, down * across, 16, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t block = first; block < last; ++block) {
      const std::int64_t i = block % down * kBlock, s = block / down * kBlock;
      const std::int64_t rows = std::min(kBlock, g.m - i), columns = std::min(kBlock, n - s);
      float sums[kBlock * kBlock];
      transpose_loops().plain(columns, rows, turned + s * g.m + i, g.m, sums, kBlock);
      product.store(i, j + s, rows, columns, sums, kBlock);
    }
  });
}

}  // namespace

void onednn_gemm_by_columns(const Gemm& g) {
  constexpr std::int64_t kElements = 1 << 20, kFewest = 256;  // of the room, and columns at once
  const std::int64_t most = std::min(g.n, std::max(kFewest, kElements / g.m));
  const Scratch<float> turned(most * g.m);
  for (std::int64_t j = 0; j < g.n; j += most)
    some_columns(g, j, std::min(most, g.n - j), turned.data());
}

}  // namespace limpid

// A stack of products by gemm(). Where the whole stack is one tall matrix times one matrix, it is
// one product; otherwise the products are shared out between threads.

#include "limpid/backends/cpu/gemm.h"
#include "limpid/backends/cpu/parallel.h"
#include "limpid/ops/matmul/matmul.h"
#include "limpid/ops/matmul/matmul_sizes.h"

namespace limpid {

namespace {

/// Merges the axes in front into the rows of a, when b is the same for all of them and the rows of
/// a follow one another at one distance.
void merge_batch_into_rows(MatMulSizes& s) {
  std::int64_t rows = s.m, stride = s.a.row_stride;
  for (int axis = s.batch.rank() - 1; axis >= 0; --axis) {
    if (s.batch[axis] == 1) continue;
    if (s.b.batch[axis] != 0) return;
    if (rows == 1) stride = s.a.batch[axis];
    else if (s.a.batch[axis] != rows * stride) return;
    rows *= s.batch[axis];
  }
  s.m = rows, s.a.row_stride = stride;
  s.batch = Shape();
}

/// Offset of batch `index` for strides over `batch`.
std::int64_t offset_of(std::int64_t index, const Shape& batch, const Strides& strides) {
  std::int64_t offset = 0;
  for (int axis = batch.rank() - 1; axis >= 0; --axis) {
    offset += index % batch[axis] * strides[axis];
    index /= batch[axis];
  }
  return offset;
}

const void* advance(const void* data, std::int64_t elements, DType dtype) {
  return static_cast<const char*>(data) + elements * static_cast<std::int64_t>(size_of(dtype));
}

}  // namespace

void MatMul::forward(Cpu, const Io& io) const {
  const AnyView &a = io.in[0], &b = io.in[1], &y = io.out[0];
  if (y.numel == 0) return;
  MatMulSizes s(a, b, y);
  if (s.batch.rank()) merge_batch_into_rows(s);
  Gemm g{.dtype = y.dtype,
         .m = s.m,
         .n = s.n,
         .k = s.k,
         .a = {a.data, s.a.row_stride, s.a.column_stride},
         .b = {b.data, s.b.row_stride, s.b.column_stride},
         .c = y.data,
         .c_row_stride = s.n};
  if (s.batch.empty()) return gemm(g);
  const std::int64_t grain = (1 << 16) / (s.m * s.n * std::max<std::int64_t>(s.k, 1)) + 1;
  const auto run = [&](std::int64_t first, std::int64_t last) {
    Gemm one = g;
    for (std::int64_t i = first; i < last; ++i) {
      one.a.data = advance(a.data, offset_of(i, s.batch, s.a.batch), y.dtype);
      one.b.data = advance(b.data, offset_of(i, s.batch, s.b.batch), y.dtype);
      one.c = const_cast<void*>(advance(y.data, i * s.m * s.n, y.dtype));
      gemm(one);
    }
  };
  if (s.count() < get_num_threads()) run(0, s.count());  // then each product uses all threads
  else parallel_for(0, s.count(), grain, run);
}

}  // namespace limpid

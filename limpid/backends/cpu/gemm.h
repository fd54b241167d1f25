#pragma once
// Products of matrices: c = alpha a b + beta c + bias, for matrices of any strides and every dtype
// of numbers. gemm.cpp chooses between oneDNN and our own loops, and explains how those work.

#include <cstdint>

#include "limpid/core/dtype.h"

namespace limpid {

struct AnyView;

/// A matrix in memory; strides count elements and may be 0 or negative. Its transpose costs
/// nothing.
struct MatrixRef {
  const void* data = nullptr;
  std::int64_t row_stride = 0;
  std::int64_t column_stride = 1;

  MatrixRef transposed() const { return {data, column_stride, row_stride}; }
};

/// c (m, n) = alpha a (m, k) b (k, n) + beta c + bias (n).
/// float16 and bfloat16 are added up in float32 and rounded once; integers wrap. c may not overlap
/// the others. beta == 0: c is only written, so what it held (even NaN) does not matter.
struct Gemm {
  DType dtype = DType::f32;
  std::int64_t m = 0, n = 0, k = 0;
  MatrixRef a, b;
  void* c = nullptr;
  std::int64_t c_row_stride = 0, c_column_stride = 1;
  double alpha = 1, beta = 0;
  const void* bias = nullptr;  ///< one number a column, or none
  std::int64_t bias_stride = 1;
  const AnyView* weight = nullptr;  ///< the tensor that b is, where its panels may stay with it
  /// Runs over every stretch of finished elements of c while it is in the cache, from any thread:
  /// the last step of what c is to be. Needs c_column_stride 1.
  void (*finish)(DType dtype, void* elements, std::int64_t count) = nullptr;
};
void gemm(const Gemm& g);

}  // namespace limpid

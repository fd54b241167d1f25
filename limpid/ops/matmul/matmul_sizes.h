#pragma once
// A product of tensors as a stack of products of matrices.

#include "limpid/core/walk.h"

namespace limpid {

/// One operand: strides of its last two axes, of which a vector lacks one.
struct MatrixAxes {
  std::int64_t row_stride = 0, column_stride = 0;
  Strides batch;  ///< of the axes in front, broadcast to MatMulSizes::batch
};

/// What the kernels work from: a stack of `batch` products (m, k) (k, n).
struct MatMulSizes {
  Shape batch;
  std::int64_t m = 1, n = 1, k = 1;
  MatrixAxes a, b;  ///< filled in by the views that kernels get

  /// Sizes and strides of a call that infer() has accepted.
  MatMulSizes(const AnyView& left, const AnyView& right, const AnyView& out) {
    const int matrix_axes = (left.rank > 1) + (right.rank > 1);
    batch = Shape(std::span(out.shape, static_cast<std::size_t>(out.rank - matrix_axes)));
    k = left.shape[left.rank - 1];
    if (left.rank > 1) m = left.shape[left.rank - 2], a.row_stride = left.strides[left.rank - 2];
    a.column_stride = left.strides[left.rank - 1];
    const int rows = right.rank > 1 ? right.rank - 2 : 0;  // its axis along k
    b.row_stride = right.strides[rows];
    if (right.rank > 1) n = right.shape[rows + 1], b.column_stride = right.strides[rows + 1];
    a.batch = batch_strides(left);
    b.batch = batch_strides(right);
  }

  std::int64_t count() const { return numel(batch); }

 private:
  Strides batch_strides(AnyView view) const {
    view.rank = static_cast<std::int8_t>(view.rank > 2 ? view.rank - 2 : 0);
    return broadcast_strides(view, batch);
  }
};

}  // namespace limpid

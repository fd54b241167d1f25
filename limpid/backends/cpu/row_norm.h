#pragma once
// Layer and root-mean-square normalisation: rows of the last dimensions, each normalised by itself.

#include "limpid/core/shape.h"
#include "limpid/core/view.h"

namespace limpid {

/// What sets the two apart.
struct RowNorm {
  std::int64_t length;  ///< of a row: the product of the last dimensions
  double eps;
  bool centred;  ///< by mean and variance, else by the mean square
};

/// y = h(x) weight + bias; weight and bias may be absent. y is contiguous.
void row_norm(const RowNorm& norm, const AnyView& x, const AnyView& weight, const AnyView& bias,
              const AnyView& y);

/// Any of dx, dweight and dbias may be absent; all tensors are contiguous.
///   g = dy weight, dx = r (g - avg(g) - h avg(g h)); avg(g) only where rows are centred
void row_norm_backward(const RowNorm& norm, const AnyView& dy, const AnyView& x,
                       const AnyView& weight, const AnyView& dx, const AnyView& dweight,
                       const AnyView& dbias);

}  // namespace limpid

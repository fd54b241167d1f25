#pragma once
// Bilinear reading of images whose grid and results are dense: what most spatial transformers do.

#include "limpid/ops/grid_sample/grid_sample.h"

namespace limpid {

/// Whether the functions below apply; `output` is the result, or its gradient.
bool is_dense_bilinear(const GridSample& op, const AnyView& input, const AnyView& grid,
                       const AnyView& output);
void bilinear_forward(const GridSample& op, const AnyView& input, const AnyView& grid,
                      const AnyView& output);
Tensor bilinear_input_gradient(const GridSample& op, const Tensor& input, const AnyView& grid,
                               const AnyView& dy);
Tensor bilinear_grid_gradient(const GridSample& op, const AnyView& input, const Tensor& grid,
                              const AnyView& dy);

}  // namespace limpid

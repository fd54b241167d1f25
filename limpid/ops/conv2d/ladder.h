#pragma once
// The rungs of the ladder of convolutions (see ops/algorithms.h).

#include "limpid/backends/cpu/convolution.h"
#include "limpid/backends/cpu/ladder.h"
#include "limpid/core/dtype.h"
#include "limpid/core/shape.h"
#include "limpid/op/op_info.h"

namespace limpid {

struct ConvProblem {
  ConvolutionSizes sizes;
  /// f32, f64, or i64 in place of every integer; bf16 for `direct`, and `im2col` where it is fast
  DType dtype = DType::f32;
  ConvolutionPass pass = ConvolutionPass::forward;
};

/// Operands are dense, of the problem's dtype, each map in either order.
using ConvRung = Rung<ConvProblem, Convolution>;
extern const ConvRung kConvLoops, kConvRows, kConvIm2col, kConvDirect, kConvDepthwise,
    kConvWinograd;

Ladder<ConvProblem, Convolution>& conv_ladder();

/// Convolution::finish over all of y, for rungs that write it in one go.
void finish_map(const Convolution& operands);

/// What elements of `dtype` are computed as: bfloat16 as such where the processor does and `direct`
/// or, unasked, products of patches are to run; otherwise as compute_dtype() says.
DType conv_dtype(const ConvolutionSizes& sizes, ConvolutionPass pass, DType dtype);

/// The plan of conv2d, conv2d_input_gradient or conv2d_weight_gradient, with the attributes `op`.
AlgorithmPlan conv_plan(const AnyOp& op, std::span<const Shape> inputs, DType dtype);

}  // namespace limpid

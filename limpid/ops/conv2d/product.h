#pragma once
// Convolution with a 1x1 kernel (ConvolutionSizes::is_product): a product of matrices.

#include "limpid/ops/conv2d/ladder.h"

namespace limpid {

void product_convolution(const ConvProblem& problem, const Convolution& operands);

}  // namespace limpid

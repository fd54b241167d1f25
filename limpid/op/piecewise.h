#pragma once
// Gradients that are constant between the corners of a function: those of relu, max_pool, ...

#include "limpid/tensor/tensor.h"
#include "limpid/tensor/tensors.h"

namespace limpid {

/// `dx`, the gradient of input `i` of the op whose Card::gradient is running, as a function of that
/// input with derivative 0. Without it a second derivative of relu would be an error, since the
/// result of a comparison has no history; as in PyTorch it is 0.
Tensor piecewise(Tensor dx, int i = 0);

/// The gradients of all inputs of that op, each as a function of its input at least. For ops that
/// PyTorch differentiates by one op of everything that was saved: their gradients require grad even
/// where they are constant, and what is differentiated again gives zeros and no error.
Tensors as_functions_of_inputs(Tensors dx);

/// The same for a composite: `input` with its values and its history, whose gradient is what
/// arrives as a function of the input with derivative 0. A composite that chooses between straight
/// pieces with where(), which forgets what it chose by, reads its input through this.
Tensor with_corners(const Tensor& input);

}  // namespace limpid

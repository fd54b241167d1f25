#pragma once
// Ops that can be computed in several ways, and how one is chosen (see backends/cpu/ladder.h).
//
//   op          rungs, plainest first                    where each is explained and written
//   conv2d      loops, rows, im2col, direct,             ops/conv2d/algorithm_*_cpu.cpp
//               depthwise, winograd
//   max_pool2d  loops, rows, im2col, direct              ops/max_pool2d/algorithm_*_cpu.cpp
//   avg_pool2d  loops, rows, im2col, direct              ops/avg_pool2d/algorithm_*_cpu.cpp
//
//   loops     the definition: four loops over the outputs, one number after the other
//   rows      partly vectorised: the innermost loop runs along a row of pixels
//   im2col    windows copied into a matrix; then one product of matrices, or one reduction of its
//             rows
//   direct    no window is ever copied
//   depthwise every channel by itself, vectors along the channels
//   winograd  3x3 and 5x5 kernels of stride 1 in a quarter or a third of the multiplications
//
// A choice holds for an op and its gradients. conv1d, conv3d, the transposed convolutions and the
// poolings along one or three axes are made of these and follow them.

#include <span>

#include "limpid/backends/cpu/ladder.h"
#include "limpid/op/op_info.h"

namespace limpid {

/// The ops that have a ladder.
std::vector<std::string_view> ops_with_algorithms();
/// The rungs of one of them, plainest first. ValueError for another op.
std::vector<std::string_view> algorithms(std::string_view op);

/// Chooses how an op is computed in this process: set_algorithm("conv2d", "im2col"); "auto", which
/// is the default, takes the fastest that applies. ValueError for an unknown op or name. A guard on
/// the thread goes first; before any call the environment counts (LIMPID_CONV2D=im2col). Where the
/// named algorithm cannot compute a call, that call throws a ValueError with the reason.
void set_algorithm(std::string_view op, std::string_view name);
/// The name in force on this thread.
std::string_view algorithm(std::string_view op);

/// While it lives, this thread computes the op with the algorithm.
class AlgorithmGuard {
 public:
  AlgorithmGuard(std::string_view op, std::string_view name);
  ~AlgorithmGuard();
  AlgorithmGuard(const AlgorithmGuard&) = delete;
  AlgorithmGuard& operator=(const AlgorithmGuard&) = delete;

 private:
  const AlgorithmChoice* choice_;
  int before_;
};

/// What would run for a card (any(Conv2d{...}), also conv2d_input_gradient and
/// conv2d_weight_gradient) and inputs of these shapes, and why the rest would not. An empty ladder
/// for ops without one. Errors as of the op.
AlgorithmPlan algorithm_plan(const AnyOp& op, std::span<const Shape> inputs,
                             DType dtype = DType::f32);

}  // namespace limpid

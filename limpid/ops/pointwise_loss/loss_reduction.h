#pragma once
// What losses have in common: the reduction, and the checks of their inputs.

#include <string>

#include "limpid/core/error.h"
#include "limpid/tensor/tensor.h"

namespace limpid {

/// For losses with no other option.
struct LossOptions {
  std::string reduction = "mean";  ///< "mean", "sum", or "none": a loss for each element
};

/// ValueError unless it is "mean", "sum" or "none".
void check_reduction(const std::string& reduction);

/// The mean or the sum of `losses`, or they themselves.
Tensor reduce_losses(const Tensor& losses, const std::string& reduction);

/// ShapeError that names both shapes and how to make them equal. PyTorch broadcasts with a warning:
/// (N,) against (N, 1) compares all with all, which nobody wants of a loss.
void check_equal_shapes(const Shape& input, const Shape& target, const char* input_name = "input",
                        const char* target_name = "target");

/// ShapeError unless `weight` broadcasts to exactly `shape`.
void check_broadcasts(const char* name, const Tensor& weight, const Shape& shape);

/// DTypeError unless it holds floats.
void check_float(const char* name, const Spec& spec);

}  // namespace limpid

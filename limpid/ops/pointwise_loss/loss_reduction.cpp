#include "limpid/ops/pointwise_loss/loss_reduction.h"

#include "limpid/core/quote.h"
#include "limpid/core/str.h"

namespace limpid {

void check_reduction(const std::string& reduction) {
  if (reduction != "mean" && reduction != "sum" && reduction != "none")
    throw ValueError(
        str("reduction is ", quote(reduction), "; it must be 'mean', 'sum' or 'none'"));
}

Tensor reduce_losses(const Tensor& losses, const std::string& reduction) {
  if (reduction == "mean") return losses.mean();
  return reduction == "sum" ? losses.sum() : losses;
}

void check_equal_shapes(const Shape& input, const Shape& target, const char* input_name,
                        const char* target_name) {
  if (input == target) return;
  std::string advice;
  if (numel(input) == numel(target))
    advice = str("; ", target_name, ".reshape(", input, ") has that of ", input_name);
  else if (broadcasts_to(target, input))
    advice = str("; if it is meant to repeat, ", target_name, ".expand(", input, ") says so");
  else if (broadcasts_to(input, target))
    advice = str("; if it is meant to repeat, ", input_name, ".expand(", target, ") says so");
  throw ShapeError(str(input_name, " has shape ", input, " but ", target_name, " has shape ",
                       target, "; a loss needs equal shapes", advice));
}

void check_broadcasts(const char* name, const Tensor& weight, const Shape& shape) {
  if (weight.defined() && !broadcasts_to(weight.shape(), shape))
    throw ShapeError(str(name, " has shape ", weight.shape(), ", which does not broadcast to ",
                         shape, ", the shape of the losses"));
}

void check_float(const char* name, const Spec& spec) {
  if (!is_floating(spec.dtype))
    throw DTypeError(str(name, " has dtype ", spec.dtype,
                         ", but losses are taken of floats; convert it with .to(DType::f32)"));
}

}  // namespace limpid

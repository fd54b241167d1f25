#include "limpid/nn/clip_grad.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "limpid/autograd/grad_mode.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"

namespace limpid::nn::utils {

namespace {

std::vector<Tensor> gradients_of(std::span<const Tensor> parameters, const char* name) {
  std::vector<Tensor> out;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (!parameters[i].defined()) throw ValueError(str(name, ": parameter ", i, " is undefined"));
    if (const Tensor gradient = parameters[i].grad(); gradient.defined())
      out.push_back(gradient.detach());
  }
  return out;
}

double norm_in(DType dtype, const Tensor& given, double p) {
  const Tensor tensor = given.to(dtype);
  if (tensor.numel() == 0) return 0;
  if (std::isinf(p)) return amax(abs(tensor)).item();
  if (p == 1) return abs(tensor).sum().item();
  if (p == 2) return std::sqrt(square(tensor).sum().item());
  return std::pow(pow(abs(tensor), Scalar(p)).sum().item(), 1 / p);
}

/// In float32 where that is enough: squares of large elements overflow it.
double norm_of(const Tensor& tensor, double p) {
  if (tensor.dtype() != DType::f64) {
    const double norm = norm_in(DType::f32, tensor, p);
    if (std::isfinite(norm)) return norm;
  }
  return norm_in(DType::f64, tensor, p);
}

/// The norm of the tensors' norms, which is that of all their elements.
double combined(const std::vector<double>& norms, double p) {
  double sum = 0;
  for (double norm : norms) {
    if (!std::isinf(p)) sum += std::pow(norm, p);
    else if (norm > sum || std::isnan(norm)) sum = norm;  // once NaN, it stays
  }
  return std::isinf(p) ? sum : std::pow(sum, 1 / p);
}

double total_norm(std::span<const Tensor> tensors, const ClipGradNormOptions& o, const char* who) {
  if (!(o.norm_type > 0))
    throw ValueError(str(who, ": norm_type must be above 0, got ", o.norm_type));
  std::vector<double> norms;
  for (const Tensor& tensor : tensors) norms.push_back(norm_of(tensor, o.norm_type));
  const double norm = combined(norms, o.norm_type);
  if (!o.error_if_nonfinite || std::isfinite(norm)) return norm;
  std::size_t at = 0;
  while (at + 1 < norms.size() && std::isfinite(norms[at])) ++at;
  throw ValueError(str(who, ": the norm of all gradients is ", norm, ", because that of number ",
                       at, " of shape ", tensors[at].shape(), " is ", norms[at],
                       "; a smaller learning rate helps most often"));
}

Tensor as_tensor(double norm, std::span<const Tensor> tensors) {
  DType dtype = tensors.empty() ? kDefaultDType : tensors[0].dtype();
  for (const Tensor& tensor : tensors) dtype = promote_types(dtype, tensor.dtype());
  return full({}, norm, {.dtype = dtype});
}

}  // namespace

Tensor get_total_norm(std::span<const Tensor> tensors, ClipGradNormOptions options) {
  NoGrad guard;
  return as_tensor(total_norm(tensors, options, "get_total_norm"), tensors);
}

Tensor clip_grad_norm_(std::span<const Tensor> parameters, double max_norm,
                       ClipGradNormOptions options) {
  if (!(max_norm >= 0))
    throw ValueError(str("clip_grad_norm_: max_norm must not be negative, got ", max_norm));
  NoGrad guard;
  const std::vector<Tensor> gradients = gradients_of(parameters, "clip_grad_norm_");
  const double norm = total_norm(gradients, options, "clip_grad_norm_");
  const double scale = max_norm / (norm + 1e-6);
  if (!(scale >= 1))  // a norm of NaN makes all gradients NaN
    for (Tensor gradient : gradients) gradient.mul_(Scalar(scale));
  return as_tensor(norm, gradients);
}

void clip_grad_value_(std::span<const Tensor> parameters, double clip_value) {
  if (!(clip_value >= 0))
    throw ValueError(str("clip_grad_value_: clip_value must not be negative, got ", clip_value));
  NoGrad guard;
  for (Tensor gradient : gradients_of(parameters, "clip_grad_value_"))
    gradient.clamp_(-clip_value, clip_value);
}

}  // namespace limpid::nn::utils

#include "limpid/nn/instance_norm.h"

#include "limpid/core/str.h"
#include "limpid/nn/where.h"
#include "limpid/ops/instance_norm/instance_norm.h"

namespace limpid::nn {

InstanceNormBase::InstanceNormBase(const char* name, std::int64_t num_features,
                                   const InstanceNormOptions& o, int rank, const char* shapes)
    : NormBase(name, num_features,
               {.eps = o.eps,
                .momentum = o.momentum,
                .affine = o.affine,
                .track_running_stats = o.track_running_stats,
                .device = o.device,
                .dtype = o.dtype,
                .bias = o.bias}),
      name_(name),
      rank_(rank),
      shapes_(shapes) {}

Tensor InstanceNormBase::forward(const Tensor& input) {
  require_defined(name_, "input", input);
  const bool single = input.dim() == rank_ - 1;
  if (!single && input.dim() != rank_)
    throw_wrong_rank(name_, str("a tensor ", shapes_), input.shape());
  const Tensor batch = single ? input.unsqueeze(0) : input;
  const Tensor out = instance_norm(batch, running_mean, running_var, weight, bias,
                                   is_training() || !options().track_running_stats,
                                   options().momentum.value_or(0), options().eps);
  return single ? out.squeeze(0) : out;
}

}  // namespace limpid::nn

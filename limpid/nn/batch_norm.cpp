#include "limpid/nn/batch_norm.h"

#include "limpid/autograd/grad_mode.h"
#include "limpid/core/error.h"
#include "limpid/core/layer_path.h"
#include "limpid/core/str.h"
#include "limpid/nn/default_init.h"
#include "limpid/nn/python_text.h"
#include "limpid/nn/where.h"
#include "limpid/ops/batch_norm/batch_norm.h"
#include "limpid/tensor/creation.h"

namespace limpid::nn {

namespace {

/// A (channels,) tensor of one value, or undefined when it is not wanted.
Tensor per_channel(bool wanted, std::int64_t channels, double value, const BatchNormOptions& o) {
  if (!wanted) return {};
  return full({channels}, value, {.dtype = o.dtype, .device = o.device});
}

std::int64_t checked(const char* name, std::int64_t num_features) {
  require_at_least(name, "num_features", num_features, 0);
  return num_features;
}

}  // namespace

void NormBase::throw_wrong_rank(std::string_view layer, std::string_view wanted,
                                const Shape& shape) {
  const std::string path = current_layer_path();
  throw ShapeError(str(layer, ": needs ", wanted, ", got shape ", shape,
                       path.empty() ? "" : " [layer " + path + "]"));
}

NormBase::NormBase(const char* name, std::int64_t num_features, BatchNormOptions o)
    : weight(
          register_parameter("weight", per_channel(o.affine, checked(name, num_features), 1, o))),
      bias(register_parameter("bias", per_channel(o.affine && o.bias, num_features, 0, o))),
      running_mean(
          register_buffer("running_mean", per_channel(o.track_running_stats, num_features, 0, o))),
      running_var(
          register_buffer("running_var", per_channel(o.track_running_stats, num_features, 1, o))),
      num_batches_tracked(
          register_buffer("num_batches_tracked",
                          o.track_running_stats
                              ? full({}, std::int64_t{0}, {.dtype = DType::i64, .device = o.device})
                              : Tensor())),
      num_features_(num_features),
      options_(o) {}

double BatchNormBase::momentum_of_next_batch() const {
  if (options().momentum) return *options().momentum;
  const bool counts = num_batches_tracked.defined() && num_batches_tracked.device() == kCpu;
  return counts ? 1 / (num_batches_tracked.item<double>() + 1) : 0;  // makes a plain average
}

Tensor BatchNormBase::forward(const Tensor& input) {
  require_defined(type_name(), "input", input);
  check_input(input);
  if (!is_training())
    return batch_norm(input, running_mean, running_var, weight, bias,
                      /*training=*/!running_mean.defined(), 0, options().eps);
  Tensor out = batch_norm(input, running_mean, running_var, weight, bias, true,
                          momentum_of_next_batch(), options().eps);
  if (num_batches_tracked.defined()) {
    NoGrad guard;
    num_batches_tracked.add_(1);
  }
  return out;
}

void NormBase::reset_running_stats() {
  if (!running_mean.defined()) return;
  NoGrad guard;
  running_mean.fill_(0);
  running_var.fill_(1);
  num_batches_tracked.fill_(0);
}

std::string NormBase::extra_repr() const {
  const std::string momentum = options_.momentum ? python_text(*options_.momentum) : "None";
  return str(num_features_, ", eps=", python_text(options_.eps), ", momentum=", momentum,
             ", affine=", python_text(options_.affine),
             ", bias=", python_text(options_.affine && options_.bias),
             ", track_running_stats=", python_text(options_.track_running_stats));
}

void BatchNorm1d::check_input(const Tensor& input) const {
  if (input.dim() != 2 && input.dim() != 3)
    throw_wrong_rank("BatchNorm1d", "a tensor (N, C) or (N, C, L)", input.shape());
}

void BatchNorm2d::check_input(const Tensor& input) const {
  if (input.dim() != 4) throw_wrong_rank("BatchNorm2d", "a tensor (N, C, H, W)", input.shape());
}

void BatchNorm3d::check_input(const Tensor& input) const {
  if (input.dim() != 5) throw_wrong_rank("BatchNorm3d", "a tensor (N, C, D, H, W)", input.shape());
}

}  // namespace limpid::nn

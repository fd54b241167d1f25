#include "limpid/ops/instance_norm/instance_norm.h"

#include "limpid/autograd/grad_mode.h"
#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/ops/batch_norm/batch_norm.h"
#include "limpid/ops/pointwise/pointwise.h"

namespace limpid {

namespace {

void check(const Tensor& input, const char* name, const Tensor& t) {
  if (t.defined() && !(t.shape() == Shape{input.size(1)}))
    throw ShapeError(str(name, " has shape ", t.shape(), " but the input has ", input.size(1),
                         " channels (dimension 1): it must be (", input.size(1), ",)"));
}

void check_planes(const Tensor& input) {
  std::int64_t plane = 1;
  for (int i = 2; i < input.dim(); ++i) plane *= input.size(i);
  if (plane == 1)
    throw ValueError(str("expected more than 1 value in each channel of a sample, got input size ",
                         input.shape(), ": the variance of one value is 0"));
}

/// (C,) repeated for every sample: (N C,)
Tensor for_samples(const Tensor& t, std::int64_t samples) {
  if (!t.defined()) return t;
  return t.unsqueeze(0).expand({samples, t.size(0)}).reshape({samples * t.size(0)});
}

/// running = (1 - momentum) running + momentum (mean over the samples of theirs)
void move_towards(Tensor running, const Tensor& of_samples, double momentum) {
  if (!running.defined()) return;
  const Tensor mean = of_samples.reshape({-1, running.size(0)}).mean({0});
  running.mul_(1 - momentum).add_(mean * momentum);
}

}  // namespace

// A channel of a sample is a channel of one sample with N C channels: batch_norm does the rest.
Tensor instance_norm(const Tensor& input, const Tensor& running_mean, const Tensor& running_var,
                     const Tensor& weight, const Tensor& bias, bool use_input_stats,
                     double momentum, double eps) {
  return composite<InstanceNorm>({input, running_mean, running_var, weight, bias}, [&]() -> Tensor {
    if (input.dim() < 2)
      throw ShapeError(
          str("needs at least 2 dimensions (batch, channels, ...), got shape ", input.shape()));
    if (use_input_stats) check_planes(input);
    check(input, "running_mean", running_mean);
    check(input, "running_var", running_var);
    check(input, "weight", weight);
    check(input, "bias", bias);
    if (!use_input_stats && (!running_mean.defined() || !running_var.defined()))
      throw ValueError("use_input_stats = false needs running_mean and running_var");
    if (!use_input_stats)
      return batch_norm(input, running_mean, running_var, weight, bias, false, momentum, eps);
    const std::int64_t samples = input.size(0);
    if (input.numel() == 0) return input.clone();
    Shape shape = input.shape();
    shape[0] = 1;
    shape[1] *= samples;
    const Tensors out =
        apply_many(BatchNorm{.training = true, .eps = eps}, input.reshape(shape),
                   for_samples(weight, samples), for_samples(bias, samples), Tensor(), Tensor());
    if (running_mean.defined() || running_var.defined()) {
      NoGrad guard;
      const double count = static_cast<double>(input.numel() / (samples * input.size(1)));
      move_towards(running_mean, out[1], momentum);
      move_towards(running_var, out[2] * (count / (count - 1)), momentum);
    }
    return out[0].reshape(input.shape());
  });
}

}  // namespace limpid

#pragma once
// Adadelta: steps as large as the average of the last steps, so that they have the parameter's
// unit. Source: Zeiler, ADADELTA: an adaptive learning rate method, arXiv:1212.5701.

#include "limpid/optim/elementwise_optimizer.h"

namespace limpid::optim {

struct AdadeltaOptions {
  double lr = 1.0;
  double rho = 0.9;  ///< of the averages of squared gradients and of squared steps
  double eps = 1e-6;
  double weight_decay = 0;  ///< adds weight_decay p to the gradient
  bool maximize = false;    ///< climbs instead
};

/// torch.optim.Adadelta. ValueError for negative options, rho outside [0, 1] and an empty list.
class Adadelta final : public ElementwiseOptimizer<AdadeltaOptions> {
 public:
  explicit Adadelta(std::vector<Tensor> parameters, AdadeltaOptions options = {});

 private:
  void check(const AdadeltaOptions& o) const override;
  std::vector<Number> numbers(AdadeltaOptions& o) override;
  std::vector<std::string_view> state_names() const override { return {"square_avg", "acc_delta"}; }
  StepRule rule(const AdadeltaOptions& o, ElementState& state, const Tensor&) override;
};

}  // namespace limpid::optim

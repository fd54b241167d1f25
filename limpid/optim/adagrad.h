#pragma once
// Adagrad: each element's rate falls with the sum of its squared gradients.
// Source: Duchi, Hazan and Singer, JMLR 12, 2011.

#include "limpid/optim/elementwise_optimizer.h"

namespace limpid::optim {

struct AdagradOptions {
  double lr = 1e-2;
  double lr_decay = 0;      ///< the t-th step has rate lr / (1 + (t - 1) lr_decay)
  double weight_decay = 0;  ///< adds weight_decay p to the gradient
  double initial_accumulator_value = 0;
  double eps = 1e-10;
  bool maximize = false;  ///< climbs instead
};

/// torch.optim.Adagrad. ValueError for negative options and an empty list.
class Adagrad final : public ElementwiseOptimizer<AdagradOptions> {
 public:
  explicit Adagrad(std::vector<Tensor> parameters, AdagradOptions options = {});

 private:
  void check(const AdagradOptions& o) const override;
  std::vector<Number> numbers(AdagradOptions& o) override;
  std::vector<std::string_view> state_names() const override { return {"sum"}; }
  StepRule rule(const AdagradOptions& o, ElementState& state, const Tensor& parameter) override;
};

}  // namespace limpid::optim

#pragma once
// Adamax: Adam with the largest gradient, slowly forgotten, in place of the average of squares.
// Source: Kingma and Ba, ICLR 2015, section 7.

#include "limpid/optim/elementwise_optimizer.h"

namespace limpid::optim {

struct AdamaxOptions {
  double lr = 2e-3;
  std::array<double, 2> betas = {0.9, 0.999};  ///< of the average of gradients, and of the largest
  double eps = 1e-8;
  double weight_decay = 0;  ///< adds weight_decay p to the gradient
  bool maximize = false;    ///< climbs instead
};

/// torch.optim.Adamax. ValueError for negative options, betas outside [0, 1) and an empty list.
class Adamax final : public ElementwiseOptimizer<AdamaxOptions> {
 public:
  explicit Adamax(std::vector<Tensor> parameters, AdamaxOptions options = {});

 private:
  void check(const AdamaxOptions& o) const override;
  std::vector<Number> numbers(AdamaxOptions& o) override;
  std::vector<std::string_view> state_names() const override { return {"exp_avg", "exp_inf"}; }
  StepRule rule(const AdamaxOptions& o, ElementState& state, const Tensor&) override;
};

}  // namespace limpid::optim

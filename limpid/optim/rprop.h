#pragma once
// Rprop: only the signs of gradients count; each element's step grows while its sign stays.
// For full batches: the noise of small ones flips signs.
// Source: Riedmiller and Braun, A direct adaptive method for faster backpropagation, ICNN 1993.

#include "limpid/optim/elementwise_optimizer.h"

namespace limpid::optim {

struct RpropOptions {
  double lr = 1e-2;                               ///< the first step of each element
  std::array<double, 2> etas = {0.5, 1.2};        ///< factors of a step after a change of sign, and
                                                  ///< without one
  std::array<double, 2> step_sizes = {1e-6, 50};  ///< the smallest and the largest step
  bool maximize = false;                          ///< climbs instead
};

/// torch.optim.Rprop. ValueError for a negative lr, etas that are not 0 < etas[0] < 1 < etas[1],
/// and an empty list.
class Rprop final : public ElementwiseOptimizer<RpropOptions> {
 public:
  explicit Rprop(std::vector<Tensor> parameters, RpropOptions options = {});

 private:
  void check(const RpropOptions& o) const override;
  std::vector<Number> numbers(RpropOptions& o) override;
  std::vector<std::string_view> state_names() const override { return {"prev", "step_size"}; }
  StepRule rule(const RpropOptions& o, ElementState& state, const Tensor& parameter) override;
};

}  // namespace limpid::optim

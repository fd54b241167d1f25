#pragma once
// Adam: steps scaled by running averages of the gradient and of its square.
// Source: Kingma and Ba, Adam: a method for stochastic optimization, ICLR 2015.

#include "limpid/optim/elementwise_optimizer.h"

namespace limpid::optim {

struct AdamOptions {
  double lr = 1e-3;
  std::array<double, 2> betas = {0.9, 0.999};  ///< of the average of gradients, and of squares
  double eps = 1e-8;
  double weight_decay = 0;  ///< adds weight_decay p to the gradient (coupled, as torch.optim.Adam)
  bool amsgrad = false;     ///< divides by the largest average of squares so far
  bool maximize = false;    ///< climbs instead
  bool decoupled_weight_decay = false;  ///< as AdamW: p shrinks by lr weight_decay instead
};

/// torch.optim.Adam: Adam optimizer(model.parameters(), {.lr = 0.01}).
/// ValueError for negative options, betas outside [0, 1) and an empty list.
class Adam : public ElementwiseOptimizer<AdamOptions> {
 public:
  explicit Adam(std::vector<Tensor> parameters, AdamOptions options = {});

 protected:
  explicit Adam(const char* name) : ElementwiseOptimizer(name) {}

 private:
  void check(const AdamOptions& o) const override;
  std::vector<Number> numbers(AdamOptions& o) override;
  std::vector<std::string_view> state_names() const override {
    return {"exp_avg", "exp_avg_sq", "max_exp_avg_sq"};
  }
  StepRule rule(const AdamOptions& o, ElementState& state, const Tensor&) override;
  Pull pull(const AdamOptions& o) const override {
    return coupled_or_not(o, o.decoupled_weight_decay);
  }
};

struct AdamWOptions {
  double lr = 1e-3;
  std::array<double, 2> betas = {0.9, 0.999};
  double eps = 1e-8;
  double weight_decay = 1e-2;  ///< p shrinks by lr weight_decay before each step
  bool amsgrad = false;
  bool maximize = false;
};

/// torch.optim.AdamW: Adam whose weight decay is not scaled like the gradient.
/// Source: Loshchilov and Hutter, Decoupled weight decay regularization, ICLR 2019.
class AdamW final : public Adam {
 public:
  explicit AdamW(std::vector<Tensor> parameters, AdamWOptions options = {});
  void add_param_group(std::vector<Tensor> parameters, AdamWOptions options);
};

}  // namespace limpid::optim

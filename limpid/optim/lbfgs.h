#pragma once
// L-BFGS: steps along the inverse Hessian as estimated from the last gradients. For full batches
// and smooth losses; the loss is computed several times a step.
// Source: Nocedal and Wright, Numerical optimization, 2nd edition, algorithms 7.4 and 7.5.

#include <deque>

#include "limpid/optim/optimizer.h"
#include "limpid/optim/strong_wolfe.h"

namespace limpid::optim {

enum class LineSearch { none, strong_wolfe };

struct LBFGSOptions {
  double lr = 1;
  std::int64_t max_iter = 20;  ///< directions a step
  std::optional<std::int64_t> max_eval =
      std::nullopt;                ///< losses a step; max_iter 5 / 4 if not set
  double tolerance_grad = 1e-7;    ///< stops when no element of the gradient is larger
  double tolerance_change = 1e-9;  ///< stops when neither loss nor parameters change by more
  std::int64_t history_size = 100;
  LineSearch line_search_fn = LineSearch::none;  ///< none: the step is lr
};

/// torch.optim.LBFGS: optimizer.step([&] { optimizer.zero_grad(); ...; return loss; }).
/// It has one group, whose parameters share dtype and device. ValueError for negative options.
class LBFGS final : public Optimizer {
 public:
  explicit LBFGS(std::vector<Tensor> parameters, LBFGSOptions options = {});

  /// ValueError: it needs the closure.
  void step() override;
  /// Returns the loss before the step.
  Tensor step(const Closure& closure) override;
  double lr(std::size_t group = 0) const override;
  void set_lr(double lr, std::size_t group = 0) override;

  StateDict state_dict() const override;
  void load_state_dict(const StateDict& state) override;

 private:
  /// A step s of the parameters, the change y it made in the gradient, and 1 / (y s).
  struct Pair {
    Tensor s, y;
    double ro = 0;
  };
  struct State {
    std::int64_t func_evals = 0, n_iter = 0;
    double t = 0, H_diag = 1;  // the last step was t d; the inverse Hessian begins as H_diag
    Tensor d, prev_flat_grad;
    std::deque<Pair> history;
  };

  static std::vector<Number> places(LBFGSOptions& o, std::int64_t& max_eval, bool& strong_wolfe);
  std::vector<Number> settings(std::size_t group) override;
  void check_settings(std::size_t group, const Fill& fill) const override;
  std::vector<Number> counters(std::size_t) override { return {}; }
  std::vector<Slot> state(std::size_t) override { return {}; }
  State read_state(const StateDict& state) const;
  Tensor read_vector(const StateDict& state, const std::string& name) const;

  LinePoint evaluate(const Closure& closure);
  Tensor flat_gradient() const;
  void add(double t, const Tensor& direction);
  void choose_direction(const Tensor& gradient);
  void remember(const Tensor& gradient);
  void search(const Closure& closure, LinePoint& here, std::int64_t evals_left);

  LBFGSOptions options_;
  std::int64_t max_eval_;
  bool strong_wolfe_;
  State state_;
};

}  // namespace limpid::optim

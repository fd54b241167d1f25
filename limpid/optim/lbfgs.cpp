#include "limpid/optim/lbfgs.h"

#include <cmath>
#include <limits>

#include "limpid/autograd/grad_mode.h"
#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/nn/parameter_vector.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"

namespace limpid::optim {

namespace {

double inner(const Tensor& a, const Tensor& b) { return (a * b).sum().item(); }

double largest(const Tensor& vector) { return vector.numel() == 0 ? 0 : amax(abs(vector)).item(); }

void check(const LBFGSOptions& o) {
  require_not_negative("LBFGS", "lr", o.lr);
  require_not_negative("LBFGS", "tolerance_grad", o.tolerance_grad);
  require_not_negative("LBFGS", "tolerance_change", o.tolerance_change);
  const auto at_least_one = [](const char* what, std::int64_t value) {
    if (value < 1) throw ValueError(str("LBFGS: ", what, " must be at least 1, got ", value));
  };
  at_least_one("max_iter", o.max_iter);
  at_least_one("max_eval", o.max_eval.value_or(1));
  at_least_one("history_size", o.history_size);
}

/// PyTorch's max_iter 5 / 4, or the largest number where that is beyond it.
std::int64_t most_evals(const LBFGSOptions& o) {
  std::int64_t sum = 0;
  const bool beyond = __builtin_add_overflow(o.max_iter, o.max_iter / 4, &sum);
  return o.max_eval.value_or(beyond ? std::numeric_limits<std::int64_t>::max() : sum);
}

void check_uniform(const std::vector<Tensor>& parameters) {
  const Tensor& first = parameters[0];
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Tensor& p = parameters[i];
    if (p.dtype() != first.dtype())
      throw DTypeError(str("LBFGS: parameter ", i, " is ", p.dtype(), " but parameter 0 is ",
                           first.dtype(), "; convert the model to one dtype"));
    if (p.device() != first.device())
      throw DeviceError(str("LBFGS: parameter ", i, " is on ", p.device(),
                            " but parameter 0 is on ", first.device()));
  }
}

}  // namespace

LBFGS::LBFGS(std::vector<Tensor> parameters, LBFGSOptions options)
    : Optimizer("LBFGS"),
      options_(options),
      max_eval_(most_evals(options)),
      strong_wolfe_(options.line_search_fn == LineSearch::strong_wolfe) {
  check(options);
  add_group(std::move(parameters));
  check_uniform(this->parameters());
}

double LBFGS::lr(std::size_t group) const {
  if (group != 0) throw IndexError(str("LBFGS has one group, asked for group ", group));
  return options_.lr;
}

void LBFGS::set_lr(double rate, std::size_t group) {
  lr(group);
  require_not_negative("LBFGS", "lr", rate);
  options_.lr = rate;
}

void LBFGS::step() {
  throw ValueError(
      "LBFGS: step needs a closure that computes the loss and its gradients anew: "
      "optimizer.step([&] { optimizer.zero_grad(); ...; return loss; })");
}

Tensor LBFGS::step(const Closure& closure) {
  NoGrad guard;
  const Tensor first_loss = enable_grad(closure);
  ++state_.func_evals;
  const std::int64_t evals_before = state_.func_evals - 1;
  LinePoint here{.loss = first_loss.item(), .gradient = flat_gradient()};
  if (largest(here.gradient) <= options_.tolerance_grad) return first_loss;
  for (std::int64_t i = 1; i <= options_.max_iter; ++i) {
    choose_direction(here.gradient);
    const double loss_before = here.loss;
    here.slope = inner(here.gradient, state_.d);
    if (here.slope > -options_.tolerance_change) break;
    const std::int64_t evals_left = max_eval_ - (state_.func_evals - evals_before);
    if (strong_wolfe_) {
      search(closure, here, evals_left);
    } else {
      add(state_.t, state_.d);
      if (i == options_.max_iter) break;  // where nothing follows, the loss would be of no use
      here = evaluate(closure);
    }
    if (state_.func_evals - evals_before >= max_eval_) break;
    if (largest(here.gradient) <= options_.tolerance_grad) break;
    if (largest(state_.d * state_.t) <= options_.tolerance_change) break;
    if (std::abs(here.loss - loss_before) < options_.tolerance_change) break;
  }
  return first_loss;
}

// -- the direction

// d = -H g by the two loops over the history, newest pair first and then last. The first direction
// is that of steepest descent, and its step is at most 1 in the sum of absolute values.
void LBFGS::choose_direction(const Tensor& gradient) {
  if (++state_.n_iter == 1) {
    state_.d = neg(gradient);
    state_.t = std::min(1.0, 1 / abs(gradient).sum().item()) * options_.lr;
  } else {
    remember(gradient);
    Tensor q = neg(gradient);
    std::vector<double> alpha(state_.history.size());
    for (std::size_t i = state_.history.size(); i-- > 0;) {
      const Pair& pair = state_.history[i];
      alpha[i] = inner(pair.s, q) * pair.ro;
      q.add_(pair.y, -alpha[i]);
    }
    q.mul_(Scalar(state_.H_diag));
    for (std::size_t i = 0; i < state_.history.size(); ++i) {
      const Pair& pair = state_.history[i];
      q.add_(pair.s, alpha[i] - inner(pair.y, q) * pair.ro);
    }
    state_.d = q;
    state_.t = options_.lr;
  }
  state_.prev_flat_grad = gradient;
}

/// Adds the last step to the history, if the loss curves upwards along it.
void LBFGS::remember(const Tensor& gradient) {
  const Tensor y = gradient - state_.prev_flat_grad, s = state_.d * state_.t;
  const double ys = inner(y, s);
  if (!(ys > 1e-10)) return;
  if (static_cast<std::int64_t>(state_.history.size()) == options_.history_size)
    state_.history.pop_front();
  state_.history.push_back({s, y, 1 / ys});
  state_.H_diag = ys / inner(y, y);
}

// -- the step along it

void LBFGS::search(const Closure& closure, LinePoint& here, std::int64_t evals_left) {
  std::vector<Tensor> start;
  for (const Tensor& parameter : parameters()) start.push_back(parameter.detach().clone());
  const auto at = [&](double t) {
    add(t, state_.d);
    LinePoint point = evaluate(closure);
    for (std::size_t i = 0; i < start.size(); ++i) Tensor(parameters()[i]).copy_(start[i]);
    point.t = t;
    point.slope = inner(point.gradient, state_.d);
    return point;
  };
  here.t = 0;
  here = strong_wolfe(at, here, state_.t, largest(state_.d),
                      {.tolerance_change = options_.tolerance_change, .max_steps = evals_left});
  state_.t = here.t;
  add(here.t, state_.d);
}

LinePoint LBFGS::evaluate(const Closure& closure) {
  const double loss = enable_grad(closure).item();
  ++state_.func_evals;
  return {.loss = loss, .gradient = flat_gradient()};
}

/// All gradients one behind the other; zeros where there is none.
Tensor LBFGS::flat_gradient() const {
  std::vector<Tensor> gradients;
  for (const Tensor& parameter : parameters()) {
    const Tensor gradient = parameter.grad();
    gradients.push_back(gradient.defined() ? gradient.detach() : zeros_like(parameter));
  }
  return nn::utils::parameters_to_vector(gradients);
}

void LBFGS::add(double t, const Tensor& direction) {
  std::int64_t at = 0;
  for (Tensor parameter : parameters()) {
    const Tensor part = direction.narrow(0, at, parameter.numel());
    parameter.add_(part.view(parameter.shape()), t);
    at += parameter.numel();
  }
}

// -- saving

std::vector<Optimizer::Number> LBFGS::places(LBFGSOptions& o, std::int64_t& max_eval,
                                             bool& strong_wolfe) {
  return {{"lr", &o.lr},
          {"max_iter", &o.max_iter},
          {"max_eval", &max_eval},
          {"tolerance_grad", &o.tolerance_grad},
          {"tolerance_change", &o.tolerance_change},
          {"history_size", &o.history_size},
          {"strong_wolfe", &strong_wolfe}};
}

std::vector<Optimizer::Number> LBFGS::settings(std::size_t) {
  return places(options_, max_eval_, strong_wolfe_);
}

void LBFGS::check_settings(std::size_t, const Fill& fill) const {
  LBFGSOptions copy = options_;
  bool ignored = false;
  fill(places(copy, copy.max_eval.emplace(), ignored));
  check(copy);
}

StateDict LBFGS::state_dict() const {
  StateDict out = Optimizer::state_dict();
  if (!state_.d.defined()) return out;
  put_number(out, "state.0.func_evals", state_.func_evals);
  put_number(out, "state.0.n_iter", state_.n_iter);
  put_number(out, "state.0.t", state_.t);
  put_number(out, "state.0.H_diag", state_.H_diag);
  out.push_back({"state.0.d", state_.d});
  out.push_back({"state.0.prev_flat_grad", state_.prev_flat_grad});
  for (std::size_t i = 0; i < state_.history.size(); ++i) {
    const Pair& pair = state_.history[i];
    out.push_back({str("state.0.old_stps.", i), pair.s});
    out.push_back({str("state.0.old_dirs.", i), pair.y});
    put_number(out, str("state.0.ro.", i), pair.ro);
  }
  return out;
}

void LBFGS::load_state_dict(const StateDict& state) {
  State next = find(state, "state.0.d") ? read_state(state) : State();
  StateDict rest;  // what the base knows, and what nobody knows
  std::size_t pairs = 0;
  for (const NamedTensor& entry : state) {
    const bool own = entry.name.starts_with("state.0.");
    pairs += entry.name.starts_with("state.0.old_stps.");
    if (!own) rest.push_back(entry);
  }
  if (pairs != next.history.size())
    throw ValueError(str("LBFGS.load_state_dict: the state has ", pairs,
                         " steps in its history, of which ", next.history.size(),
                         " are numbered in order"));
  Optimizer::load_state_dict(rest);
  state_ = std::move(next);
}

LBFGS::State LBFGS::read_state(const StateDict& state) const {
  constexpr std::string_view kWho = "LBFGS.load_state_dict";
  State out;
  const auto count = [&](const char* name) {
    constexpr std::int64_t kMost = std::int64_t{1} << 53;  // far from where counting on overflows
    const std::int64_t value = get_number(state, name, kWho).as_int64();
    if (value < 1 || value > kMost)
      throw ValueError(str(kWho, ": ", name, " must lie in [1, 2^53], got ", value));
    return value;
  };
  out.func_evals = count("state.0.func_evals");
  out.n_iter = count("state.0.n_iter");
  out.t = get_number(state, "state.0.t", kWho).as_double();
  out.H_diag = get_number(state, "state.0.H_diag", kWho).as_double();
  out.d = read_vector(state, "state.0.d");
  out.prev_flat_grad = read_vector(state, "state.0.prev_flat_grad");
  for (std::size_t i = 0; find(state, str("state.0.old_stps.", i)); ++i)
    out.history.push_back({read_vector(state, str("state.0.old_stps.", i)),
                           read_vector(state, str("state.0.old_dirs.", i)),
                           get_number(state, str("state.0.ro.", i), kWho).as_double()});
  return out;
}

/// A copy of one vector as long as all parameters together.
Tensor LBFGS::read_vector(const StateDict& state, const std::string& name) const {
  const Tensor* found = find(state, name);
  if (!found || !found->defined())
    throw ValueError(str("LBFGS.load_state_dict: the state has no entry ", quote(name)));
  std::int64_t count = 0;
  for (const Tensor& parameter : parameters()) count += parameter.numel();
  const DType dtype = parameters()[0].dtype();
  if (!(found->shape() == Shape{count}) || found->dtype() != dtype)
    throw ValueError(str("LBFGS.load_state_dict: ", name, " is ", found->spec(),
                         ", the parameters have ", count, " elements of ", dtype));
  return found->detach().clone();
}

}  // namespace limpid::optim

#include "limpid/optim/optimizer.h"

#include <algorithm>
#include <functional>
#include <unordered_set>

#include "limpid/autograd/grad_mode.h"
#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/core/suggest.h"

namespace limpid::optim {

namespace {

using Place = std::variant<double*, bool*, std::int64_t*>;

void assign(Place place, Scalar value) {
  std::visit([&](auto* p) { *p = value.to<std::remove_pointer_t<decltype(p)>>(); }, place);
}

}  // namespace

Optimizer::Fill Optimizer::filled_with(std::vector<Scalar> values) {
  return [values = std::move(values)](const std::vector<Number>& places) {
    for (std::size_t k = 0; k < places.size(); ++k) assign(places[k].place, values[k]);
  };
}

void require_not_negative(std::string_view optimizer, std::string_view what, double value) {
  if (!(value >= 0))
    throw ValueError(str(optimizer, ": ", what, " must not be negative, got ", value));
}

void require_betas(std::string_view optimizer, const std::array<double, 2>& betas) {
  for (std::size_t i = 0; i < betas.size(); ++i)
    if (!(betas[i] >= 0 && betas[i] < 1))
      throw ValueError(str(optimizer, ": betas[", i, "] must lie in [0, 1), got ", betas[i]));
}

Tensor Optimizer::step(const Closure& closure) {
  const Tensor loss = enable_grad(closure);
  step();
  return loss;
}

double* Optimizer::momentum_place(std::size_t group) const {
  if (group >= groups_.size())
    throw IndexError(str(name_, ": there is no group ", group, ", only ", groups_.size()));
  for (const Number& number : const_cast<Optimizer*>(this)->settings(group))
    if (number.name == "momentum" || number.name == "beta1") return std::get<double*>(number.place);
  return nullptr;
}

std::optional<double> Optimizer::momentum(std::size_t group) const {
  const double* place = momentum_place(group);
  return place ? std::optional(*place) : std::nullopt;
}

void Optimizer::set_momentum(double momentum, std::size_t group) {
  double* place = momentum_place(group);
  if (!place) throw ValueError(str(name_, " has neither momentum nor betas"));
  if (!(momentum >= 0 && momentum < 1))
    throw ValueError(str(name_, ": momentum must lie in [0, 1), got ", momentum));
  *place = momentum;
}

void Optimizer::zero_grad() {
  for (std::vector<Tensor>& group : groups_)
    for (Tensor& parameter : group) parameter.zero_grad();
}

void Optimizer::set_settings(std::size_t group, std::span<const Setting> changes) {
  if (group >= groups_.size())
    throw IndexError(str(name_, ": there is no group ", group, ", only ", groups_.size()));
  const std::vector<Number> known = settings(group);
  std::vector<Scalar> values;
  for (const Number& number : known)
    values.push_back(std::visit([](auto* place) { return Scalar(*place); }, number.place));
  for (const Setting& change : changes) {
    const auto found =
        std::ranges::find(known, change.name, [](const Number& number) { return number.name; });
    if (found == known.end())
      throw ValueError(str(name_, ": there is no setting ", quote(change.name)));
    values[static_cast<std::size_t>(found - known.begin())] = change.value;
  }
  check_settings(group, filled_with(values));
  filled_with(values)(known);
}

std::size_t Optimizer::parameter_count() const {
  std::size_t count = 0;
  for (const auto& group : groups_) count += group.size();
  return count;
}

void Optimizer::add_group(std::vector<Tensor> parameters) {
  if (parameters.empty() && groups_.empty())  // a later group may be, as of biases where none are
    throw ValueError(str(name_, ": the list of parameters is empty; pass model.parameters()"));
  std::unordered_set<const TensorImpl*> seen;
  for (const auto& group : groups_)
    for (const Tensor& known : group) seen.insert(known.impl());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Tensor& parameter = parameters[i];
    if (!parameter.defined()) throw ValueError(str(name_, ": parameter ", i, " is undefined"));
    if (!parameter.is_leaf())
      throw ValueError(str(name_, ": parameter ", i, " of shape ", parameter.shape(),
                           " is the result of ", parameter.grad_fn(),
                           "; only leaves can be optimised"));
    if (!seen.insert(parameter.impl()).second)
      throw ValueError(str(name_, ": parameter ", i, " of shape ", parameter.shape(),
                           " is given twice, and would be moved twice a step"));
  }
  groups_.push_back(std::move(parameters));
  initial_lrs_.emplace_back();
}

StateDict Optimizer::state_dict() const {
  StateDict out;
  auto& self = const_cast<Optimizer&>(*this);  // settings() and state() give places, read here only
  const auto put = [&](const std::string& prefix, const std::vector<Number>& numbers) {
    for (const Number& number : numbers)
      std::visit([&](auto* place) { put_number(out, prefix + std::string(number.name), *place); },
                 number.place);
  };
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const std::string prefix = str("param_groups.", g, ".");
    put_number(out, prefix + "size", static_cast<std::int64_t>(groups_[g].size()));
    put(prefix, self.settings(g));
    if (initial_lrs_[g]) put_number(out, prefix + "initial_lr", *initial_lrs_[g]);
  }
  for (std::size_t i = 0; i < parameter_count(); ++i) {
    const std::string prefix = str("state.", i, ".");
    bool any = false;
    for (const Slot& slot : self.state(i)) {
      if (!slot.place->defined()) continue;
      out.push_back({prefix + std::string(slot.name), slot.place->detach()});
      any = true;
    }
    if (any) put(prefix, self.counters(i));
  }
  return out;
}

namespace {

/// Looks entries up, notes what does not fit, and puts off every change until all fit.
class Loader {
 public:
  explicit Loader(const StateDict& state) : state_(state) {}

  const Tensor* take(const std::string& name) {
    known_.push_back(name);
    return find(state_, name);
  }
  /// A setting is only looked up here: whether it makes sense, the optimiser says.
  Scalar setting(const std::string& name) { return read(name).value_or(Scalar()); }
  void counter(const std::string& name, Place place) {
    if (const auto value = read_not_negative(name))
      changes_.push_back([place, value] { assign(place, *value); });
  }
  void optional_rate(const std::string& name, std::optional<double>* place) {
    if (!find(state_, name)) return changes_.push_back([place] { place->reset(); });
    if (const auto value = read_not_negative(name))
      changes_.push_back([place, value] { *place = value->as_double(); });
  }
  void size(const std::string& name, std::size_t wanted) {
    const Tensor* found = take(name);
    if (!found || !found->defined() || found->numel() != 1) return complain("missing: " + name);
    if (found->item<std::int64_t>() != static_cast<std::int64_t>(wanted))
      complain(str(name, " is ", found->item<std::int64_t>(), ", this group has ", wanted,
                   " parameters"));
  }
  /// True when the state has the tensor.
  bool tensor(const std::string& name, Tensor* place, const Tensor& parameter) {
    const Tensor* found = take(name);
    const bool there = found && found->defined();
    if (there && (!(found->shape() == parameter.shape()) || found->dtype() != parameter.dtype()))
      complain(str(name, " is ", found->spec(), ", its parameter is ", parameter.spec()));
    changes_.push_back([place, value = there ? *found : Tensor()] {
      *place = value.defined() ? value.detach().clone() : Tensor();
    });
    return there;
  }
  void require_fit(std::string_view who) {
    const std::unordered_set<std::string> known(known_.begin(), known_.end());
    for (const NamedTensor& entry : state_) {
      if (known.contains(entry.name)) continue;
      const std::string nearest = nearest_name(entry.name, known_);
      complain("unexpected: " + quote(entry.name) +
               (nearest.empty() ? "" : " (did you mean '" + nearest + "'?)"));
    }
    if (complaints_)
      throw ValueError(
          str(who, ".load_state_dict: the state does not fit, nothing was loaded:", text_));
  }
  void finish() {
    for (const auto& change : changes_) change();
  }

 private:
  std::optional<Scalar> read(const std::string& name) {
    const Tensor* found = take(name);
    if (!found || !found->defined()) complain("missing: " + name);
    else if (found->numel() != 1) complain(str(name, " must be one number, got ", found->spec()));
    else return found->item_scalar();
    return std::nullopt;
  }
  std::optional<Scalar> read_not_negative(const std::string& name) {
    const auto value = read(name);
    if (!value || value->as_double() >= 0) return value;
    complain(str(name, " must not be negative, got ", *value));
    return std::nullopt;
  }
  void complain(const std::string& line) {
    constexpr int kMost = 20;
    if (++complaints_ <= kMost) text_ += "\n  " + line;
    if (complaints_ == kMost + 1) text_ += "\n  and more";
  }

  const StateDict& state_;
  std::vector<std::string> known_;
  std::vector<std::function<void()>> changes_;
  std::string text_;
  int complaints_ = 0;
};

}  // namespace

void Optimizer::load_state_dict(const StateDict& state_in) {
  Loader loader(state_in);
  std::vector<Fill> fills;  // one a group
  std::size_t i = 0;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const std::string prefix = str("param_groups.", g, ".");
    loader.size(prefix + "size", groups_[g].size());
    std::vector<Scalar> values;
    for (const Number& number : settings(g))
      values.push_back(loader.setting(prefix + std::string(number.name)));
    fills.push_back(filled_with(std::move(values)));
    loader.optional_rate(prefix + "initial_lr", &initial_lrs_[g]);
    for (const Tensor& parameter : groups_[g]) {
      const std::string own = str("state.", i, ".");
      bool any = false;
      for (const Slot& slot : state(i))
        any |= loader.tensor(own + std::string(slot.name), slot.place, parameter);
      for (const Number& number : counters(i))
        if (any) loader.counter(own + std::string(number.name), number.place);
      ++i;
    }
  }
  loader.require_fit(name_);
  for (std::size_t g = 0; g < fills.size(); ++g) check_settings(g, fills[g]);
  for (std::size_t g = 0; g < fills.size(); ++g) fills[g](settings(g));
  loader.finish();
}

}  // namespace limpid::optim

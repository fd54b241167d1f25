// state_dict and load_state_dict. Nothing is copied before everything has been found to fit.

#include <unordered_map>

#include "limpid/autograd/grad_mode.h"
#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/core/suggest.h"
#include "limpid/nn/module.h"

namespace limpid::nn {

namespace {

/// Why `value` cannot be copied into `target`, or "".
std::string misfit(const Tensor& target, const Tensor& value) {
  if (!value.defined()) return "is undefined";
  if (!(value.shape() == target.shape()))
    return str("has shape ", value.shape(), ", the module needs ", target.shape());
  if (!can_cast(value.dtype(), target.dtype()))
    return str("is ", value.dtype(), ", the module needs ", target.dtype());
  if (value.device().type == DeviceType::meta && target.device().type != DeviceType::meta)
    return "is on meta and has no elements";
  if (target.device().type == DeviceType::meta)
    return "would be copied to meta, which holds no elements";
  return {};
}

/// Lines for one error; beyond a screenful the rest is counted.
class Complaints {
 public:
  void add(std::string line) {
    if (++count_ <= kMost) text_ += "\n  " + line;
  }
  bool empty() const { return count_ == 0; }
  std::string text() const {
    return count_ > kMost ? str(text_, "\n  and ", count_ - kMost, " more") : text_;
  }

 private:
  static constexpr int kMost = 20;
  std::string text_;
  int count_ = 0;
};

std::string suggestion(const std::string& name, const std::vector<std::string>& names) {
  const std::string nearest = nearest_name(name, names);
  return nearest.empty() ? "" : " (did you mean " + quote(nearest) + "?)";
}

}  // namespace

StateDict Module::state_dict() const {
  StateDict state;
  visit(
      [&](const std::string& prefix, const Module& module) {
        for (const Slots* slots : {&module.parameters_, &module.buffers_})
          for (const auto& slot : *slots)
            if (slot->tensor.defined() && slot->persistent)
              state.push_back({prefix + slot->name, slot->tensor.detach()});
      },
      "");
  return state;
}

LoadResult Module::load_state_dict(const StateDict& state, bool strict) {
  const StateDict own = state_dict();
  std::unordered_map<std::string, const Tensor*> given;
  Complaints complaints;
  for (const NamedTensor& entry : state)
    if (!given.emplace(entry.name, &entry.tensor).second)
      complaints.add(quote(entry.name) + " is named twice");

  LoadResult result;
  std::vector<std::pair<Tensor, Tensor>> copies;
  std::vector<std::string> mismatches;
  for (const NamedTensor& entry : own) {
    const auto found = given.find(entry.name);
    if (found == given.end()) {
      result.missing.push_back(entry.name);
      continue;
    }
    if (const std::string why = misfit(entry.tensor, *found->second); !why.empty())
      mismatches.push_back(entry.name + " " + why);
    else copies.emplace_back(entry.tensor, *found->second);
    given.erase(found);
  }
  for (const NamedTensor& entry : state)
    if (given.contains(entry.name)) result.unexpected.push_back(entry.name);

  if (strict) {
    for (const std::string& name : result.missing) complaints.add("missing: " + name);
    for (const std::string& name : result.unexpected)
      complaints.add("unexpected: " + quote(name) + suggestion(name, result.missing));
  }
  for (std::string& line : mismatches) complaints.add(std::move(line));
  if (!complaints.empty())
    throw ValueError(str("load_state_dict: the state does not fit ", type_name(),
                         ", nothing was loaded:", complaints.text()));
  NoGrad guard;
  for (auto& [target, value] : copies) target.copy_(value);
  return result;
}

}  // namespace limpid::nn

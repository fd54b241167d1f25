#include "limpid/nn/module.h"

#include <cxxabi.h>

#include <algorithm>
#include <cstdlib>
#include <typeinfo>
#include <unordered_set>

#include "limpid/autograd/grad_mode.h"
#include "limpid/core/error.h"
#include "limpid/core/layer_path.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/core/suggest.h"
#include "limpid/nn/where.h"

namespace limpid::nn {

// ---- running

template <class F>
Tensor Module::call_with_hooks(std::span<const Tensor> inputs, const F& compute) {
  std::vector<Tensor> own(inputs.begin(), inputs.end());
  for (const ForwardPreHook& hook : pre_hooks_.snapshot()) hook(*this, own);
  Tensor output = compute(own);
  for (const ForwardHook& hook : hooks_.snapshot())
    if (Tensor replaced = hook(*this, own, output); replaced.defined())
      output = std::move(replaced);
  return output;
}

Tensor Module::call(std::span<const Tensor> inputs) {
  LayerScope scope(name_);
  const auto compute = [this](std::span<const Tensor> in) {
    return in.size() == 1 ? forward(in[0]) : forward_many(in);
  };
  if (!pre_hooks_.empty() || !hooks_.empty()) [[unlikely]]
    return call_with_hooks(inputs, compute);
  return compute(inputs);
}

Tensor Module::call_as(std::span<const Tensor> inputs,
                       const std::function<Tensor(std::span<const Tensor>)>& compute) {
  LayerScope scope(name_);
  return pre_hooks_.empty() && hooks_.empty() ? compute(inputs) : call_with_hooks(inputs, compute);
}

Tensor Module::forward(const Tensor& input) { return forward_many({&input, 1}); }

Tensor Module::forward_many(std::span<const Tensor> inputs) {
  throw ValueError(str(type_name(), ": forward of ", inputs.size(),
                       inputs.size() == 1 ? " tensor" : " tensors", " is not defined", where(),
                       "; override forward(), or forward_many() for several inputs"));
}

// ---- building

void Module::check_name(const std::string& name) const {
  if (name.empty() || name.find('.') != std::string::npos)
    throw ValueError(str(type_name(), ": '", name,
                         "' is no name for a part of a module: it must not ",
                         name.empty() ? "be empty" : "contain a '.', which separates layers"));
  const auto is_taken = [&](const auto& entry) { return entry->name == name; };
  bool taken = std::any_of(parameters_.begin(), parameters_.end(), is_taken) ||
               std::any_of(buffers_.begin(), buffers_.end(), is_taken);
  for (const auto& child : children_) taken |= child.first == name;
  if (taken)
    throw ValueError(str(type_name(), ": the name '", name, "' is taken; give each part its own"));
}

Tensor& Module::register_parameter(std::string name, Tensor parameter) {
  check_name(name);
  if (parameter.defined() && !parameter.requires_grad()) parameter.requires_grad_();
  parameters_.push_back(std::make_unique<Slot>(Slot{std::move(name), std::move(parameter)}));
  return parameters_.back()->tensor;
}

Tensor& Module::register_buffer(std::string name, Tensor buffer, bool persistent) {
  check_name(name);
  buffers_.push_back(std::make_unique<Slot>(Slot{std::move(name), std::move(buffer), persistent}));
  return buffers_.back()->tensor;
}

void Module::add_child(std::string name, std::shared_ptr<Module> child) {
  check_name(name);
  if (!child) throw ValueError(str(type_name(), ": the module '", name, "' is null"));
  for (const NamedModule& below : child->named_modules())
    if (below.module == this)
      throw ValueError(str(type_name(), ": the module '", name, "' contains this one"));
  if (child->name_.empty()) child->name_ = name;
  children_.emplace_back(std::move(name), std::move(child));
}

// ---- looking

std::vector<NamedModule> Module::named_modules() {
  std::vector<NamedModule> out;
  std::unordered_set<const Module*> seen;
  visit(
      [&](const std::string& prefix, Module& module) {
        if (!seen.insert(&module).second) return;
        out.push_back({prefix.empty() ? prefix : prefix.substr(0, prefix.size() - 1), &module});
      },
      "");
  return out;
}

std::vector<NamedTensor> Module::collect(Slots Module::*slots) const {
  std::vector<NamedTensor> out;
  std::unordered_set<const TensorImpl*> seen;
  visit(
      [&](const std::string& prefix, const Module& module) {
        for (const auto& slot : module.*slots)
          if (slot->tensor.defined() && seen.insert(slot->tensor.impl()).second)
            out.push_back({prefix + slot->name, slot->tensor});
      },
      "");
  return out;
}

std::vector<NamedTensor> Module::named_parameters() const { return collect(&Module::parameters_); }
std::vector<NamedTensor> Module::named_buffers() const { return collect(&Module::buffers_); }

std::vector<Tensor> Module::parameters() const {
  std::vector<Tensor> out;
  for (NamedTensor& entry : named_parameters()) out.push_back(std::move(entry.tensor));
  return out;
}

std::vector<Tensor> Module::buffers() const {
  std::vector<Tensor> out;
  for (NamedTensor& entry : named_buffers()) out.push_back(std::move(entry.tensor));
  return out;
}

std::int64_t Module::parameter_count(bool only_trainable) const {
  std::int64_t count = 0;
  for (const Tensor& p : parameters())
    if (!only_trainable || p.requires_grad()) count += p.numel();
  return count;
}

Module& Module::get_submodule(std::string_view path) {
  Module* module = this;
  for (std::string_view rest = path; !path.empty();) {
    const std::string_view part = rest.substr(0, rest.find('.'));
    std::vector<std::string> names;
    for (const auto& [name, child] : module->children_) names.push_back(name);
    const auto found = std::find(names.begin(), names.end(), part);
    if (found == names.end())
      throw IndexError(str("get_submodule(", quote(path), "): ", module->type_name(),
                           " has no module ", quote(part), did_you_mean(part, names)));
    module = module->children_[static_cast<std::size_t>(found - names.begin())].second.get();
    if (part.size() == rest.size()) break;
    rest.remove_prefix(part.size() + 1);
  }
  return *module;
}

std::vector<NamedTensor> Module::own(const Slots& slots) {
  std::vector<NamedTensor> out;
  for (const auto& slot : slots) out.push_back({slot->name, slot->tensor});
  return out;
}

Tensor& Module::slot_at(std::string_view path, Slots Module::*slots) {
  const auto dot = path.rfind('.');
  const bool below = dot != std::string_view::npos;
  Module& module = get_submodule(below ? path.substr(0, dot) : "");
  const std::string_view name = below ? path.substr(dot + 1) : path;
  std::vector<std::string> names;
  for (const auto& slot : module.*slots) {
    if (slot->name == name) return slot->tensor;
    names.push_back(slot->name);
  }
  throw IndexError(str(module.type_name(), " has no ",
                       slots == &Module::parameters_ ? "parameter " : "buffer ", quote(name),
                       did_you_mean(name, names)));
}

std::string Module::type_name() const {
  int status = 0;
  char* readable = abi::__cxa_demangle(typeid(*this).name(), nullptr, nullptr, &status);
  std::string name = status == 0 ? readable : typeid(*this).name();
  std::free(readable);
  const auto colon = name.rfind("::");
  return colon == std::string::npos ? name : name.substr(colon + 2);
}

// ---- changing the whole tree

Module& Module::train(bool on) {
  for (const NamedModule& entry : named_modules()) entry.module->training_ = on;
  return *this;
}

Module& Module::zero_grad() {
  for (Tensor& parameter : parameters()) parameter.zero_grad();
  return *this;
}

Module& Module::requires_grad_(bool on) {
  for (Tensor& parameter : parameters()) parameter.requires_grad_(on);
  return *this;
}

Module& Module::apply(const std::function<void(Module&)>& f) {
  const std::vector<NamedModule> all = named_modules();
  for (auto entry = all.rbegin(); entry != all.rend(); ++entry) f(*entry->module);
  return *this;
}

namespace {

/// Gives `tensor` the elements, dtype and device of `value`. It stays the same object with the same
/// history, as PyTorch's `tensor.data = value`.
void set_data(const Tensor& tensor, const Tensor& value) {
  TensorImpl *to = tensor.impl(), *from = value.impl();
  if (to == from) return;
  to->set_memory(*from);
}

}  // namespace

/// All values are made before the first is set: an error leaves the module as it was.
template <class F>
void Module::convert_tensors(F&& converted) {
  NoGrad guard;
  std::vector<std::pair<Tensor, Tensor>> changes;
  const auto plan = [&](const Tensor& tensor) {
    changes.emplace_back(tensor, converted(tensor.detach()));
    if (const Tensor grad = tensor.grad(); grad.defined())
      changes.emplace_back(grad, converted(grad.detach()));
  };
  for (const NamedTensor& entry : named_parameters()) plan(entry.tensor);
  for (const NamedTensor& entry : named_buffers()) plan(entry.tensor);
  for (auto& [tensor, value] : changes) set_data(tensor, value);
}

Module& Module::to(DType dtype) {
  if (!is_floating(dtype))
    throw DTypeError(str(type_name(), ".to: parameters are floats, ", dtype, " is none"));
  convert_tensors([&](const Tensor& t) { return is_floating(t.dtype()) ? t.to(dtype) : t; });
  return *this;
}

Module& Module::to(Device device) {
  convert_tensors([&](const Tensor& t) { return t.to(device); });
  return *this;
}

}  // namespace limpid::nn

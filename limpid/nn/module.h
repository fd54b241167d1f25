#pragma once
// The base of all layers and models: a tree of modules with named parameters and buffers.
//
//   struct Mlp : nn::Module {
//     nn::Linear& hidden = register_module("hidden", nn::Linear(64, 32));
//     nn::Linear& output = register_module("output", nn::Linear(32, 10));
//     Tensor forward(const Tensor& x) override { return output(relu(hidden(x))); }
//   };
//   Mlp model;
//   Tensor logits = model(x);
//
// Modules move but do not copy: two handles to one module are two std::shared_ptr.

#include <concepts>
#include <iosfwd>
#include <memory>
#include <string_view>

#include "limpid/nn/hooks.h"
#include "limpid/nn/state_dict.h"

namespace limpid::nn {

class Module;

struct NamedModule {
  std::string name;  ///< "backbone.stem"; "" for the root
  Module* module;
};

/// Which names of a state dict and of a module had no partner.
struct LoadResult {
  std::vector<std::string> missing, unexpected;
};

/// Runs before forward and may replace entries of `inputs`.
using ForwardPreHook = std::function<void(Module& module, std::span<Tensor> inputs)>;
/// Runs after forward; a defined result replaces `output`.
using ForwardHook =
    std::function<Tensor(Module& module, std::span<const Tensor> inputs, const Tensor& output)>;

class Module {
 public:
  Module() = default;
  Module(Module&&) = default;
  Module& operator=(Module&&) = default;
  virtual ~Module() = default;

  // -- running
  /// Runs forward within the layer's name, so that errors say where they arose, and its hooks.
  Tensor operator()(const Tensor& input) { return call({&input, 1}); }
  template <std::same_as<Tensor>... T>
  requires(sizeof...(T) > 1) Tensor operator()(const T&... inputs) {
    const Tensor list[] = {inputs...};
    return call(list);
  }
  /// What the module computes. Modules of one input override this one.
  virtual Tensor forward(const Tensor& input);
  /// Modules of several inputs override this one. ValueError for a wrong number of them.
  virtual Tensor forward_many(std::span<const Tensor> inputs);
  HookHandle register_forward_pre_hook(ForwardPreHook hook) {
    return pre_hooks_.add(std::move(hook));
  }
  HookHandle register_forward_hook(ForwardHook hook) { return hooks_.add(std::move(hook)); }

  // -- building. Names may not be empty, hold a '.', or be taken: ValueError
  /// Adds a tensor that is learned, and makes it require grad. An undefined one takes the place of
  /// an optional parameter that is not used. The reference stays valid, also when the module moves;
  /// assigning to it replaces the parameter (and can tie it to another module's).
  Tensor& register_parameter(std::string name, Tensor parameter);
  /// Adds a tensor that is not learned. Unless persistent, state_dict() leaves it out.
  Tensor& register_buffer(std::string name, Tensor buffer, bool persistent = true);
  /// Adds a child by moving it in, or by sharing it.
  template <std::derived_from<Module> M>
  M& register_module(std::string name, M&& module) {
    return register_module(std::move(name), std::make_shared<M>(std::move(module)));
  }
  template <std::derived_from<Module> M>
  M& register_module(std::string name, std::shared_ptr<M> module) {
    M* out = module.get();
    add_child(std::move(name), std::move(module));  // refuses null
    return *out;
  }

  // -- looking. Own entries first, then those of the children in the order of registration; what is
  // shared appears once, under its first name
  std::vector<NamedTensor> named_parameters() const;
  std::vector<NamedTensor> named_buffers() const;
  std::vector<NamedModule> named_modules();
  std::vector<Tensor> parameters() const;
  std::vector<Tensor> buffers() const;
  /// Elements of all parameters, or of those that require grad.
  std::int64_t parameter_count(bool only_trainable = false) const;
  /// The module at a path, "encoder.layers.0"; "" is this one. IndexError names the part of it that
  /// does not exist and the nearest that does. as_layer<nn::Linear>(...) (module_list.h) gives it
  /// as what it is.
  Module& get_submodule(std::string_view path);
  const std::vector<std::pair<std::string, std::shared_ptr<Module>>>& children() const {
    return children_;
  }
  /// The slot of a parameter or buffer at a path, "encoder.layers.0.weight": assigning to it
  /// replaces the tensor, as assigning to a layer's member does. IndexError as of get_submodule.
  Tensor& get_parameter(std::string_view path) { return slot_at(path, &Module::parameters_); }
  Tensor& get_buffer(std::string_view path) { return slot_at(path, &Module::buffers_); }
  /// Its own, without its children's; also those that are undefined.
  std::vector<NamedTensor> own_parameters() const { return own(parameters_); }
  std::vector<NamedTensor> own_buffers() const { return own(buffers_); }
  /// The name under which a parent registered it; "" for a root.
  const std::string& name() const { return name_; }
  bool is_training() const { return training_; }
  /// Its class, "Linear".
  virtual std::string type_name() const;
  /// What stands between the brackets when it is printed: "in_features=64, out_features=10,
  /// bias=True".
  virtual std::string extra_repr() const { return {}; }

  // -- changing the whole tree; all return *this
  Module& train(bool on = true);
  Module& eval() { return train(false); }
  /// This module alone, without its children.
  void set_training(bool on) { training_ = on; }
  Module& zero_grad();
  /// requires_grad_(false) freezes it: model.get_submodule("backbone").requires_grad_(false).
  Module& requires_grad_(bool on = true);
  /// Converts parameters and buffers of floating dtypes. The tensors stay the same objects, so
  /// optimisers go on knowing them.
  Module& to(DType dtype);
  Module& to(Device device);
  Module& half() { return to(DType::f16); }
  Module& bfloat16() { return to(DType::bf16); }
  /// Calls f(module) for every module, children first, as PyTorch's apply.
  Module& apply(const std::function<void(Module&)>& f);

  // -- keeping
  /// Parameters and persistent buffers, sharing memory with the module. A shared one appears under
  /// each of its names, as in PyTorch.
  StateDict state_dict() const;
  /// Copies values in. Throws ValueError that lists every missing and unexpected name and every
  /// wrong shape; then nothing has changed. Unless strict, names may be missing or unexpected.
  LoadResult load_state_dict(const StateDict& state, bool strict = true);

 protected:
  /// For modules with several results, whose own operator() hides the one above: runs `compute`
  /// within the layer's name and between its hooks, which see and may replace the first result.
  Tensor call_as(std::span<const Tensor> inputs,
                 const std::function<Tensor(std::span<const Tensor>)>& compute);

 private:
  struct Slot {
    std::string name;
    Tensor tensor;
    bool persistent = true;
  };
  using Slots = std::vector<std::unique_ptr<Slot>>;  // by pointer: references to tensors stay valid

  Tensor call(std::span<const Tensor> inputs);
  template <class F>
  Tensor call_with_hooks(std::span<const Tensor> inputs, const F& compute);
  void check_name(const std::string& name) const;
  void add_child(std::string name, std::shared_ptr<Module> child);
  /// f(prefix with its dot, module) for the tree, parents first.
  template <class F>
  void visit(const F& f, const std::string& prefix) const;
  std::vector<NamedTensor> collect(Slots Module::*slots) const;
  static std::vector<NamedTensor> own(const Slots& slots);
  Tensor& slot_at(std::string_view path, Slots Module::*slots);
  template <class F>
  void convert_tensors(F&& converted);

  std::string name_;
  bool training_ = true;
  Slots parameters_, buffers_;
  std::vector<std::pair<std::string, std::shared_ptr<Module>>> children_;
  HookList<ForwardPreHook> pre_hooks_;
  HookList<ForwardHook> hooks_;
};

template <class F>
void Module::visit(const F& f, const std::string& prefix) const {
  f(prefix, const_cast<Module&>(*this));
  for (const auto& [name, child] : children_) child->visit(f, prefix + name + ".");
}

/// PyTorch's text: "Sequential(\n  (0): Linear(in_features=64, ...)\n)".
std::string to_string(const Module& module);
std::ostream& operator<<(std::ostream& out, const Module& module);

}  // namespace limpid::nn

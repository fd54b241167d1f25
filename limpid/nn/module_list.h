#pragma once
// Modules in a list or under names, for models that call them in their own order.

#include "limpid/nn/sequential.h"

namespace limpid::nn {

/// `module` as an M. ValueError says what it is instead.
template <std::derived_from<Module> M>
M& as_layer(Module& module);
[[noreturn]] void throw_other_layer(const Module& module);

/// torch.nn.ModuleList: children "0", "1", ... It has no forward of its own.
///
///   nn::ModuleList& blocks = register_module("blocks", nn::ModuleList());
///   for (int i = 0; i < 4; ++i) blocks.append(nn::Linear(8, 8));
///   for (nn::Module& block : blocks) x = relu(block(x));
class ModuleList : public Module {
 public:
  ModuleList() = default;
  template <SequentialEntry... T>
  requires(sizeof...(T) > 0) explicit ModuleList(T&&... modules) {
    (append(std::forward<T>(modules)), ...);
  }

  /// Adds a module, or shares one by std::shared_ptr.
  template <SequentialEntry T>
  ModuleList& append(T&& module) {
    if constexpr (std::derived_from<std::remove_cvref_t<T>, Module>)
      register_module(std::to_string(size()), std::move(module));
    else register_module(std::to_string(size()), std::shared_ptr<Module>(std::forward<T>(module)));
    return *this;
  }
  std::size_t size() const { return children().size(); }
  /// The i-th module; negative counts from the end. IndexError out of range.
  Module& operator[](std::int64_t i) const;
  /// The same as the layer that it is: blocks.get<nn::Linear>(0).weight. ValueError when it is
  /// another.
  template <std::derived_from<Module> M>
  M& get(std::int64_t i) const {
    return as_layer<M>((*this)[i]);
  }

  /// Goes through the modules in order.
  class Iterator {
   public:
    Iterator(const ModuleList& list, std::size_t at) : list_(&list), at_(at) {}
    Module& operator*() const { return *list_->children()[at_].second; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    const ModuleList* list_;
    std::size_t at_;
  };
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size()}; }
};

/// torch.nn.ModuleDict: children under names, in the order in which they came.
class ModuleDict : public Module {
 public:
  ModuleDict() = default;
  template <std::same_as<Named>... T>
  explicit ModuleDict(T... modules) {
    (insert(std::move(modules.name), std::move(modules.module)), ...);
  }

  /// ValueError when the name is taken.
  template <std::derived_from<Module> M>
  ModuleDict& insert(std::string name, M&& module) {
    register_module(std::move(name), std::move(module));
    return *this;
  }
  ModuleDict& insert(std::string name, std::shared_ptr<Module> module) {
    register_module(std::move(name), std::move(module));
    return *this;
  }
  std::size_t size() const { return children().size(); }
  bool contains(std::string_view name) const;
  std::vector<std::string> keys() const;
  /// IndexError lists the names there are.
  Module& operator[](std::string_view name) const;
  template <std::derived_from<Module> M>
  M& get(std::string_view name) const {
    return as_layer<M>((*this)[name]);
  }
};

template <std::derived_from<Module> M>
M& as_layer(Module& module) {
  if (auto* layer = dynamic_cast<M*>(&module)) return *layer;
  throw_other_layer(module);
}

}  // namespace limpid::nn

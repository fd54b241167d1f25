#pragma once
// Modules one behind the other.

#include "limpid/nn/module.h"

namespace limpid::nn {

/// A child with a name of its own; see named().
struct Named {
  std::string name;
  std::shared_ptr<Module> module;
};
/// named("stem", Conv2d(1, 16, 3)), for Sequential.
template <std::derived_from<Module> M>
Named named(std::string name, M&& module) {
  return {std::move(name), std::make_shared<M>(std::move(module))};
}

template <class T>
concept SequentialEntry =
    (std::derived_from<T, Module> && !std::is_reference_v<T>) ||
    std::convertible_to<T, std::shared_ptr<Module>> || std::same_as<std::remove_cvref_t<T>, Named>;

/// torch.nn.Sequential: each module's output is the next one's input; none at all is the identity.
///
///   nn::Sequential model(nn::Linear(64, 32), nn::ReLU(), nn::Linear(32, 10));   // children 0, 1,
///   2 nn::Sequential model(nn::named("hidden", nn::Linear(64, 32)), ...);
///
/// Modules are moved in; a std::shared_ptr shares one (and its parameters, counted once).
class Sequential : public Module {
 public:
  Sequential() = default;
  template <SequentialEntry... T>
  requires(sizeof...(T) > 0) explicit Sequential(T&&... modules) {
    (append(std::forward<T>(modules)), ...);
  }

  Tensor forward(const Tensor& input) override;

  /// Adds a module behind the last. Unless named, its name is its position.
  template <SequentialEntry T>
  Sequential& append(T&& module) {
    if constexpr (std::same_as<std::remove_cvref_t<T>, Named>)
      return add(module.name, std::move(module.module));
    else if constexpr (std::derived_from<T, Module>)
      return add(std::to_string(size()), std::make_shared<T>(std::move(module)));
    else return add(std::to_string(size()), std::shared_ptr<Module>(std::forward<T>(module)));
  }
  std::size_t size() const { return children().size(); }
  /// The i-th module; negative counts from the end. IndexError out of range.
  Module& operator[](std::int64_t i) const;

 private:
  Sequential& add(std::string name, std::shared_ptr<Module> module);
};

}  // namespace limpid::nn

#pragma once
// Functions that run when a module is called, and handles that remove them again.

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "limpid/core/error.h"

namespace limpid::nn {

/// Removes the hook it stands for. It may outlive the module; a second remove() does nothing.
class HookHandle {
 public:
  HookHandle() = default;
  explicit HookHandle(std::function<void()> remove) : remove_(std::move(remove)) {}
  void remove() {
    if (remove_) std::exchange(remove_, nullptr)();
  }

 private:
  std::function<void()> remove_;
};

template <class F>
class HookList {
 public:
  HookHandle add(F hook) {
    if (!hook) throw ValueError("a module's hook must be a function to call, and there is none");
    if (!entries_) entries_ = std::make_shared<Entries>();
    const std::int64_t id = ++last_id_;
    entries_->emplace_back(id, std::move(hook));
    return HookHandle([weak = std::weak_ptr<Entries>(entries_), id] {
      if (auto entries = weak.lock())
        std::erase_if(*entries, [&](auto& e) { return e.first == id; });
    });
  }
  bool empty() const { return !entries_ || entries_->empty(); }
  /// A copy to call: a hook may remove itself or add others meanwhile.
  std::vector<F> snapshot() const {
    std::vector<F> out;
    if (entries_)
      for (const auto& entry : *entries_) out.push_back(entry.second);
    return out;
  }

 private:
  using Entries = std::vector<std::pair<std::int64_t, F>>;
  std::shared_ptr<Entries> entries_;
  std::int64_t last_id_ = 0;
};

}  // namespace limpid::nn

#pragma once
// Intrusive reference counting: one pointer wide, no control block.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace limpid {

/// A count that starts at 1 for its maker.
class Refcount {
 public:
  void increment() const { count_.fetch_add(1, std::memory_order_relaxed); }
  /// True when that was the last owner. A sole owner needs no locked instruction: nobody else
  /// holds a reference from which the count could rise meanwhile.
  bool decrement() const {
    if (count_.load(std::memory_order_acquire) == 1) return true;
    return count_.fetch_sub(1, std::memory_order_acq_rel) == 1;
  }
  std::uint32_t value() const { return count_.load(std::memory_order_acquire); }

 private:
  mutable std::atomic<std::uint32_t> count_{1};
};

/// Owns one reference to a T that has a member `Refcount references` and a static `destroy(T*)`.
template <class T>
class Ptr {
 public:
  Ptr() = default;
  Ptr(std::nullptr_t) {}
  static Ptr adopt(T* p) {
    Ptr out;
    out.pointer_ = p;
    return out;
  }
  static Ptr share(T* p) {
    if (p) p->references.increment();
    return adopt(p);
  }
  Ptr(const Ptr& o) : pointer_(o.pointer_) {
    if (pointer_) pointer_->references.increment();
  }
  Ptr(Ptr&& o) noexcept : pointer_(std::exchange(o.pointer_, nullptr)) {}
  Ptr& operator=(const Ptr& o) {
    Ptr(o).swap(*this);
    return *this;
  }
  Ptr& operator=(Ptr&& o) noexcept {
    Ptr(std::move(o)).swap(*this);
    return *this;
  }
  ~Ptr() {
    if (pointer_ && pointer_->references.decrement()) T::destroy(pointer_);
  }
  T* get() const { return pointer_; }
  T* operator->() const { return pointer_; }
  T& operator*() const { return *pointer_; }
  explicit operator bool() const { return pointer_ != nullptr; }
  T* release() { return std::exchange(pointer_, nullptr); }
  void swap(Ptr& o) noexcept { std::swap(pointer_, o.pointer_); }

 private:
  T* pointer_ = nullptr;
};

}  // namespace limpid

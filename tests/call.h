#pragma once
// Calls that are made later, for tables of tests.

#include <cstddef>
#include <cstring>
#include <type_traits>
#include <utility>

namespace limpid::testing {

/// As std::function, for lambdas that capture references and numbers only: it takes a compiler a
/// fifth of the time.
template <class Signature>
class Call;

template <class R, class... Args>
class Call<R(Args...)> {
 public:
  template <class F>
  Call(const F& f)  // NOLINT: where a lambda stands, as std::function
      : call_([](const std::byte* held, Args... args) -> R {
          return (*reinterpret_cast<const F*>(held))(static_cast<Args&&>(args)...);
        }) {
    static_assert(std::is_trivially_copyable_v<F> && sizeof(F) <= sizeof(held_));
    std::memcpy(held_, &f, sizeof(F));
  }
  R operator()(Args... args) const { return call_(held_, static_cast<Args&&>(args)...); }

 private:
  alignas(double) std::byte held_[80] = {};
  R (*call_)(const std::byte*, Args...);
};

}  // namespace limpid::testing

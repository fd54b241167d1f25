#pragma once
// Sizes that an option may leave out.

#include <concepts>
#include <cstdint>
#include <optional>

namespace limpid {

/// std::optional<IntPair> that takes what IntPair takes: `.stride = 2`, `.stride = {2, 1}`, and
/// std::nullopt. (std::optional itself does not take {2, 1}.)
template <class Sizes>
struct OptionalSizes : std::optional<Sizes> {
  constexpr OptionalSizes() = default;
  constexpr OptionalSizes(std::nullopt_t) {}
  constexpr OptionalSizes(Sizes sizes) : std::optional<Sizes>(sizes) {}
  constexpr OptionalSizes(const std::optional<Sizes>& sizes) : std::optional<Sizes>(sizes) {}
  template <std::integral... N>
  requires(sizeof...(N) > 0 &&
           std::constructible_from<Sizes, N...>) constexpr OptionalSizes(N... sizes)
      : std::optional<Sizes>(Sizes(sizes...)) {}
};

}  // namespace limpid

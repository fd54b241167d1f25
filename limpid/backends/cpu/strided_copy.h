#pragma once
// Copies elements from one layout to another: what slicing, joining and scattering rows come down
// to.

#include <cstdint>
#include <span>

#include "limpid/core/shape.h"

namespace limpid {

/// Axes of a loop over two operands, merged where both operands step through them as through one
/// axis.
struct MergedAxes {
  int rank = 0;
  std::int64_t sizes[Shape::kMaxRank];
  std::int64_t to[Shape::kMaxRank], from[Shape::kMaxRank];  ///< strides in elements

  /// Drops axes of size 1 and merges neighbours. A size of 0 leaves one axis of size 0.
  MergedAxes(std::span<const std::int64_t> shape, const std::int64_t* to_strides,
             const std::int64_t* from_strides);
};

/// to[index] = from[index] for every index of `shape`; elements of 1, 2, 4 or 8 bytes, strides in
/// elements (0 and negative ones too). Runs that lie in one piece in both are moved with memcpy.
/// The two must not overlap.
void copy_strided(void* to, const std::int64_t* to_strides, const void* from,
                  const std::int64_t* from_strides, std::span<const std::int64_t> shape,
                  std::size_t element_size);

/// The same from several threads where that pays.
void copy_strided_in_parallel(void* to, const std::int64_t* to_strides, const void* from,
                              const std::int64_t* from_strides, std::span<const std::int64_t> shape,
                              std::size_t element_size);

/// Calls f(tag of an unsigned integer of that many bytes): to move elements whatever they mean.
template <class F>
decltype(auto) visit_element_size(std::size_t bytes, F&& f) {
  if (bytes == 1) return f(std::uint8_t{});
  if (bytes == 2) return f(std::uint16_t{});
  if (bytes == 4) return f(std::uint32_t{});
  return f(std::uint64_t{});
}

}  // namespace limpid

#pragma once
// How tensors are printed.

#include <cstdint>
#include <optional>

namespace limpid {

/// As torch.set_printoptions; for the whole process.
struct PrintOptions {
  int precision = 4;              ///< digits behind the point
  std::int64_t threshold = 1000;  ///< beyond so many elements only the edges are shown
  std::int64_t edgeitems = 3;     ///< entries at either edge
  int linewidth = 80;
  std::optional<bool> sci_mode =
      std::nullopt;  ///< scientific form; none: where magnitudes ask for it
};
PrintOptions get_print_options();
/// ValueError for negative numbers, and for more than 300 digits.
void set_print_options(const PrintOptions& options);

}  // namespace limpid

#pragma once
// How tensors are printed, and what they are said to be: std::cout << x.shape() << x.dtype().

#include <cstdint>
#include <iosfwd>
#include <optional>

#include "limpid/core/device.h"
#include "limpid/core/dtype.h"
#include "limpid/core/shape.h"

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

std::ostream& operator<<(std::ostream& out, const Shape& shape);  ///< (2, 3)
std::ostream& operator<<(std::ostream& out, DType dtype);         ///< float32
std::ostream& operator<<(std::ostream& out, Device device);       ///< cpu

}  // namespace limpid

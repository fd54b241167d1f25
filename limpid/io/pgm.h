#pragma once
// Grey pictures in the simplest format there is (Netpbm's PGM, "P2" as text and "P5" as bytes), for
// builds without an image library.

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

#include "limpid/tensor/tensor.h"

namespace limpid {

/// The picture as (1, height, width) float32 in [0, 1], 0 black. FileError names the file and the
/// byte of what is wrong; sides are at most 65,536 and pixels at most 2^28.
Tensor load_pgm(const std::filesystem::path& path);
/// The same of a file that lies in memory.
Tensor parse_pgm(std::string_view bytes, std::string_view name = "pgm");

}  // namespace limpid

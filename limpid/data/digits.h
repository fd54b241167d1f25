#pragma once
// The handwritten digits that come with limpid: 1,797 images of 8 x 8 (data/digits/README.md).

#include <filesystem>
#include <string_view>

#include "limpid/tensor/tensor.h"

namespace limpid {

struct Digits {
  Tensor images;  ///< (1797, 1, 8, 8) float32 in [0, 1]: 0 is paper, 1 is ink
  Tensor labels;  ///< (1797,) int64, 0 to 9
};

/// Reads data/digits/digits.csv, or the file given. FileError names file, line and column of what
/// is missing or out of range.
Digits load_digits(const std::filesystem::path& path = {});

/// A file that comes with limpid, as "digits/digits.csv": looked for in $LIMPID_DATA_ROOT (and then
/// nowhere else), the folders of the source and of the installation, and data/ beside the program
/// or above it. FileError lists where it looked.
std::filesystem::path find_data_file(std::string_view name);

}  // namespace limpid

#pragma once
// The handwritten digits that come with limpid: 1,797 images of 8 x 8 (data/digits/README.md).

#include <filesystem>

#include "limpid/tensor/tensor.h"

namespace limpid {

struct Digits {
  Tensor images;  ///< (1797, 1, 8, 8) float32 in [0, 1]: 0 is paper, 1 is ink
  Tensor labels;  ///< (1797,) int64, 0 to 9
};

/// Reads data/digits/digits.csv, or the file given. FileError names file, line and column of what
/// is missing or out of range.
Digits load_digits(const std::filesystem::path& path = {});

}  // namespace limpid

#pragma once
// What loaders of datasets share: checks of what files hold, and uint8 pixels as numbers.

#include <filesystem>
#include <string_view>

#include "limpid/tensor/tensor.h"

namespace limpid {

/// (N,) integers as int64. FileError with `name` in front when they are no integers, not 1-d, not
/// `samples`, or when one is outside of 0..classes-1 (naming its position).
Tensor checked_labels(const Tensor& labels, std::int64_t samples, std::int64_t classes,
                      std::string_view name);

/// uint8 pixels as float32 in [0, 1]: divided by 255.
Tensor pixels_to_unit(const Tensor& pixels);

/// `folder`/`name`, or the same with ".gz" where only that is there. FileError names both.
std::filesystem::path plain_or_gz(const std::filesystem::path& folder, std::string_view name);

}  // namespace limpid

#pragma once
// NumPy's .npz files: a zip file with one .npy file an array.

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

#include "limpid/io/safetensors.h"

namespace limpid {

/// All arrays of a file, named without ".npy", in its order: what numpy.savez and savez_compressed
/// write. FileError names the file, the array and the byte of what is wrong; two arrays of one
/// name, and entries that are no .npy files, are errors. All arrays together take at most
/// `max_bytes`.
NamedTensors load_npz(const std::filesystem::path& path,
                      std::int64_t max_bytes = std::int64_t{1} << 34);
/// The same of a file that lies in memory; `name` stands for the path in errors.
NamedTensors parse_npz(std::span<const std::byte> bytes, std::string_view name = "npz",
                       std::int64_t max_bytes = std::int64_t{1} << 34);

/// The array of a name. FileError, with `file` in front and the nearest name, when there is none.
const Tensor& find_tensor(const NamedTensors& tensors, std::string_view name,
                          std::string_view file);

/// Writes a file atomically, as numpy.savez does (not compressed). ValueError for a name that
/// stands twice, DTypeError for bfloat16.
void save_npz(const std::filesystem::path& path, const NamedTensors& tensors);

}  // namespace limpid

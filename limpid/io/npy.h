#pragma once
// NumPy's .npy files, versions 1 to 3: "\x93NUMPY" | version | length of the header | header, a
// Python dictionary {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4)} | elements.

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/tensor/tensor.h"

namespace limpid {

/// Reads an array of bool, uint8, int8 to int64 or float16 to float64, of either byte order and in
/// C or Fortran order, as a contiguous tensor. FileError names the file and the byte of what is
/// wrong: object arrays (which would need Python's pickle), structured, complex and text arrays,
/// and files that were cut off. Nothing is allocated before sizes and the file's length agree.
Tensor load_npy(const std::filesystem::path& path);
/// The same of a file that lies in memory; `name` stands for the path in errors.
Tensor parse_npy(std::span<const std::byte> bytes, std::string_view name = "npy");

/// Writes a file atomically, in C order, as version 1. DTypeError for bfloat16, which NumPy lacks.
void save_npy(const std::filesystem::path& path, const Tensor& tensor);
/// The bytes of that file in front of the elements.
std::string npy_header(const Tensor& tensor);

}  // namespace limpid

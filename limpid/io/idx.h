#pragma once
// IDX, the format of MNIST's files: 0 0 dtype rank | rank sizes (u32) | elements, all big-endian.
// http://yann.lecun.com/exdb/mnist describes it.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

#include "limpid/tensor/tensor.h"

namespace limpid {

/// Reads uint8, int8, int16, int32, float32 and float64 files, plain or compressed (.gz, which is
/// told by its first bytes and not by its name). FileError names the file and the byte of what is
/// wrong; nothing is allocated before sizes and the file's length agree. The elements take at most
/// `max_bytes`: a compressed file of 1 MB can hold a gigabyte of zeros.
Tensor load_idx(const std::filesystem::path& path, std::int64_t max_bytes = std::int64_t{1} << 34);
/// The same of a file that lies in memory; `name` stands for the path in errors.
Tensor parse_idx(std::span<const std::byte> bytes, std::string_view name = "idx",
                 std::int64_t max_bytes = std::int64_t{1} << 34);

/// Writes a file atomically, not compressed, though as a .gz file where the name ends so (see
/// gzip.h). DTypeError for dtypes that IDX lacks, ShapeError for a size beyond 32 bits.
void save_idx(const std::filesystem::path& path, const Tensor& tensor);

}  // namespace limpid

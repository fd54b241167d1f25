#pragma once
// Tensors in one file, as Hugging Face's safetensors defines it:
//   u64 little-endian N | N bytes of JSON, {"name": {"dtype", "shape", "data_offsets"}, ...} | data
// Nothing in a file is believed before it is checked, and nothing is allocated before its size is.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/tensor/named_tensor.h"

namespace limpid {

using Metadata = std::map<std::string, std::string>;

struct SafetensorsFile {
  NamedTensors tensors;  ///< in the order of the file
  Metadata metadata;     ///< what stands under "__metadata__"

  /// The tensor of a name, undefined when there is none.
  Tensor find(std::string_view name) const;
};

/// What a file says of one tensor; offsets count bytes of the file.
struct SafetensorsEntry {
  std::string name;
  DType dtype = DType::f32;
  Shape shape;
  std::int64_t begin = 0, end = 0;
};
struct SafetensorsHeader {
  std::vector<SafetensorsEntry> tensors;  ///< by offset
  Metadata metadata;
};

/// All tensors of a file. FileError names the file, the tensor and the place of what is wrong.
SafetensorsFile load_safetensors(const std::filesystem::path& path);
/// The same of a file that lies in memory; `name` stands for the path in errors.
SafetensorsFile parse_safetensors(std::span<const std::byte> bytes,
                                  std::string_view name = "safetensors");
/// Names, dtypes and shapes only: as strict, but the data is not read.
SafetensorsHeader read_safetensors_header(const std::filesystem::path& path);

/// Writes a file atomically (see core/files.h), larger dtypes first, then by name, as other writers
/// do. ValueError for a name that stands twice or is not UTF-8, and for tensors without data.
void save_safetensors(const std::filesystem::path& path, const NamedTensors& tensors,
                      const Metadata& metadata = {});
/// What save_safetensors would write.
std::vector<std::byte> safetensors_bytes(const NamedTensors& tensors,
                                         const Metadata& metadata = {});

}  // namespace limpid

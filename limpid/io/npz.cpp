#include "limpid/io/npz.h"

#include <algorithm>

#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/core/suggest.h"
#include "limpid/io/npy.h"
#include "limpid/io/zip.h"

namespace limpid {

namespace {

constexpr std::int64_t kMaxArchive = std::int64_t{1} << 32;  // Zip64 is not read
constexpr std::string_view kSuffix = ".npy";

bool has_name(const NamedTensors& tensors, std::string_view name) {
  return std::any_of(tensors.begin(), tensors.end(), [&](const auto& t) { return t.name == name; });
}

}  // namespace

NamedTensors load_npz(const std::filesystem::path& path, std::int64_t max_bytes) {
  return parse_npz(read_file(path, kMaxArchive), quote(path.native(), 300), max_bytes);
}

NamedTensors parse_npz(std::span<const std::byte> bytes, std::string_view name,
                       std::int64_t max_bytes) {
  NamedTensors tensors;
  std::int64_t total = 0;
  for (const ZipEntry& entry : zip_entries(bytes, name)) {
    const std::string file = str(name, ": array ", quote(entry.name));
    if (!entry.name.ends_with(kSuffix)) throw FileError(str(file, " is no .npy file"));
    const std::string key = entry.name.substr(0, entry.name.size() - kSuffix.size());
    if (has_name(tensors, key)) throw FileError(str(file, " is there twice"));
    total += entry.size;
    if (total > max_bytes)
      throw FileError(str(name, ": the arrays take more than the ", max_bytes, " bytes allowed"));
    tensors.push_back({key, parse_npy(zip_content(bytes, entry, name), file)});
  }
  return tensors;
}

const Tensor& find_tensor(const NamedTensors& tensors, std::string_view name,
                          std::string_view file) {
  std::vector<std::string> names;
  for (const auto& [key, tensor] : tensors) {
    if (key == name) return tensor;
    names.push_back(key);
  }
  throw FileError(str(file, ": there is no array ", quote(name), did_you_mean(name, names)));
}

void save_npz(const std::filesystem::path& path, const NamedTensors& tensors) {
  NamedTensors kept;  // contiguous, while the file is written
  std::vector<std::string> headers, glue;
  for (const auto& [name, tensor] : tensors) {
    if (has_name(kept, name)) throw ValueError(str("two arrays are named ", quote(name)));
    if (name.empty() || name.size() > 60'000)
      throw ValueError("an array needs a name, and a short one");
    if (tensor.device() != kCpu) throw DeviceError(str("array ", quote(name), " is not on cpu"));
    kept.push_back({name, tensor.detach().contiguous()});
    headers.push_back(npy_header(tensor));
  }
  std::vector<ZipSource> sources;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const Tensor& tensor = kept[i].tensor;
    const auto count = static_cast<std::size_t>(tensor.numel()) * size_of(tensor.dtype());
    sources.push_back({kept[i].name + std::string(kSuffix),
                       std::as_bytes(std::span(headers[i])),
                       {static_cast<const std::byte*>(tensor->data), count}});
  }
  write_file(path, zip_stored(sources, glue));
}

}  // namespace limpid

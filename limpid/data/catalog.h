#pragma once
// The public datasets that limpid knows: which files they consist of, and how to tell that a file
// is the right one.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace limpid {

/// One file as it is published.
struct DataFile {
  std::string name;          ///< below the dataset's folder
  std::string md5;           ///< 32 hexadecimal digits; "" where none is known
  std::int64_t samples = 0;  ///< how many it holds; 0: not known
  /// Reads the whole file and says what it holds, as "60000 pictures". FileError when it is damaged
  /// or something else.
  std::string (*check)(const std::filesystem::path& path, const DataFile& file) = nullptr;
};

/// One thing that is needed: any of some files will do, as a plain or a compressed one.
using DataPart = std::vector<DataFile>;

struct KnownDataset {
  std::string name;    ///< of the dataset and of its folder below the data root
  std::string title;   ///< what it is
  std::string source;  ///< where it is published
  std::vector<std::vector<DataPart>> layouts;  ///< any one layout, with all its parts, is complete
};

/// All of them, in the order in which they are listed.
std::span<const KnownDataset> known_datasets();
/// The one of a name. ValueError suggests the nearest.
const KnownDataset& known_dataset(std::string_view name);

}  // namespace limpid

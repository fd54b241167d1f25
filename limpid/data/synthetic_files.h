#pragma once
// Made data (synthetic.h) as files, in the very formats of the public datasets.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace limpid {

/// mnist, cifar10, olivetti and cola.
std::vector<std::string> synthetic_datasets();

struct SyntheticFilesOptions {
  std::filesystem::path root = {};   ///< empty: data_root()
  std::int64_t train = 0, test = 0;  ///< samples; 0: 10000 and 2000 (olivetti: always 400)
  std::uint64_t seed = 0;
};

/// Writes root/<dataset>/ with a README.txt that says what the files are; returns the folder.
/// Made files that lie there are replaced; FileError when the folder holds anything else;
/// ValueError when there is no such dataset, or for numbers that it cannot have.
std::filesystem::path write_synthetic(std::string_view dataset,
                                      const SyntheticFilesOptions& options = {});

/// Whether a dataset's folder was written by write_synthetic.
bool is_synthetic(const std::filesystem::path& folder);

}  // namespace limpid

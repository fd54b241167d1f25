#pragma once
// Bringing the files of a public dataset to where limpid looks for them.

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "limpid/data/catalog.h"

namespace limpid {

struct PrepareOptions {
  std::filesystem::path root = {};  ///< empty: data_root()
  bool checksum = true;             ///< a file whose MD5 differs from the published one is an error
  bool force = false;               ///< replace a file that is there and differs
};

/// What became of one file.
struct PreparedFile {
  std::filesystem::path from, to;
  std::string holds;            ///< "60000 pictures of 28 x 28"
  bool checksum_known = false;  ///< and compared, unless options said no
  bool was_there = false;       ///< the same bytes lay there already: nothing was written
};

struct PrepareReport {
  std::filesystem::path folder;
  std::vector<PreparedFile> files;
  std::vector<std::string>
      missing;  ///< what the nearest layout lacks; empty: the dataset is complete
};

/// Copies files (or what a folder holds of them) into root/<name>/. Every file is read whole and
/// checked before the first is written; each is written atomically; what is there and differs is
/// an error without `force`. ValueError for a file that is none of the dataset's, suggesting the
/// nearest name, and for one that is given twice; FileError for one that is damaged or has another
/// checksum.
PrepareReport prepare_dataset(const KnownDataset& dataset,
                              std::span<const std::filesystem::path> from,
                              const PrepareOptions& options = {});

/// What a folder lacks for the layout that is nearest to complete, as "train-images-idx3-ubyte.gz".
std::vector<std::string> missing_files(const KnownDataset& dataset,
                                       const std::filesystem::path& folder);

/// The first of data_folders(name) that holds all of a dataset: .../<name>. Empty when none does.
std::filesystem::path find_dataset(const KnownDataset& dataset);

}  // namespace limpid

#include "limpid/data/prepare.h"

#include <algorithm>
#include <optional>

#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/core/suggest.h"
#include "limpid/data/data_root.h"
#include "limpid/data/synthetic_files.h"
#include "limpid/io/checksum.h"

namespace limpid {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMaxFile = std::int64_t{1} << 32;

/// Where archives put their files when they are unpacked.
constexpr std::string_view kSubfolders[] = {"",
                                            "raw",
                                            "cola_public/raw",
                                            "cifar-10-batches-py",
                                            "cifar-10-batches-bin",
                                            "MNIST/raw",
                                            "FashionMNIST/raw",
                                            "KMNIST/raw"};

std::string name_of(const fs::path& path) { return quote(path.native(), 300); }

std::vector<const DataFile*> all_files(const KnownDataset& dataset) {
  std::vector<const DataFile*> files;
  for (const auto& layout : dataset.layouts)
    for (const DataPart& part : layout)
      for (const DataFile& file : part) files.push_back(&file);
  return files;
}

struct Found {
  fs::path path;
  const DataFile* file;
};

bool is_archive(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.ends_with(".tar.gz") || name.ends_with(".tgz") || name.ends_with(".zip") ||
         name.ends_with(".tar");
}

Found identify(const KnownDataset& dataset, const fs::path& path) {
  std::vector<std::string> names;
  for (const DataFile* file : all_files(dataset)) {
    if (path.filename() == file->name) return {path, file};
    names.push_back(file->name);
  }
  if (is_archive(path))
    throw ValueError(
        str(name_of(path), " is an archive; unpack it, and give the folder that comes out"));
  std::error_code ignored;
  if (!fs::exists(path, ignored))
    throw FileError(str("cannot read ", name_of(path), ": No such file or directory"));
  throw ValueError(str(name_of(path), " is no file of ", dataset.name,
                       did_you_mean(path.filename().string(), names)));
}

/// The files of the dataset in a folder, or in the folders that archives have inside.
std::vector<Found> search(const KnownDataset& dataset, const fs::path& folder) {
  std::vector<Found> found;
  std::error_code ignored;
  for (const std::string_view sub : kSubfolders)
    for (const DataFile* file : all_files(dataset))
      if (const fs::path path = folder / sub / file->name; fs::is_regular_file(path, ignored))
        if (std::none_of(found.begin(), found.end(),
                         [&](const Found& f) { return f.file == file; }))
          found.push_back({path, file});
  if (found.empty())
    throw FileError(str(name_of(folder), " holds no file of ", dataset.name, "; it looks for ",
                        all_files(dataset).front()->name, " and others"));
  return found;
}

void check_checksum(const Found& f) {
  const std::string md5 = md5_of_file(f.path);
  if (md5 != f.file->md5)
    throw FileError(str(name_of(f.path), ": its MD5 is ", md5, ", and that of the published file ",
                        f.file->md5,
                        "; it is damaged, or another version (--no-checksum takes it)"));
}

bool same_content(const fs::path& a, const fs::path& b) {
  return InputFile(a).size() == InputFile(b).size() && md5_of_file(a) == md5_of_file(b);
}

/// ValueError when the same file comes from a second place: which of the two is meant?
void add_once(std::vector<Found>& found, const Found& f) {
  for (const Found& other : found)
    if (other.file == f.file) {
      if (other.path == f.path) return;
      throw ValueError(str(f.file->name, " is given twice, as ", name_of(other.path), " and ",
                           name_of(f.path), "; give one of them"));
    }
  found.push_back(f);
}

/// FileError when made data would pass for the real one, or real data for made one.
void check_real(const KnownDataset& dataset, const Found& f, const fs::path& folder) {
  const fs::path from = fs::absolute(f.path).lexically_normal().parent_path();
  if (is_synthetic(from))
    throw FileError(str(name_of(f.path), " was generated, and is not of the real ", dataset.name,
                        "; made data is used where it lies: set LIMPID_DATA_ROOT to ",
                        name_of(from.parent_path())));
  if (is_synthetic(folder))
    throw FileError(str(name_of(folder), " holds generated data; remove that folder first"));
}

/// What is to be done with one file; nothing is written yet.
PreparedFile plan(const Found& f, const fs::path& folder, const PrepareOptions& options) {
  PreparedFile out;
  out.from = f.path;
  out.to = folder / f.file->name;
  out.checksum_known = !f.file->md5.empty();
  if (out.checksum_known && options.checksum) check_checksum(f);
  out.holds = f.file->check(f.path, *f.file);
  std::error_code ignored;
  if (!fs::exists(out.to, ignored)) return out;
  out.was_there = same_content(f.path, out.to);
  if (!out.was_there && !options.force)
    throw FileError(str(name_of(out.to), " is there and differs from ", name_of(f.path),
                        "; --force replaces it"));
  return out;
}

}  // namespace

PrepareReport prepare_dataset(const KnownDataset& dataset, std::span<const fs::path> from,
                              const PrepareOptions& options) {
  PrepareReport report;
  report.folder = (options.root.empty() ? data_root() : options.root) / dataset.name;
  std::vector<Found> found;
  std::error_code error;
  for (const fs::path& path : from) {
    const auto more = fs::is_directory(path, error) ? search(dataset, path)
                                                    : std::vector<Found>{identify(dataset, path)};
    for (const Found& f : more) add_once(found, f);
  }
  for (const Found& f : found) {
    check_real(dataset, f, report.folder);
    report.files.push_back(plan(f, report.folder, options));
  }
  fs::create_directories(report.folder, error);
  if (error)
    throw FileError(str("cannot make the folder ", name_of(report.folder), ": ", error.message()));
  for (const PreparedFile& file : report.files)
    if (!file.was_there) write_file(file.to, read_file(file.from, kMaxFile));
  report.missing = missing_files(dataset, report.folder);
  return report;
}

std::vector<std::string> missing_files(const KnownDataset& dataset, const fs::path& folder) {
  std::optional<std::vector<std::string>> least;
  for (const auto& layout : dataset.layouts) {
    std::vector<std::string> missing;
    for (const DataPart& part : layout) {
      std::error_code ignored;
      if (std::none_of(part.begin(), part.end(), [&](const DataFile& file) {
            return fs::is_regular_file(folder / file.name, ignored);
          }))
        missing.push_back(part.front().name);
    }
    if (!least || missing.size() < least->size()) least = std::move(missing);
  }
  return least.value_or(std::vector<std::string>{});
}

fs::path find_dataset(const KnownDataset& dataset) {
  for (const fs::path& folder : data_folders(dataset.name))
    if (missing_files(dataset, folder / dataset.name).empty()) return folder / dataset.name;
  return {};
}

}  // namespace limpid

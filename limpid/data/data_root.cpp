#include "limpid/data/data_root.h"

#include <cstdlib>
#include <string>

#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"

namespace limpid {

namespace {

using std::filesystem::path;

/// An environment variable that is set and not empty, else "".
path environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? path(value) : path();
}

/// What comes with limpid: in the source, the installation, or beside the program.
std::vector<path> own_folders() {
  std::vector<path> folders;
#ifdef LIMPID_SOURCE_DATA
  folders.emplace_back(LIMPID_SOURCE_DATA);
#endif
#ifdef LIMPID_INSTALLED_DATA
  folders.emplace_back(LIMPID_INSTALLED_DATA);
#endif
  std::error_code ignored;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
  for (auto folder = program.parent_path(); folder.has_relative_path();
       folder = folder.parent_path()) {
    folders.push_back(folder / "data");
    folders.push_back(folder / "share" / "limpid" / "data");
  }
  return folders;
}

/// data_root() without an error: "" where there is none.
path user_root() {
  if (const path root = environment("LIMPID_DATA_ROOT"); !root.empty()) return root;
  if (const path data = environment("XDG_DATA_HOME"); !data.empty()) return data / "limpid/data";
  if (const path home = environment("HOME"); !home.empty())
    return home / ".local/share/limpid/data";
  return {};
}

path find_in(const std::vector<path>& folders, std::string_view name) {
  std::string tried;
  for (const auto& folder : folders) {
    const path file = folder / name;
    std::error_code ignored;
    if (std::filesystem::is_regular_file(file, ignored)) return file;
    tried += str("\n  ", quote(file.native(), 300));
  }
  throw FileError(str("there is no ", quote(name), "; looked for", tried, "\n`limpid data prepare ",
                      name.substr(0, name.find('/')),
                      "` puts it there; LIMPID_DATA_ROOT says where to look"));
}

}  // namespace

path data_root() {
  path root = user_root();
  if (root.empty()) throw FileError("set LIMPID_DATA_ROOT to the folder where data is to lie");
  return root;
}

std::vector<path> data_folders() {
  if (const path root = environment("LIMPID_DATA_ROOT"); !root.empty()) return {root};
  std::vector<path> folders = own_folders();
  if (path root = user_root(); !root.empty()) folders.insert(folders.begin(), std::move(root));
  return folders;
}

std::vector<path> data_folders(std::string_view dataset) {
  std::vector<path> folders = data_folders();
  if (dataset == "digits" && !environment("LIMPID_DATA_ROOT").empty())
    for (const path& own : own_folders()) folders.push_back(own);
  return folders;
}

path find_data_file(std::string_view name) {
  return find_in(data_folders(name.substr(0, name.find('/'))), name);
}
path find_own_data_file(std::string_view name) { return find_in(own_folders(), name); }

}  // namespace limpid

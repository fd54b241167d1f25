#pragma once
// Where data files lie: what comes with limpid, and what `limpid data prepare` put there.

#include <filesystem>
#include <string_view>
#include <vector>

namespace limpid {

/// Where prepared data goes: $LIMPID_DATA_ROOT, else $XDG_DATA_HOME/limpid/data, else
/// ~/.local/share/limpid/data. FileError when none of the three is set.
std::filesystem::path data_root();

/// Folders that may hold data, in the order in which they are tried: $LIMPID_DATA_ROOT (and then
/// nowhere else), or data_root(), the folders of the source and of the installation, and data/
/// beside the program or above it.
std::vector<std::filesystem::path> data_folders();

/// The same for one dataset: the digits come with limpid, and are found wherever LIMPID_DATA_ROOT
/// points.
std::vector<std::filesystem::path> data_folders(std::string_view dataset);

/// A file of a dataset, as "digits/digits.csv". FileError lists where it looked.
std::filesystem::path find_data_file(std::string_view name);

/// The digits that come with limpid, whatever lies in other folders. FileError as above.
std::filesystem::path find_own_data_file(std::string_view name);

}  // namespace limpid

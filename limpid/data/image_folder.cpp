#include "limpid/data/image_folder.h"

#include <algorithm>

#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/vision/image_tensor.h"
#include "limpid/vision/png.h"

namespace limpid {

namespace {

namespace fs = std::filesystem;

/// What a folder holds, in alphabetical order, without what begins with a dot.
std::vector<fs::path> sorted_entries(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    if (!it->path().filename().native().starts_with('.')) entries.push_back(it->path());
  if (error)
    throw FileError(
        str("cannot read the folder ", quote(folder.native(), 300), ": ", error.message()));
  std::sort(entries.begin(), entries.end());
  return entries;
}

bool is_png(const fs::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return ending == ".png";
}

/// Links to folders are followed, but no deeper than this: they may lead back.
void collect_pictures(const fs::path& folder, int depth, std::vector<fs::path>& out) {
  constexpr int kMaxDepth = 16;
  if (depth > kMaxDepth)
    throw FileError(
        str("folders are nested more than ", kMaxDepth, " deep: ", quote(folder.native(), 300)));
  std::error_code ignored;
  for (const fs::path& path : sorted_entries(folder)) {
    if (fs::is_directory(path, ignored)) collect_pictures(path, depth + 1, out);
    else if (is_png(path)) out.push_back(path);
  }
}

}  // namespace

ImageFolder::ImageFolder(const fs::path& root, const ImageFolderOptions& options)
    : options_(options) {
  if (options.channels != 1 && options.channels != 3)
    throw ValueError(str("channels is ", options.channels, "; it must be 1 (grey) or 3 (RGB)"));
  if (options.height < 0 || options.width < 0 || (options.height == 0) != (options.width == 0))
    throw ValueError("give both height and width, or neither");
  for (const fs::path& folder : sorted_entries(root)) {
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored)) continue;
    collect_pictures(folder, 0, paths_);
    if (paths_.size() == labels_.size())
      throw FileError(str("the class folder ", quote(folder.native(), 300), " holds no .png file"));
    labels_.resize(paths_.size(), static_cast<std::int64_t>(classes_.size()));
    classes_.push_back(folder.filename().string());
  }
  if (classes_.empty())
    throw FileError(str(quote(root.native(), 300),
                        " holds no folder; pictures lie in one folder a class, ",
                        "as in root/cat/1.png"));
}

Sample ImageFolder::get(std::int64_t i) const {
  if (i < 0 || i >= size())
    throw IndexError(str("sample ", i, " is outside of 0..", size() - 1, " (", size(), " in all)"));
  const auto at = static_cast<std::size_t>(i);
  const Image read = read_png(paths_[at]);
  Image image = options_.channels == 1 ? to_grey(read) : to_rgb(read);
  if (options_.height > 0 && (image.height != options_.height || image.width != options_.width))
    image = resize(image, options_.width, options_.height);
  return {tensor_from_image(image), Tensor(Scalar(labels_[at]))};
}

}  // namespace limpid

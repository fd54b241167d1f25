#pragma once
// Pictures in folders, one folder a class: root/cat/1.png, root/dog/7.png.

#include <filesystem>
#include <string>
#include <vector>

#include "limpid/data/dataset.h"

namespace limpid {

struct ImageFolderOptions {
  std::int64_t channels = 3;           ///< 1 grey or 3 RGB: every picture is turned into it
  std::int64_t height = 0, width = 0;  ///< pictures are resized to it; 0: all must be of one size
};

/// Classes are the folders of `root` in alphabetical order, samples the .png files in them (and in
/// their folders) in alphabetical order. A picture is read when its sample is asked for.
class ImageFolder : public Dataset {
 public:
  /// FileError when the root is no folder, holds no class, or a class holds no picture (naming the
  /// class).
  explicit ImageFolder(const std::filesystem::path& root, const ImageFolderOptions& options = {});

  std::int64_t size() const override { return static_cast<std::int64_t>(paths_.size()); }
  /// Input (channels, height, width) float32 in [0, 1] and the class, a 0-d int64. FileError names
  /// the picture that is damaged.
  Sample get(std::int64_t i) const override;

  const std::vector<std::string>& classes() const { return classes_; }
  const std::vector<std::filesystem::path>& paths() const { return paths_; }
  const std::vector<std::int64_t>& labels() const { return labels_; }

 private:
  ImageFolderOptions options_;
  std::vector<std::string> classes_;
  std::vector<std::filesystem::path> paths_;
  std::vector<std::int64_t> labels_;
};

}  // namespace limpid

#pragma once
// What a run leaves behind: a folder with its recipe, weights, metrics, pictures, and a checkpoint
// from which it can go on.

#include <filesystem>
#include <string>

#include "limpid/io/model_file.h"
#include "limpid/train/trainer.h"

namespace limpid {

class RunFolder {
 public:
  /// A new folder for a recipe: its `out`, or runs/<task>-<model>-<date>-<time>. FileError when
  /// `out` exists already and is not empty.
  static RunFolder create(const Recipe& recipe);
  /// The folder of an earlier run. FileError when it is none.
  static RunFolder open(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path recipe_path() const { return path_ / "recipe.toml"; }
  std::filesystem::path weights_path() const { return path_ / "weights.safetensors"; }
  std::filesystem::path checkpoint_path() const { return path_ / "checkpoint.safetensors"; }
  std::filesystem::path metrics_path() const { return path_ / "metrics.csv"; }
  std::filesystem::path curves_path() const { return path_ / "curves.png"; }
  std::filesystem::path samples_path() const { return path_ / "samples.png"; }
  std::filesystem::path profile_path() const { return path_ / "profile.txt"; }
  std::filesystem::path trace_path() const { return path_ / "trace.json"; }

  Recipe read_recipe() const { return limpid::read_recipe(recipe_path()); }
  /// The model as a file that needs no recipe: its layers, then a Softmax.
  void save_weights(const nn::Module& model, std::span<const LayerSpec> layers,
                    const Task& task) const;
  void save_checkpoint(const Trainer& trainer) const;
  /// FileError, ValueError; then the trainer is as it was.
  void load_checkpoint(Trainer& trainer) const;

 private:
  explicit RunFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace limpid

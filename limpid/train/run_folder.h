#pragma once
// What a run leaves behind: a folder with its recipe, weights, metrics, pictures, and a checkpoint
// from which it can go on.

#include <filesystem>
#include <string>
#include <utility>

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
  /// What the checkpoint was trained with, whatever recipe.toml says by now; read_recipe() when
  /// there is none, or it was written before checkpoints said so.
  Recipe begun_recipe() const;

  /// Held while a run writes into the folder. It goes with the process, however that ends.
  class Lock {
   public:
    Lock(Lock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    Lock& operator=(Lock&&) = delete;
    ~Lock();

   private:
    friend class RunFolder;
    explicit Lock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_ = -1;
  };
  /// FileError while another holds it. File systems that know no locks guard nothing.
  [[nodiscard]] Lock lock() const;
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

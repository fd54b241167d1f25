#include "limpid/train/run_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>

#include "limpid/config.h"
#include "limpid/core/error.h"
#include "limpid/core/shell_word.h"
#include "limpid/core/str.h"

namespace limpid {

namespace {

namespace fs = std::filesystem;

constexpr const char* kRecipeKey = "recipe";  // in a checkpoint's metadata

std::string time_stamp() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  char text[32];
  std::strftime(text, sizeof text, "%Y%m%d-%H%M%S", &local);
  return text;
}

/// Makes a folder that was not there before: the name, or the name with a number behind it.
fs::path make_new_folder(const fs::path& wanted) {
  std::error_code error;
  fs::create_directories(wanted.parent_path().empty() ? "." : wanted.parent_path(), error);
  for (int i = 1; i < 1000; ++i) {
    const fs::path path = i == 1 ? wanted : fs::path(str(wanted.string(), "-", i));
    if (fs::create_directory(path, error)) return path;
    if (error) break;
  }
  throw FileError(
      str("cannot make the folder ", wanted.string(), error ? str(": ", error.message()) : ""));
}

}  // namespace

RunFolder RunFolder::create(const Recipe& recipe) {
  if (recipe.out.empty())
    return RunFolder(
        make_new_folder(fs::path("runs") / str(recipe.task, "-", recipe.model, "-", time_stamp())));
  std::error_code error;
  fs::create_directories(recipe.out, error);
  if (error || !fs::is_directory(recipe.out))
    throw FileError(str("cannot make the folder ", recipe.out, ": ", error.message()));
  if (!fs::is_empty(recipe.out))
    throw FileError(str("the folder ", recipe.out,
                        " is not empty; name another with --out, or go on ",
                        "with that run: limpid train --resume ", shell_word(recipe.out)));
  return RunFolder(recipe.out);
}

RunFolder RunFolder::open(const fs::path& path) {
  RunFolder folder(path);
  if (!fs::is_directory(path)) throw FileError(str("there is no run folder ", path.string()));
  if (!fs::exists(folder.recipe_path()))
    throw FileError(str(path.string(), " is no run folder: it has no recipe.toml"));
  return folder;
}

Recipe RunFolder::begun_recipe() const {
  if (!fs::exists(checkpoint_path())) return read_recipe();
  const Metadata metadata = read_safetensors_header(checkpoint_path()).metadata;
  const auto found = metadata.find(kRecipeKey);
  if (found == metadata.end()) return read_recipe();
  return parse_recipe(found->second, checkpoint_path().string());
}

RunFolder::Lock::~Lock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

RunFolder::Lock RunFolder::lock() const {
  Lock lock(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (lock.descriptor_ < 0)
    throw FileError(str("cannot read ", path_.string(), ": ", std::strerror(errno)));
  if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    throw FileError(str("another limpid is training in ", path_.string(),
                        "; wait for its end or stop it, or train in another folder"));
  return lock;
}

void RunFolder::save_weights(const nn::Module& model, std::span<const LayerSpec> layers,
                             const Task& task) const {
  ModelFile file;
  file.layers.assign(layers.begin(), layers.end());
  file.layers.push_back(checked({"Softmax", {{"dim", std::int64_t{1}}}}));
  file.state = model.state_dict();
  file.classes = task.classes;
  file.preprocessing = {.width = task.sample_shape[2],
                        .height = task.sample_shape[1],
                        .channels = task.sample_shape[0],
                        .scale = task.scale};
  file.limpid_version = LIMPID_VERSION;
  save_model(weights_path(), file);
}

void RunFolder::save_checkpoint(const Trainer& trainer) const {
  NamedTensors tensors;
  for (const NamedTensor& entry : trainer.state_dict())
    if (entry.tensor.defined()) tensors.push_back(entry);
  save_safetensors(
      checkpoint_path(), tensors,
      {{"format", "limpid checkpoint 1"}, {kRecipeKey, recipe_toml(trainer.recipe())}});
}

void RunFolder::load_checkpoint(Trainer& trainer) const {
  trainer.load_state_dict(load_safetensors(checkpoint_path()).tensors);
}

}  // namespace limpid

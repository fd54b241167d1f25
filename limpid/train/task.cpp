#include "limpid/train/task.h"

#include <utility>

#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/data/cifar10.h"
#include "limpid/data/data_root.h"
#include "limpid/data/digits.h"
#include "limpid/data/mnist.h"
#include "limpid/data/prepare.h"
#include "limpid/data/split.h"
#include "limpid/data/synthetic.h"
#include "limpid/data/synthetic_files.h"

namespace limpid {

namespace {

constexpr std::uint64_t kSplitSeed = 1797;

std::shared_ptr<const TensorDataset> rows_of(const Digits& digits,
                                             const std::vector<std::int64_t>& indices) {
  return std::make_shared<TensorDataset>(gather_rows(digits.images, indices),
                                         gather_rows(digits.labels, indices));
}

Task digits_task(const Recipe& recipe) {
  const Digits digits = load_digits();
  const std::vector<std::int64_t> labels = digits.labels.to_vector<std::int64_t>();
  const SplitIndices split = stratified_split(labels, recipe.test_fraction, kSplitSeed);
  return {.name = recipe.task,
          .train = rows_of(digits, split.rest),
          .test = rows_of(digits, split.held),
          .classes = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
          .sample_shape = {1, 8, 8},
          .scale = 1.0 / 16};
}

/// Where `limpid data prepare` put a public dataset.
std::filesystem::path folder_of(const std::string& name) {
  const std::filesystem::path folder = find_dataset(known_dataset(name));
  if (folder.empty())
    throw FileError(str("there is no ", name, " in ", quote((data_root() / name).native(), 300),
                        "; `limpid data prepare ", name, " --from FILES` puts it there, and ",
                        "`limpid data list` says which files it needs"));
  return folder;
}

/// The name of a dataset, and that it is not the real one.
std::string called(const std::string& name, const std::filesystem::path& folder) {
  return is_synthetic(folder) ? name + " (generated, not the real dataset)" : name;
}

Task cifar10_task() {
  const std::filesystem::path folder = folder_of("cifar10");
  return {.name = called("cifar10", folder),
          .train = load_cifar10(folder, true),
          .test = load_cifar10(folder, false),
          .classes = is_synthetic(folder) ? synthetic_cifar10_classes() : cifar10_classes(),
          .sample_shape = {3, 32, 32},
          .scale = 1.0 / 255};
}

Task mnist_task(const std::string& name) {
  const std::filesystem::path folder = folder_of(name);
  return {.name = called(name, folder),
          .train = load_mnist(folder, true),
          .test = load_mnist(folder, false),
          .classes = mnist_classes(name),
          .sample_shape = {1, 28, 28},
          .scale = 1.0 / 255};
}

/// FileError when there is nothing to learn from, or nothing to test on.
Task not_empty(Task task) {
  for (const auto& [part, purpose] : {std::pair{task.train, "train on"}, {task.test, "test on"}})
    if (part->size() == 0) throw FileError(str(task.name, " has no samples to ", purpose));
  return task;
}

}  // namespace

Task make_task(const Recipe& recipe) {
  if (recipe.task == "digits") return digits_task(recipe);
  return not_empty(recipe.task == "cifar10" ? cifar10_task() : mnist_task(recipe.task));
}

}  // namespace limpid

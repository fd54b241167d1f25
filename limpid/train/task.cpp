#include "limpid/train/task.h"

#include "limpid/data/digits.h"
#include "limpid/data/split.h"

namespace limpid {

namespace {

constexpr std::uint64_t kSplitSeed = 1797;

std::shared_ptr<const TensorDataset> rows_of(const Digits& digits,
                                             const std::vector<std::int64_t>& indices) {
  return std::make_shared<TensorDataset>(gather_rows(digits.images, indices),
                                         gather_rows(digits.labels, indices));
}

}  // namespace

Task make_task(const Recipe& recipe) {
  const Digits digits = load_digits();
  const std::vector<std::int64_t> labels = digits.labels.to_vector<std::int64_t>();
  const SplitIndices split = stratified_split(labels, recipe.test_fraction, kSplitSeed);
  Task task{.name = recipe.task,
            .train = rows_of(digits, split.rest),
            .test = rows_of(digits, split.held),
            .classes = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
            .sample_shape = {1, 8, 8},
            .scale = 1.0 / 16};
  return task;
}

}  // namespace limpid

#pragma once
// What there is to learn: data to train on, data to test on, and what the classes are called.

#include <memory>
#include <string>
#include <vector>

#include "limpid/data/dataset.h"
#include "limpid/train/recipe.h"

namespace limpid {

struct Task {
  std::string name;                            ///< "digits"
  std::shared_ptr<const TensorDataset> train;  ///< float32 inputs, int64 class of each
  std::shared_ptr<const TensorDataset> test;   ///< never used to choose anything
  std::vector<std::string> classes;
  Shape sample_shape;  ///< of one input: (channels, height, width)
  /// Numbers in a text file are multiplied by this to become inputs (1/16 for digits).
  double scale = 1;
};

/// The task that a recipe names, with its data loaded and split. The public datasets come split;
/// the digits' split is stratified and always the same for one `test_fraction`, whatever the
/// recipe's seed: figures of different runs can be compared. FileError when the data is not there.
Task make_task(const Recipe& recipe);

}  // namespace limpid

#pragma once
// MNIST and its relatives (Fashion-MNIST, KMNIST): 28 x 28 grey pictures of ten classes in IDX
// files.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "limpid/data/dataset.h"

namespace limpid {

/// The 60,000 samples to train on, or the 10,000 to test on: inputs (N, 1, 28, 28) float32 in [0,
/// 1], 0 is paper and 1 is ink, and targets (N,) int64. `root` is the folder with
/// train-images-idx3-ubyte and the others, .gz or not. FileError names the file and what is wrong
/// with it: missing, cut off, of another shape, a label above 9, labels that are not as many.
std::shared_ptr<const TensorDataset> load_mnist(const std::filesystem::path& root, bool train);

/// The names of the classes of "mnist", "fashion_mnist" and "kmnist".
std::vector<std::string> mnist_classes(std::string_view name);

}  // namespace limpid

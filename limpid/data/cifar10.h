#pragma once
// CIFAR-10: 32 x 32 colour pictures of ten classes, in the binary files (each sample a label byte
// and 3 x 1024 pixels) or the Python ones (pickles with "data" and "labels").
// https://www.cs.toronto.edu/~kriz/cifar.html describes both.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/data/dataset.h"

namespace limpid {

/// The 50,000 samples to train on (data_batch_1 to 5) or the 10,000 to test on (test_batch): inputs
/// (N, 3, 32, 32) float32 in [0, 1] and targets (N,) int64. `root` is the folder with the files
/// (cifar-10-batches-py or cifar-10-batches-bin), or one above it. FileError names the file and the
/// byte of what is wrong.
std::shared_ptr<const TensorDataset> load_cifar10(const std::filesystem::path& root, bool train);

/// Samples of one file: pixels (N, 3, 32, 32) uint8 and labels (N,) int64.
struct CifarBatch {
  Tensor pixels, labels;
};
CifarBatch parse_cifar_binary(std::span<const std::byte> bytes, std::string_view name = "cifar");
CifarBatch parse_cifar_python(std::span<const std::byte> bytes, std::string_view name = "cifar");

/// airplane, automobile, ..., truck.
std::vector<std::string> cifar10_classes();

}  // namespace limpid

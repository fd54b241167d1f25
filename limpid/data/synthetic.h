#pragma once
// Data that a program makes, in the form of public datasets: to try networks where the real files
// are not at hand. What is learned from it says nothing about the real datasets. Everything is a
// function of the seed.

#include <cstdint>
#include <vector>

#include "limpid/data/cifar10.h"
#include "limpid/data/cola.h"
#include "limpid/data/olivetti.h"
#include "limpid/tensor/tensor.h"

namespace limpid {

/// Which part of a made dataset: no sample is in both.
enum class SyntheticPart { train, test };

/// Pictures as bytes: pixels (N, 28, 28) or (N, 3, 32, 32) uint8, labels (N,) int64. Classes take
/// turns.
using LabelledPixels = CifarBatch;

/// In the form of MNIST: the digits that come with limpid, enlarged, turned, moved and noisy. Those
/// of the training and of the test part are made of different handwritings.
LabelledPixels synthetic_mnist(std::int64_t samples, std::uint64_t seed, SyntheticPart part);

/// In the form of CIFAR-10: ten shapes and textures (synthetic_cifar10_classes) in random colours,
/// places and sizes, with noise.
LabelledPixels synthetic_cifar10(std::int64_t samples, std::uint64_t seed, SyntheticPart part);
/// disc, square, triangle, ...: what the labels mean.
std::vector<std::string> synthetic_cifar10_classes();

/// In the form of the Olivetti faces: 40 people drawn of ovals, 10 views of each.
Olivetti synthetic_olivetti(std::uint64_t seed);

/// In the form of CoLA: English sentences of a small grammar. Half of them are broken: a verb or
/// determiner of the wrong number, two words swapped, or a word missing. `phrases` is how many
/// "near the house" may stand between a subject and its verb. `stream` sets apart parts of a
/// dataset.
std::vector<ColaSentence> synthetic_cola(std::int64_t samples, std::uint64_t seed,
                                         std::uint64_t stream, std::int64_t phrases = 1);

/// One byte for a brightness in [0, 1]; what lies outside is cut off.
std::uint8_t to_byte(double brightness);

}  // namespace limpid

#pragma once
// Cutting a dataset into parts that do not overlap, the same for the same seed.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "limpid/data/dataset.h"

namespace limpid {

/// Indices of two parts, each in ascending order.
struct SplitIndices {
  std::vector<std::int64_t> rest;  ///< to train on
  std::vector<std::int64_t> held;  ///< held out
};

/// Holds out `fraction` of the samples (rounded to a whole number) so that every class keeps its
/// share to within one sample. ValueError unless fraction is in [0, 1].
SplitIndices stratified_split(std::span<const std::int64_t> labels, double fraction,
                              std::uint64_t seed);

/// Parts of the given lengths, drawn at random. ValueError unless they add up to the dataset's
/// size.
std::vector<std::shared_ptr<Subset>> random_split(std::shared_ptr<const Dataset> dataset,
                                                  std::span<const std::int64_t> lengths,
                                                  std::uint64_t seed);

}  // namespace limpid

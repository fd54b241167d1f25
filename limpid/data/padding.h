#pragma once
// Batches of sequences whose lengths differ: the shorter ones are filled up, and a mask says with
// what.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "limpid/data/dataset.h"

namespace limpid {

struct PadSequenceOptions {
  bool batch_first = false;  ///< (B, T, ...) instead of (T, B, ...)
  double padding_value = 0.0;
  bool padding_left = false;  ///< fill up in front (PyTorch: padding_side="left")
};

/// Sequences (T_i, ...) as one tensor (T, B, ...) with T the greatest length
/// (torch.nn.utils.rnn.pad_sequence). ShapeError and DTypeError name the sequences that differ in
/// anything but their length; ValueError for none at all.
Tensor pad_sequence(std::span<const Tensor> sequences, const PadSequenceOptions& options = {});

/// (B, max_length) bool: true where sequence b has an element. max_length -1 means the greatest
/// length. ValueError names a length below 0 or above max_length.
Tensor length_mask(std::span<const std::int64_t> lengths, std::int64_t max_length = -1,
                   bool padding_left = false);

/// For a DataLoader: inputs (T_i, ...) padded to (B, T, ...), the mask of what is real as
/// Batch::mask (B, T), targets stacked.
std::function<Batch(std::span<const Sample>)> pad_collate(double padding_value = 0.0);

}  // namespace limpid

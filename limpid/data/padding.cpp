#include "limpid/data/padding.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

/// The shape of one element of a sequence, in both senses.
Shape inner_shape(const Tensor& sequence) {
  return {std::span(sequence.shape().begin() + 1, sequence.shape().end())};
}

void check_sequences(std::span<const Tensor> sequences) {
  if (sequences.empty()) throw ValueError("pad_sequence needs at least one sequence");
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    const Tensor &first = sequences[0], &other = sequences[i];
    if (other.dim() == 0)
      throw ShapeError(str("pad_sequence: sequence ", i, " is 0-d; it has no length"));
    if (other.device() != kCpu)
      throw DeviceError(str("pad_sequence: sequence ", i, " is not on cpu"));
    if (inner_shape(other) != inner_shape(first))
      throw ShapeError(str("pad_sequence: sequence 0 is ", to_string(first.shape()),
                           " but sequence ", i, " is ", to_string(other.shape()),
                           "; only the first axis may differ"));
    if (other.dtype() != first.dtype())
      throw DTypeError(str("pad_sequence: sequence 0 is ", first.dtype(), " but sequence ", i,
                           " is ", other.dtype()));
  }
}

}  // namespace

Tensor pad_sequence(std::span<const Tensor> sequences, const PadSequenceOptions& options) {
  check_sequences(sequences);
  std::int64_t longest = 0;
  for (const Tensor& s : sequences) longest = std::max(longest, s.size(0));
  const auto count = static_cast<std::int64_t>(sequences.size());
  Shape shape = inner_shape(sequences[0]);
  const auto row = static_cast<std::size_t>(numel(shape)) * size_of(sequences[0].dtype());
  shape.insert(0, options.batch_first ? longest : count);
  shape.insert(0, options.batch_first ? count : longest);
  Tensor out = full(shape, options.padding_value, {.dtype = sequences[0].dtype()});
  if (out.numel() == 0) return out;
  auto* to = static_cast<std::byte*>(out->data);
  for (std::int64_t b = 0; b < count; ++b) {
    const Tensor sequence = sequences[static_cast<std::size_t>(b)].detach().contiguous();
    const auto* from = static_cast<const std::byte*>(sequence->data);
    const std::int64_t begin = options.padding_left ? longest - sequence.size(0) : 0;
    for (std::int64_t t = 0; t < sequence.size(0); ++t) {
      const std::int64_t at =
          options.batch_first ? b * longest + begin + t : (begin + t) * count + b;
      std::memcpy(to + static_cast<std::size_t>(at) * row, from + static_cast<std::size_t>(t) * row,
                  row);
    }
  }
  return out;
}

Tensor length_mask(std::span<const std::int64_t> lengths, std::int64_t max_length,
                   bool padding_left) {
  if (max_length < 0)
    max_length = lengths.empty()
                     ? 0
                     : std::max<std::int64_t>(0, *std::max_element(lengths.begin(), lengths.end()));
  Tensor mask =
      empty({static_cast<std::int64_t>(lengths.size()), max_length}, {.dtype = DType::boolean});
  bool* to = mask.data<bool>();
  for (std::size_t b = 0; b < lengths.size(); ++b) {
    const std::int64_t length = lengths[b];
    if (length < 0 || length > max_length)
      throw ValueError(
          str("length_mask: length ", b, " is ", length, "; it must be 0 to ", max_length));
    const std::int64_t begin = padding_left ? max_length - length : 0;
    for (std::int64_t t = 0; t < max_length; ++t) *to++ = t >= begin && t < begin + length;
  }
  return mask;
}

std::function<Batch(std::span<const Sample>)> pad_collate(double padding_value) {
  return [padding_value](std::span<const Sample> samples) {
    std::vector<Tensor> inputs;
    std::vector<Sample> targets;
    std::vector<std::int64_t> lengths, numbers(samples.size());
    std::iota(numbers.begin(), numbers.end(), 0);
    for (const Sample& sample : samples) {
      inputs.push_back(sample.input);
      targets.push_back({Tensor(), sample.target});
    }
    Batch batch;
    batch.input = pad_sequence(inputs, {.batch_first = true, .padding_value = padding_value});
    for (const Tensor& input : inputs) lengths.push_back(input.size(0));
    batch.mask = length_mask(lengths, batch.input.size(1));
    batch.target = stack_samples(targets, numbers).target;
    return batch;
  };
}

}  // namespace limpid

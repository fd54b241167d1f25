#include "limpid/data/dataset.h"

#include <cstring>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

void check_index(std::int64_t i, std::int64_t size, const char* what) {
  if (i >= 0 && i < size) return;
  throw IndexError(size == 0
                       ? str(what, " ", i, " of none")
                       : str(what, " ", i, " is outside of 0..", size - 1, " (", size, " in all)"));
}

void check_cpu(const Tensor& tensor) {
  if (tensor.device() != kCpu)
    throw DeviceError(str("samples must be on cpu, not on ", to_string(tensor.device()),
                          "; move the finished batch instead"));
}

std::size_t bytes_of(const Tensor& tensor) {
  return static_cast<std::size_t>(tensor.numel()) * size_of(tensor.dtype());
}

void copy_bytes(std::byte* to, const Tensor& from) {
  if (const std::size_t bytes = bytes_of(from)) std::memcpy(to, from->data, bytes);
}

/// `rows` followed by `shape`.
Shape with_rows(std::int64_t rows, std::span<const std::int64_t> shape) {
  Shape out(static_cast<int>(shape.size()) + 1);
  out[0] = rows;
  std::copy(shape.begin(), shape.end(), out.begin() + 1);
  return out;
}

/// `what` is "input" or "target", of the samples at `a` and `b`.
void check_equal(const Tensor& first, const Tensor& other, const char* what, std::int64_t a,
                 std::int64_t b) {
  if (first.defined() != other.defined())
    throw ValueError(str("sample ", first.defined() ? a : b, " has ", what, " but sample ",
                         first.defined() ? b : a, " has none"));
  if (!first.defined()) return;
  if (first.shape() != other.shape())
    throw ShapeError(str("sample ", a, " has ", what, " of shape ", to_string(first.shape()),
                         " but sample ", b, " has ", to_string(other.shape()),
                         "; samples of a batch need one shape (resize them, or give a collate)"));
  if (first.dtype() != other.dtype())
    throw DTypeError(str("sample ", a, " has ", what, " of ", first.dtype(), " but sample ", b,
                         " has ", other.dtype()));
}

Tensor stack(std::span<const Sample> samples, std::span<const std::int64_t> indices,
             Tensor Sample::*part, const char* what) {
  const Tensor& first = samples[0].*part;
  for (std::size_t i = 1; i < samples.size(); ++i)
    check_equal(first, samples[i].*part, what, indices[0], indices[i]);
  if (!first.defined()) return {};
  for (const Sample& sample : samples) check_cpu(sample.*part);
  Tensor out = empty(with_rows(static_cast<std::int64_t>(samples.size()), first.shape()),
                     {.dtype = first.dtype()});
  auto* to = static_cast<std::byte*>(out->data);
  for (const Sample& sample : samples) {
    copy_bytes(to, (sample.*part).contiguous());
    to += bytes_of(first);
  }
  return out;
}

}  // namespace

std::optional<Batch> Dataset::gather(std::span<const std::int64_t>) const { return std::nullopt; }

TensorDataset::TensorDataset(Tensor inputs, Tensor targets)
    : inputs_(inputs.defined() ? inputs.detach().contiguous() : Tensor()),
      targets_(targets.defined() ? targets.detach().contiguous() : Tensor()) {
  if (!inputs_.defined()) throw ValueError("TensorDataset: inputs are undefined");
  if (inputs_.dim() == 0 || (targets_.defined() && targets_.dim() == 0))
    throw ShapeError(str("TensorDataset: needs tensors with one row a sample, not 0-d ones; ",
                         inputs_.dim() == 0 ? "inputs" : "targets", " have shape ()"));
  check_cpu(inputs_);
  if (targets_.defined()) check_cpu(targets_);
  if (targets_.defined() && targets_.size(0) != inputs_.size(0))
    throw ShapeError(str("TensorDataset: inputs ", to_string(inputs_.shape()), " have ",
                         inputs_.size(0), " rows but targets ", to_string(targets_.shape()),
                         " have ", targets_.size(0)));
}

Sample TensorDataset::get(std::int64_t i) const {
  const auto row = [&](const Tensor& tensor) -> Tensor {
    if (!tensor.defined()) return {};
    const Shape& shape = tensor.shape();
    const Tensor out = empty(std::span(shape.begin() + 1, shape.end()), {.dtype = tensor.dtype()});
    const std::size_t bytes = bytes_of(out);
    if (bytes)
      std::memcpy(out->data,
                  static_cast<const std::byte*>(tensor->data) + static_cast<std::size_t>(i) * bytes,
                  bytes);
    return out;
  };
  check_index(i, size(), "sample");
  return {row(inputs_), row(targets_)};
}

std::optional<Batch> TensorDataset::gather(std::span<const std::int64_t> indices) const {
  return Batch{gather_rows(inputs_, indices),
               targets_.defined() ? gather_rows(targets_, indices) : Tensor()};
}

Subset::Subset(std::shared_ptr<const Dataset> dataset, std::vector<std::int64_t> indices)
    : dataset_(std::move(dataset)), indices_(std::move(indices)) {
  if (!dataset_) throw ValueError("Subset: there is no dataset");
  for (const std::int64_t i : indices_) check_index(i, dataset_->size(), "Subset: sample");
}

Sample Subset::get(std::int64_t i) const {
  check_index(i, size(), "sample");
  return dataset_->get(indices_[static_cast<std::size_t>(i)]);
}

std::optional<Batch> Subset::gather(std::span<const std::int64_t> indices) const {
  std::vector<std::int64_t> inner;
  inner.reserve(indices.size());
  for (const std::int64_t i : indices) {
    check_index(i, size(), "sample");
    inner.push_back(indices_[static_cast<std::size_t>(i)]);
  }
  return dataset_->gather(inner);
}

Tensor gather_rows(const Tensor& tensor, std::span<const std::int64_t> indices) {
  if (!tensor.defined()) throw ValueError("gather_rows: the tensor is undefined");
  check_cpu(tensor);
  const Tensor source = tensor.is_contiguous() ? tensor : tensor.detach().contiguous();
  const Shape& shape = source.shape();
  if (shape.rank() == 0) throw ShapeError("gather_rows: a tensor of shape () has no rows");
  for (const std::int64_t i : indices) check_index(i, shape[0], "gather_rows: row");
  const Tensor out = empty(with_rows(static_cast<std::int64_t>(indices.size()),
                                     std::span(shape.begin() + 1, shape.end())),
                           {.dtype = source.dtype()});
  if (out.numel() == 0) return out;
  const std::size_t row = bytes_of(out) / indices.size();
  const auto* from = static_cast<const std::byte*>(source->data);
  auto* to = static_cast<std::byte*>(out->data);
  for (std::size_t k = 0; k < indices.size(); ++k)
    std::memcpy(to + k * row, from + static_cast<std::size_t>(indices[k]) * row, row);
  return out;
}

Batch stack_samples(std::span<const Sample> samples, std::span<const std::int64_t> indices) {
  if (samples.empty()) throw ValueError("no samples to stack");
  return {stack(samples, indices, &Sample::input, "input"),
          stack(samples, indices, &Sample::target, "target")};
}

}  // namespace limpid

#pragma once
// Where samples come from: a list that gives sample i when asked.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "limpid/tensor/tensor.h"

namespace limpid {

/// One example: what the network sees, and what it should say. Either may be undefined.
struct Sample {
  Tensor input;
  Tensor target;  ///< a class is a 0-d int64 tensor
};

/// Several samples, stacked along a new first axis.
struct Batch {
  Tensor input;
  Tensor target;
  Tensor mask = {};  ///< true where `input` is real; undefined where all of it is (data/padding.h)
};

/// A list of samples. `get` is called from several threads at once when a DataLoader has workers;
/// what it draws from default_generator() depends only on (seed, epoch, index) there.
class Dataset {
 public:
  virtual ~Dataset() = default;
  virtual std::int64_t size() const = 0;
  /// Sample i of [0, size()). IndexError otherwise.
  virtual Sample get(std::int64_t i) const = 0;
  /// The samples of all `indices` as a batch, for datasets that know a faster way than one by one.
  virtual std::optional<Batch> gather(std::span<const std::int64_t> indices) const;
};

/// Two tensors with one row a sample; `targets` may be undefined. ShapeError when their numbers of
/// rows differ.
class TensorDataset : public Dataset {
 public:
  explicit TensorDataset(Tensor inputs, Tensor targets = {});
  std::int64_t size() const override { return inputs_.size(0); }
  /// Copies of the two rows.
  Sample get(std::int64_t i) const override;
  std::optional<Batch> gather(std::span<const std::int64_t> indices) const override;

  const Tensor& inputs() const { return inputs_; }
  const Tensor& targets() const { return targets_; }

 private:
  Tensor inputs_, targets_;
};

/// Some samples of another dataset, in the order of `indices`.
class Subset : public Dataset {
 public:
  /// IndexError names the first index that the dataset does not have.
  Subset(std::shared_ptr<const Dataset> dataset, std::vector<std::int64_t> indices);
  std::int64_t size() const override { return static_cast<std::int64_t>(indices_.size()); }
  Sample get(std::int64_t i) const override;
  std::optional<Batch> gather(std::span<const std::int64_t> indices) const override;

  const std::vector<std::int64_t>& indices() const { return indices_; }

 private:
  std::shared_ptr<const Dataset> dataset_;
  std::vector<std::int64_t> indices_;
};

/// The rows `indices` of the first axis, copied one behind the other. IndexError outside of it.
Tensor gather_rows(const Tensor& tensor, std::span<const std::int64_t> indices);

/// Samples stacked into a batch. ShapeError or DTypeError names the two samples that differ, by the
/// numbers in `indices`.
Batch stack_samples(std::span<const Sample> samples, std::span<const std::int64_t> indices);

}  // namespace limpid

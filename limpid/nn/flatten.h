#pragma once
// Merging axes, and taking them apart.

#include "limpid/core/str.h"
#include "limpid/nn/module.h"

namespace limpid::nn {

/// torch.nn.Flatten: merges the axes start_dim .. end_dim; by default all behind the batch.
class Flatten : public Module {
 public:
  explicit Flatten(std::int64_t start_dim = 1, std::int64_t end_dim = -1)
      : start_dim_(start_dim), end_dim_(end_dim) {}
  Tensor forward(const Tensor& input) override { return input.flatten(start_dim_, end_dim_); }
  std::string extra_repr() const override {
    return str("start_dim=", start_dim_, ", end_dim=", end_dim_);
  }

 private:
  std::int64_t start_dim_, end_dim_;
};

/// torch.nn.Unflatten: takes axis `dim` apart into axes of the given sizes, of which one may be -1.
class Unflatten : public Module {
 public:
  Unflatten(std::int64_t dim, Shape unflattened_size)
      : dim_(dim), sizes_(std::move(unflattened_size)) {}
  Tensor forward(const Tensor& input) override { return input.unflatten(dim_, sizes_); }
  std::string extra_repr() const override {
    return str("dim=", dim_, ", unflattened_size=", sizes_);
  }

 private:
  std::int64_t dim_;
  Shape sizes_;
};

}  // namespace limpid::nn

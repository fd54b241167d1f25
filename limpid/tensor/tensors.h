#pragma once
// A short list of tensors, inline up to four: the inputs, outputs or gradients of an op.

#include <initializer_list>
#include <span>
#include <utility>
#include <vector>

#include "limpid/tensor/tensor.h"

namespace limpid {

class Tensors {
 public:
  static constexpr std::size_t kInline = 4;

  Tensors() = default;
  /// Tensors{dx, dw}: moves from temporaries, copies handles otherwise.
  template <class... T>
  requires(sizeof...(T) > 0 && sizeof...(T) <= kInline &&
           (std::is_convertible_v<T&&, Tensor> && ...)) Tensors(T&&... t)
      : few_{Tensor(std::forward<T>(t))...}, size_(sizeof...(T)) {}
  explicit Tensors(std::size_t size) : many_(size > kInline ? size : 0), size_(size) {}
  explicit Tensors(std::vector<Tensor> tensors) : size_(tensors.size()) {
    if (size_ > kInline) many_ = std::move(tensors);
    else std::move(tensors.begin(), tensors.end(), few_);
  }

  std::size_t size() const { return size_; }
  Tensor* data() { return size_ > kInline ? many_.data() : few_; }
  const Tensor* data() const { return size_ > kInline ? many_.data() : few_; }
  Tensor* begin() { return data(); }
  Tensor* end() { return data() + size_; }
  const Tensor* begin() const { return data(); }
  const Tensor* end() const { return data() + size_; }
  Tensor& operator[](std::size_t i) { return data()[i]; }
  const Tensor& operator[](std::size_t i) const { return data()[i]; }
  operator std::span<const Tensor>() const { return {data(), size_}; }

 private:
  Tensor few_[kInline];
  std::vector<Tensor> many_;
  std::size_t size_ = 0;
};

}  // namespace limpid

#pragma once
// What may stand between the brackets of an index: x.index({0, Slice(1, 9, 2), Ellipsis, None,
// mask}).

#include <optional>
#include <utility>
#include <variant>

#include "limpid/tensor/tensor.h"

namespace limpid {

/// Python's start:stop:step, as Slice(1, 9, 2), Slice(std::nullopt, 3) or Slice(). Missing bounds
/// mean the ends; `step` may be negative, never 0.
struct Slice {
  std::optional<std::int64_t> start = std::nullopt, stop = std::nullopt;
  std::int64_t step = 1;
};

/// Where a slice of an axis of size n begins, and how many elements it takes. Bounds may count from
/// the end, and are cut to the axis as in Python. ValueError for step 0. (ops/index)
std::pair<std::int64_t, std::int64_t> resolve(const Slice& slice, std::int64_t n);

/// As many full slices as are needed; at most one an index.
struct EllipsisType {};
inline constexpr EllipsisType Ellipsis{};
/// A new axis of size 1.
struct NewAxisType {};
inline constexpr NewAxisType None{};

/// One entry of an index: an integer, a Slice, Ellipsis, None, or a tensor (bool: a mask over as
/// many axes as it has; integer: indices, repeated ones allowed).
class Index {
 public:
  Index(int i) : value_(std::int64_t{i}) {}
  Index(std::int64_t i) : value_(i) {}
  Index(Slice s) : value_(s) {}
  Index(EllipsisType e) : value_(e) {}
  Index(NewAxisType n) : value_(n) {}
  Index(Tensor t) : value_(std::move(t)) {}

  template <class T>
  const T* get_if() const {
    return std::get_if<T>(&value_);
  }

 private:
  std::variant<std::int64_t, Slice, EllipsisType, NewAxisType, Tensor> value_;
};

}  // namespace limpid

#pragma once
// Shape and Strides: a short list of sizes, inline up to rank 8, on the heap beyond.

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <span>
#include <string>

namespace limpid {

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push  // copies take the unused places along, unread
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

/// A list of int64 with a rank of at most 64. Holds a tensor's shape or its strides.
class Shape {
 public:
  static constexpr int kInline = 8;
  static constexpr int kMaxRank = 64;

  Shape() noexcept {}
  /// A list of `rank` sizes that the caller fills in. ShapeError beyond kMaxRank.
  explicit Shape(int rank) : rank_(static_cast<std::uint8_t>(rank)) {
    if (rank > kInline) [[unlikely]]
      allocate(rank);
  }
  Shape(std::initializer_list<std::int64_t> sizes)
      : Shape(std::span<const std::int64_t>(sizes.begin(), sizes.size())) {}
  Shape(std::span<const std::int64_t> sizes) : Shape(checked_rank(sizes.size())) {
    std::copy(sizes.begin(), sizes.end(), data());
  }
// Copies take the whole array, used or not; GCC warns of the unused part.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
  Shape(const Shape& other) : rank_(other.rank_) {
    if (rank_ > kInline) [[unlikely]] {
      allocate(rank_);
      std::memcpy(sizes_.heap, other.sizes_.heap, rank_ * sizeof(std::int64_t));
    } else {
      sizes_ = other.sizes_;  // a copy of fixed size is faster than a loop
    }
  }
  Shape(Shape&& other) noexcept : sizes_(other.sizes_), rank_(other.rank_) { other.rank_ = 0; }
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
  Shape& operator=(const Shape& other) {
    if (this != &other) *this = Shape(other);
    return *this;
  }
  Shape& operator=(Shape&& other) noexcept {
    std::swap(sizes_, other.sizes_);
    std::swap(rank_, other.rank_);
    return *this;
  }
  ~Shape() {
    if (rank_ > kInline) [[unlikely]]
      delete[] sizes_.heap;
  }

  int rank() const { return rank_; }
  bool empty() const { return rank_ == 0; }
  std::int64_t* data() { return rank_ > kInline ? sizes_.heap : sizes_.local; }
  const std::int64_t* data() const { return rank_ > kInline ? sizes_.heap : sizes_.local; }
  std::int64_t* begin() { return data(); }
  std::int64_t* end() { return data() + rank_; }
  const std::int64_t* begin() const { return data(); }
  const std::int64_t* end() const { return data() + rank_; }
  std::int64_t& operator[](int axis) { return data()[checked(axis)]; }
  std::int64_t operator[](int axis) const { return data()[checked(axis)]; }
  std::int64_t back() const { return (*this)[rank_ - 1]; }
  operator std::span<const std::int64_t>() const { return {data(), rank_}; }

  void push_back(std::int64_t size) { insert(rank_, size); }
  void insert(int axis, std::int64_t size);
  void erase(int axis);

  friend bool operator==(const Shape& a, const Shape& b) {
    if (a.rank_ != b.rank_) return false;
    const std::int64_t *x = a.data(), *y = b.data();
    for (int i = 0; i < a.rank_; ++i)
      if (x[i] != y[i]) return false;
    return true;
  }

 private:
  int checked(int axis) const {  // in builds for a debugger
    assert(axis >= 0 && axis < rank_);
    return axis;
  }
  void allocate(int rank);
  static int checked_rank(std::size_t rank);

  union {
    std::int64_t local[kInline];
    std::int64_t* heap;
  } sizes_;

 protected:  // leaves its padding to the members that follow (see Spec)
  std::uint8_t rank_ = 0;
};

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

using Strides = Shape;

/// "(2, 3)", "(4,)", "()".
std::string to_string(const Shape& shape);

/// Number of elements; ShapeError when a size is negative or the product overflows.
std::int64_t checked_numel(const Shape& shape);

/// Number of elements of a shape known to be valid.
inline std::int64_t numel(const Shape& shape) {
  std::int64_t n = 1;
  for (std::int64_t size : shape) n *= size;
  return n;
}

/// Strides in elements of a row-major (C order) layout.
Strides contiguous_strides(const Shape& shape);

/// True when the elements lie in row-major order without gaps (axes of size 1 do not matter).
bool is_contiguous(const Shape& shape, const Strides& strides);

/// An axis in [-rank, rank) as one in [0, rank); IndexError names the axis and the range.
/// As in PyTorch a 0-d tensor takes axes -1 and 0.
int normalize_axis(std::int64_t axis, int rank);

/// NumPy's rule, from the last axis backwards: equal sizes, or one of them 1.
/// ShapeError names both shapes and the axis at fault.
Shape broadcast_shapes(const Shape& a, const Shape& b);

/// True when `from` can be broadcast to exactly `to`.
bool broadcasts_to(const Shape& from, const Shape& to);

}  // namespace limpid

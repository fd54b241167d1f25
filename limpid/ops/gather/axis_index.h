#pragma once
// What gather, scatter and scatter_add share: a tensor of indices names places along one axis of a
// tensor, and the place along every other axis is the index's own. A 0-d tensor counts as one of
// shape (1,).

#include "limpid/core/error.h"
#include "limpid/core/walk.h"
#include "limpid/op/op_info.h"

namespace limpid {

/// The rules of shapes and dtype. `other` may be larger than index, but along `dim`.
/// DTypeError unless index is int64 or int32; ShapeError names the dimension at fault.
void check_axis_index(const Spec& input, const Spec& index, std::int64_t dim);
/// The rules of src too, which must have input's dtype and index's shape.
void check_scattered(const Spec& input, const Spec& index, const Spec& src, std::int64_t dim);
/// The part of src that has indices: src may be larger than index.
Tensor indexed_part(const Tensor& src, const Tensor& index);

/// The geometry of one call. `big` is indexed along an axis; `small` has an element for each index.
struct AxisIndex {
  Shape shape;                      ///< of index
  Strides big, index, small;        ///< big: 0 along the axis
  std::int64_t step = 0, size = 1;  ///< of big along the axis
  int axis = 0;
  DType dtype;
  const void* indices;

  AxisIndex(const AnyView& big, const AnyView& index, const AnyView& small, std::int64_t dim);

  std::int64_t at(std::int64_t offset) const {
    return dtype == DType::i64 ? static_cast<const std::int64_t*>(indices)[offset]
                               : static_cast<const std::int32_t*>(indices)[offset];
  }
  /// IndexError unless `value` lies in the axis; `position` is the row-major number of the index.
  void check(std::int64_t value, std::int64_t position) const {
    if (value < 0 || value >= size) [[unlikely]]
      throw_out_of_range(value, position);
  }
  [[noreturn]] void throw_out_of_range(std::int64_t value, std::int64_t position) const;

  /// Calls `f(place in big, place in small)` for every index, in row-major order.
  template <class F>
  void walk_all(F&& f) const {
    std::int64_t position = 0;
    walk<3>(shape, {big.data(), index.data(), small.data()}, [&](const auto& offset) {
      const std::int64_t value = at(offset[1]);
      check(value, position++);
      f(offset[0] + value * step, offset[2]);
    });
  }

  std::int64_t row_length() const { return shape.back(); }
  std::int64_t rows() const { return row_length() ? numel(shape) / row_length() : 0; }
  /// The same for rows (along the last axis) first .. last - 1: f(place in big, place in small).
  template <class F>
  void for_rows(std::int64_t first, std::int64_t last, F&& f) const {
    if (dtype == DType::i64) for_rows_of<std::int64_t>(first, last, f);
    else for_rows_of<std::int32_t>(first, last, f);
  }

 private:
  template <class I, class F>
  void for_rows_of(std::int64_t first, std::int64_t last, F& f) const {
    const int inner = shape.rank() - 1;
    // Copies, since for all the compiler knows f could write to the members.
    const std::int64_t n = row_length(), along = step;
    const std::int64_t big_step = big[inner], index_step = index[inner], small_step = small[inner];
    for (std::int64_t row = first; row < last; ++row) {
      std::int64_t rest = row, to_big = 0, to_index = 0, to_small = 0;
      for (int a = inner - 1; a >= 0; --a) {
        const std::int64_t i = rest % shape[a];
        rest /= shape[a];
        to_big += i * big[a];
        to_index += i * index[a];
        to_small += i * small[a];
      }
      const I* const places = static_cast<const I*>(indices) + to_index;
      const std::int64_t end = size;
      for (std::int64_t i = 0; i < n; ++i) {
        const std::int64_t value = places[i * index_step];
        if (value < 0 || value >= end) [[unlikely]]
          throw_out_of_range(value, row * n + i);
        f(to_big + i * big_step + value * along, to_small + i * small_step);
      }
    }
  }
};

}  // namespace limpid

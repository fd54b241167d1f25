// Ladder: the reference finds the place of every element anew; here the places along each axis are
// in a table, rows along the last axis move at a time, and what lies inside a row is one memcpy.
// The gradient adds whole rows, each thread to entries of the axes that are not padded. Axes are
// taken in the order in which elements lie, so that the channels of a pixel are the rows of a
// channels-last map.

#include <cstring>

#include "limpid/backends/cpu/dense_rows.h"
#include "limpid/backends/cpu/strided_copy.h"
#include "limpid/ops/pad/pad.h"
#include "limpid/ops/pad/pad_axis.h"
#include "limpid/tensor/layout.h"

namespace limpid {

namespace {

constexpr std::int64_t kGrain = 32768;  // elements worth a thread

/// What is said of each axis, in the order in which the elements of `map` lie. Its output and input
/// (or the gradients of these) lie alike.
template <class List>
List in_order_of(const AnyView& map, List list) {
  if (is_channels_last(map)) std::rotate(list.begin() + 1, list.begin() + 2, list.end());
  return list;
}
Strides strides_of(const AnyView& view) {
  return Strides(std::span(view.strides, static_cast<std::size_t>(view.rank)));
}

/// Places of all output elements along each axis, and the rows of a padded tensor.
class PaddedRows {
 public:
  explicit PaddedRows(const std::vector<PadAxis>& axes) : axes_(axes) {
    for (const PadAxis& axis : axes_) {
      std::int64_t i = 0;
      for (auto& place : places_.emplace_back(static_cast<std::size_t>(axis.padded)))
        place = axis.source(i++);
    }
    // The part of a row that shows the row of the input as it is.
    const PadAxis& last = axes_.back();
    first_ = std::clamp<std::int64_t>(last.before, 0, last.padded);
    end_ = std::clamp<std::int64_t>(last.before + last.size, first_, last.padded);
  }
  std::int64_t row_length() const { return axes_.back().padded; }
  std::int64_t first() const { return first_; }
  std::int64_t end() const { return end_; }
  std::int64_t source(std::int64_t i) const { return places_.back()[static_cast<std::size_t>(i)]; }

  /// Offset of the row of the input that output row `row` shows; false where that is the constant.
  bool find(std::int64_t row, const std::int64_t* strides, std::int64_t& offset) const {
    offset = 0;
    for (std::size_t i = axes_.size() - 1; i-- > 0; row /= axes_[i].padded) {
      const std::int64_t place = places_[i][static_cast<std::size_t>(row % axes_[i].padded)];
      if (place < 0) return false;
      offset += place * strides[i];
    }
    return true;
  }
  /// Elements of the output that one entry of the axes in front of the first padded one makes.
  std::int64_t rows_of_an_entry() const {
    std::int64_t rows = 1;
    bool padded = false;
    for (std::size_t i = 0; i + 1 < axes_.size(); ++i)
      if (padded |= axes_[i].changes(); padded) rows *= axes_[i].padded;
    return rows;
  }

 private:
  const std::vector<PadAxis>& axes_;
  std::vector<std::vector<std::int64_t>> places_;
  std::int64_t first_ = 0, end_ = 0;
};

template <class T>
void pad_row(T* to, const T* from, std::int64_t step, const PaddedRows& rows, T value) {
  const auto edge = [&](std::int64_t first, std::int64_t end) {
    for (std::int64_t i = first; i < end; ++i) {
      const std::int64_t place = rows.source(i);
      to[i] = place < 0 ? value : from[place * step];
    }
  };
  edge(0, rows.first());
  const std::int64_t inside = rows.end() - rows.first();
  if (step == 1 && inside > 0)
    std::memcpy(to + rows.first(), from + rows.source(rows.first()),
                static_cast<std::size_t>(inside) * sizeof(T));
  else edge(rows.first(), rows.end());
  edge(rows.end(), rows.row_length());
}

/// The bits of the constant as an element of the dtype.
std::uint64_t bits_of(Scalar value, DType dtype) {
  std::uint64_t bits = 0;
  visit_dtype(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const T element = value.to<T>();
    std::memcpy(&bits, &element, sizeof element);
  });
  return bits;
}

}  // namespace

void Pad::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  if (y.numel == 0) return;
  if (y.rank == 0) return forward(Reference{}, io);
  const std::vector<PadAxis> axes = in_order_of(y, pad_axes(Shape(shape_of(x)), pad, mode));
  const Strides strides = in_order_of(y, strides_of(x));
  const PaddedRows rows(axes);
  const std::uint64_t bits = bits_of(value, x.dtype);
  visit_element_size(size_of(x.dtype), [&](auto element) {
    using T = decltype(element);
    const std::int64_t n = rows.row_length(), step = strides[x.rank - 1];
    parallel_for(0, y.numel / n, kGrain / n + 1, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t row = first; row < last; ++row) {
        T* to = static_cast<T*>(y.data) + row * n;
        std::int64_t offset;
        if (rows.find(row, strides.data(), offset))
          pad_row(to, static_cast<const T*>(x.data) + offset, step, rows, static_cast<T>(bits));
        else std::fill(to, to + n, static_cast<T>(bits));
      }
    });
  });
}

namespace {

template <class T, class C>
void add_row(C* to, const T* from, std::int64_t step, const PaddedRows& rows) {
  const auto add = [&](std::int64_t first, std::int64_t end) {
    for (std::int64_t i = first; i < end; ++i) to[rows.source(i)] += static_cast<C>(from[i * step]);
  };
  add(0, rows.first());
  const std::int64_t inside = rows.end() - rows.first();
  if (step == 1)
    for (std::int64_t i = 0; i < inside; ++i) to[i] += static_cast<C>(from[rows.first() + i]);
  else add(rows.first(), rows.end());
  add(rows.end(), rows.row_length());
}

}  // namespace

// Integers and bool have no gradients: the reference serves them.
void PadBackward::forward(Cpu, const Io& io) const {
  const AnyView &dy = io.in[0], &dx = io.out[0];
  if (dx.numel == 0) return;
  if (dy.rank == 0 || dy.numel == 0 || !is_floating(dy.dtype)) return forward(Reference{}, io);
  const std::vector<PadAxis> axes = in_order_of(dx, pad_axes(shape, pad, mode));
  const PaddedRows rows(axes);
  const std::int64_t entry = rows.rows_of_an_entry(), n = rows.row_length();
  const std::int64_t entries = dy.numel / n / entry, size = dx.numel / entries;
  const Shape dy_shape = in_order_of(dx, Shape(shape_of(dy)));
  const Strides dense = contiguous_strides(in_order_of(dx, shape)),
                strides = in_order_of(dx, strides_of(dy));
  visit_float(dy.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    using C = RowType<T>;
    const auto row_offset = [&](std::int64_t row) {
      std::int64_t offset = 0;
      for (int i = dy_shape.rank() - 2; i >= 0; row /= dy_shape[i--])
        offset += row % dy_shape[i] * strides[i];
      return offset;
    };
    parallel_for(0, entries, kGrain / (entry * n) + 1, [&](std::int64_t first, std::int64_t last) {
      const Scratch<C> wide(std::is_same_v<T, C> ? 0 : size);  // 16-bit floats are added in float
      for (std::int64_t e = first; e < last; ++e) {
        T* out = static_cast<T*>(dx.data) + e * size;
        C* sums = wide.data();
        if constexpr (std::is_same_v<T, C>) sums = out;
        std::fill(sums, sums + size, C(0));
        for (std::int64_t row = e * entry; row < (e + 1) * entry; ++row) {
          std::int64_t offset;
          rows.find(row, dense.data(), offset);
          add_row(sums + offset - e * size, static_cast<const T*>(dy.data) + row_offset(row),
                  strides[dy.rank - 1], rows);
        }
        if constexpr (!std::is_same_v<T, C>)
          for (std::int64_t i = 0; i < size; ++i) out[i] = T(sums[i]);
      }
    });
  });
}

}  // namespace limpid

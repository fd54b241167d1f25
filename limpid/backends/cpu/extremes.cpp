#include "limpid/backends/cpu/extremes.h"

#include <bit>

#include "limpid/backends/cpu/dense_rows.h"
#include "limpid/backends/cpu/row_loops.h"
#include "limpid/core/reduction.h"

namespace limpid {

namespace {

/// Whether x takes the place of the best so far.
template <Extreme kWhich, class C>
bool beats(C x, C best) {
  if (is_nan(x)) return !is_nan(best);
  return kWhich == Extreme::largest ? x > best : x < best;
}

template <Extreme kWhich, class C>
C best_of(const C* x, std::int64_t n) {
  if constexpr (std::is_floating_point_v<C>) {
    const RowLoops<C>& loops = row_loops().of<C>();
    return kWhich == Extreme::largest ? loops.max(x, n) : loops.min(x, n);
  } else {
    C best = x[0];
    for (std::int64_t i = 1; i < n; ++i)
      best = kWhich == Extreme::largest ? std::max(best, x[i]) : std::min(best, x[i]);
    return best;
  }
}

template <class C>
std::int64_t place_of(const C* x, C value, std::int64_t n) {
  if constexpr (std::is_floating_point_v<C>)
    if (!is_nan(value)) return row_loops().of<C>().find(x, value, n);
  std::int64_t i = 0;
  while (is_nan(value) ? !is_nan(x[i]) : x[i] != value) ++i;
  return i;
}

template <class T, Extreme kWhich>
void along(const AnyView& x, int axis, const AnyView* values, const AnyView* indices) {
  const std::int64_t n = row_length(x, axis);
  T* value = values ? static_cast<T*>(values->data) : nullptr;
  std::int64_t* index = indices ? static_cast<std::int64_t*>(indices->data) : nullptr;
  for_each_row<T, 1>({x}, nullptr, axis, [=](std::int64_t row, const auto& from, auto*) {
    const auto best = best_of<kWhich>(from[0], n);
    if (value) value[row] = static_cast<T>(best);
    if (index) index[row] = place_of(from[0], best, n);
  });
}

/// All elements of a dense tensor, in pieces that threads share.
template <class T, Extreme kWhich>
T of_all(const T* x, std::int64_t n) {
  constexpr std::int64_t kPiece = 65536;
  const std::int64_t pieces = (n + kPiece - 1) / kPiece;
  const Scratch<T> best(pieces);
  parallel_for(0, pieces, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t p = first; p < last; ++p)
      best.data()[p] = best_of<kWhich>(x + p * kPiece, std::min(kPiece, n - p * kPiece));
  });
  return best_of<kWhich>(best.data(), pieces);
}

template <class T, Extreme kWhich>
void over(const AnyView& x, std::uint64_t axes, bool keepdim, const AnyView& y) {
  const T* from = static_cast<const T*>(x.data);
  T* to = static_cast<T*>(y.data);
  if constexpr (std::is_same_v<T, RowType<T>>) {
    if (y.numel == 1 && x.contiguous) {
      to[0] = x.numel <= 64 ? best_of<kWhich>(from, x.numel) : of_all<T, kWhich>(from, x.numel);
      return;
    }
  }
  // The first element of each result, then whatever beats it.
  const Strides into = reduced_strides(x, y, axes, keepdim);
  Shape firsts(shape_of(x));
  for (int i = 0; i < x.rank; ++i)
    if (axes >> i & 1) firsts[i] = 1;
  walk<2>(firsts, {x.strides, into.data()}, [&](const auto& at) { to[at[1]] = from[at[0]]; });
  walk<2>(shape_of(x), {x.strides, into.data()}, [&](const auto& at) {
    const RowType<T> v = static_cast<RowType<T>>(from[at[0]]);
    if (beats<kWhich>(v, static_cast<RowType<T>>(to[at[1]]))) to[at[1]] = from[at[0]];
  });
}

}  // namespace

void extremes_along(Extreme which, const AnyView& x, int axis, const AnyView* values,
                    const AnyView* indices) {
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if (which == Extreme::largest) along<T, Extreme::largest>(x, axis, values, indices);
    else along<T, Extreme::smallest>(x, axis, values, indices);
  });
}

void extremes_over(Extreme which, const AnyView& x, std::uint64_t axes, bool keepdim,
                   const AnyView& values) {
  if (x.rank && std::has_single_bit(axes))
    return extremes_along(which, x, std::countr_zero(axes), &values, nullptr);
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if (which == Extreme::largest) over<T, Extreme::largest>(x, axes, keepdim, values);
    else over<T, Extreme::smallest>(x, axes, keepdim, values);
  });
}

}  // namespace limpid

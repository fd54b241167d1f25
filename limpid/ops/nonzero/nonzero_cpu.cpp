// Ladder: the reference divides for every hit; here the index is kept along with the walk, and a
// contiguous tensor of one axis (most masks) is a plain loop.

#include "limpid/core/walk.h"
#include "limpid/ops/nonzero/nonzero.h"

namespace limpid {

namespace {

template <class T>
bool is_set(T value) {
  if constexpr (is_float_type<T>) return static_cast<float>(value) != 0.0f;
  else return value != T(0);
}
template <>
bool is_set(double value) {
  return value != 0.0;
}

/// Rows of the last axis with their index: f(index of the row, first element, stride).
template <class T, class F>
void for_each_row(const AnyView& x, F&& f) {
  const int outer = x.rank - 1;
  std::int64_t index[Shape::kMaxRank] = {};
  if (x.numel == 0) return;
  const T* row = static_cast<const T*>(x.data);
  for (;;) {
    f(index, row);
    int axis = outer - 1;
    for (; axis >= 0; --axis) {
      row += x.strides[axis];
      if (++index[axis] < x.shape[axis]) break;
      row -= x.strides[axis] * x.shape[axis];
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

}  // namespace

Shape Nonzero::measure(Cpu, const Inputs& in) const {
  const AnyView x = in.view(0);
  if (x.rank == 0) return measure(Reference{}, in);
  std::int64_t count = 0;
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const std::int64_t n = x.shape[x.rank - 1], step = x.strides[x.rank - 1];
    for_each_row<T>(x, [&](const std::int64_t*, const T* row) {
      if (step == 1)
        for (std::int64_t i = 0; i < n; ++i) count += is_set(row[i]);
      else
        for (std::int64_t i = 0; i < n; ++i) count += is_set(row[i * step]);
    });
  });
  return {count, x.rank};
}

void Nonzero::forward(Cpu, const Io& io) const {
  const AnyView& x = io.in[0];
  if (x.rank == 0) return;  // rows of no numbers
  const int outer = x.rank - 1;
  auto* out = static_cast<std::int64_t*>(io.out[0].data);
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const std::int64_t n = x.shape[outer], step = x.strides[outer];
    for_each_row<T>(x, [&](const std::int64_t* index, const T* row) {
      for (std::int64_t i = 0; i < n; ++i) {
        if (!is_set(row[i * step])) continue;
        for (int k = 0; k < outer; ++k) *out++ = index[k];
        *out++ = i;
      }
    });
  });
}

}  // namespace limpid

// A row of a triangle is a run of the row of x, and zeros.

#include <algorithm>
#include <cstring>

#include "limpid/backends/cpu/parallel.h"
#include "limpid/backends/cpu/strided_copy.h"
#include "limpid/core/walk.h"
#include "limpid/ops/tril/tril.h"

namespace limpid {

namespace {

template <class T>
void copy_run(T* to, const T* from, std::int64_t step, std::int64_t first, std::int64_t end) {
  if (step == 1)
    std::memcpy(to + first, from + first, static_cast<std::size_t>(end - first) * sizeof(T));
  else
    for (std::int64_t j = first; j < end; ++j) to[j] = from[j * step];
}

/// y = x at the columns [0, k) (lower) or [k, columns), with k = `row + start` cut to the row.
void copy_triangle(const AnyView& x, const AnyView& y, std::int64_t start, bool lower) {
  const std::int64_t rows = x.shape[x.rank - 2], columns = x.shape[x.rank - 1];
  const std::int64_t step = x.strides[x.rank - 1];
  if (y.numel == 0) return;
  start = std::clamp(start, -rows, columns);  // so that nothing overflows
  constexpr std::int64_t kGrain = 32768;      // elements worth a thread
  visit_element_size(size_of(x.dtype), [&](auto element) {
    using T = decltype(element);
    const std::int64_t all = y.numel / columns;
    parallel_for(0, all, kGrain / columns + 1, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t r = first; r < last; ++r) {
        std::int64_t rest = r, offset = 0;
        for (int i = x.rank - 2; i >= 0; rest /= x.shape[i--])
          offset += rest % x.shape[i] * x.strides[i];
        const std::int64_t k = std::clamp<std::int64_t>(r % rows + start, 0, columns);
        const std::int64_t begin = lower ? 0 : k, end = lower ? k : columns;
        T* to = static_cast<T*>(y.data) + r * columns;
        std::fill(to, to + begin, T(0));
        copy_run(to, static_cast<const T*>(x.data) + offset, step, begin, end);
        std::fill(to + end, to + columns, T(0));
      }
    });
  });
}

}  // namespace

// j <= i + diagonal is j < i + (diagonal + 1).
void Tril::forward(Cpu, const Io& io) const {
  copy_triangle(io.in[0], io.out[0], diagonal == INT64_MAX ? diagonal : diagonal + 1, true);
}
void Triu::forward(Cpu, const Io& io) const { copy_triangle(io.in[0], io.out[0], diagonal, false); }

}  // namespace limpid

// Binary search without branches: the half that is left is chosen by arithmetic, so that random
// elements cost no mispredictions.

#include "limpid/backends/cpu/parallel.h"
#include "limpid/core/walk.h"
#include "limpid/ops/searchsorted/searchsorted.h"

namespace limpid {

namespace {

/// How many of the n elements, from the first on, come before `value`.
template <class T>
std::int64_t search(const T* s, std::int64_t n, std::int64_t step, T value, bool right) {
  using C = std::conditional_t<is_float_type<T> && !std::is_floating_point_v<T>, float, T>;
  const C v = static_cast<C>(value);
  std::int64_t first = 0;
  while (n > 0) {
    const std::int64_t half = n / 2;
    const C middle = static_cast<C>(s[(first + half) * step]);
    const bool here_or_before = right ? middle > v : middle >= v;
    first = here_or_before ? first : first + half + 1;
    n = here_or_before ? half : n - half - 1;
  }
  return first;
}

}  // namespace

void SearchSorted::forward(Cpu, const Io& io) const {
  const AnyView &s = io.in[0], &v = io.in[1], &y = io.out[0];
  const std::int64_t n = s.shape[s.rank - 1], step = s.strides[s.rank - 1];
  const std::int64_t m = v.rank ? v.shape[v.rank - 1] : 1,
                     v_step = v.rank ? v.strides[v.rank - 1] : 0;
  const std::int64_t rows = m ? v.numel / m : 0;
  visit_dtype(v.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    parallel_for(0, v.numel, 1024, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin / m; row < rows && row * m < end; ++row) {
        std::int64_t from = 0, sequence = 0, left = row;  // where the row and its sequence begin
        for (int i = v.rank - 2; i >= 0; --i) {
          const std::int64_t at = left % v.shape[i];
          left /= v.shape[i];
          from += at * v.strides[i];
          if (s.rank > 1) sequence += at * s.strides[i];
        }
        const std::int64_t first = std::max(begin, row * m), last = std::min(end, row * m + m);
        for (std::int64_t i = first; i < last; ++i) {  // y is contiguous
          const T value = static_cast<const T*>(v.data)[from + (i - row * m) * v_step];
          const auto found =
              search(static_cast<const T*>(s.data) + sequence, n, step, value, right);
          if (out_int32) static_cast<std::int32_t*>(y.data)[i] = static_cast<std::int32_t>(found);
          else static_cast<std::int64_t*>(y.data)[i] = found;
        }
      }
    });
  });
}

}  // namespace limpid

// A row is looked at in blocks without branches, which vector instructions serve, and no further
// once it is decided.

#include "limpid/backends/cpu/reduce_over.h"
#include "limpid/core/reduction.h"
#include "limpid/ops/any/any.h"

namespace limpid {

namespace {

template <class T>
bool is_set(T value) {
  if constexpr (is_float_type<T> && !std::is_floating_point_v<T>)
    return static_cast<float>(value) != 0.0f;
  else return value != T(0);
}

/// `decides` is the truth value of which one element is enough.
template <class Element>
struct VerdictKind {
  using X = Element;
  using Y = std::uint8_t;
  using Total = std::uint8_t;  // whether it is decided
  static constexpr std::int64_t kColumns = 256;
  bool decides;

  Total nothing() const { return 0; }
  void merge(Total& into, Total other) const { into |= other; }
  void add_row(const X* x, std::int64_t n, Total& total) const {
    constexpr std::int64_t kBlock = 256;
    for (std::int64_t i = 0; i < n && !total; i += kBlock) {
      const std::int64_t end = std::min(n, i + kBlock);
      Total found = 0;  // apart from `total`, which might lie in the row for all a compiler knows
      for (std::int64_t k = i; k < end; ++k)
        found = static_cast<Total>(found | (is_set(x[k]) == decides));
      total = found;
    }
  }
  void add_columns(const X* x, std::int64_t stride, std::int64_t rows, std::int64_t columns,
                   Total* totals) const {
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t j = 0; j < columns; ++j) totals[j] |= is_set(x[r * stride + j]) == decides;
  }
  Y finish(Total total) const { return static_cast<Y>(total ? decides : !decides); }
};

void verdict(const Verdict& op, const Io& io, bool decides) {
  const AnyView& x = io.in[0];
  visit_dtype(x.dtype, [&](auto tag) {
    reduce_over(VerdictKind<typename decltype(tag)::type>{decides}, x, io.out[0],
                reduced_axes(op.dim, x.rank), op.keepdim);
  });
}

}  // namespace

void Any::forward(Cpu, const Io& io) const { verdict(*this, io, true); }
void All::forward(Cpu, const Io& io) const { verdict(*this, io, false); }

}  // namespace limpid

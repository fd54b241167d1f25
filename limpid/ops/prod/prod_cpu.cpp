#include "limpid/backends/cpu/reduce_floats.h"
#include "limpid/core/reduction.h"
#include "limpid/ops/prod/prod.h"

namespace limpid {

namespace {

template <class C>
struct FloatProduct {
  using Total = double;
  MomentLoops<C> loops = moment_loops().of<C>();

  Total nothing() const { return 1; }
  void merge(Total& into, Total other) const { into *= other; }
  void add_row(const C* x, std::int64_t n, Total& total) const { total *= loops.product(x, n); }
  void add_columns(const C* x, std::int64_t stride, std::int64_t rows, std::int64_t columns,
                   Total* totals) const {
    loops.column_products(x, stride, rows, columns, totals);
  }
  double result(Total total) const { return total; }
};

/// In 64 bits without sign, where overflow wraps around.
template <class Element>
struct IntegerProduct {
  using X = Element;
  using Y = std::int64_t;
  using Total = std::uint64_t;
  static constexpr std::int64_t kColumns = 256;

  static Total widen(X x) { return static_cast<Total>(static_cast<std::int64_t>(x)); }
  Total nothing() const { return 1; }
  void merge(Total& into, Total other) const { into *= other; }
  void add_row(const X* x, std::int64_t n, Total& total) const {
    for (std::int64_t i = 0; i < n; ++i) total *= widen(x[i]);
  }
  void add_columns(const X* x, std::int64_t stride, std::int64_t rows, std::int64_t columns,
                   Total* totals) const {
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t j = 0; j < columns; ++j) totals[j] *= widen(x[r * stride + j]);
  }
  Y finish(Total total) const { return static_cast<Y>(total); }
};

}  // namespace

void Prod::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const std::uint64_t axes = reduced_axes(dim, x.rank);
  if (is_floating(x.dtype))
    return reduce_floats([]<class C>(TypeTag<C>) { return FloatProduct<C>{}; }, x, y, axes,
                         keepdim);
  visit_dtype(x.dtype, [&](auto tag) {
    using X = typename decltype(tag)::type;
    if constexpr (!is_float_type<X>) reduce_over(IntegerProduct<X>{}, x, y, axes, keepdim);
  });
}

}  // namespace limpid

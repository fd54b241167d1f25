// Ladder: the reference adds in double, element by element; here rows at a time
// (index/index_loop.h), in the order of the positions, so that results are the same on every run.
// 16-bit floats are added up in float32 and rounded once. When input and output are the same memory
// (in place), only the elements that are indexed are touched.

#include "limpid/ops/index/index_loop.h"
#include "limpid/ops/index_put/index_put.h"

namespace limpid {

namespace {

template <class T, class V>
void put(T* to, const V* values, const IndexLoop& loop, bool accumulate) {
  loop([&](std::int64_t xo, std::int64_t vo, std::int64_t n, std::int64_t xs, std::int64_t vs) {
    T* x = to + xo;
    const V* v = values + vo;
    if (!accumulate) {
      for (std::int64_t i = 0; i < n; ++i) x[i * xs] = T(v[i * vs]);
    } else if constexpr (std::is_same_v<T, bool>) {
      for (std::int64_t i = 0; i < n; ++i) x[i * xs] |= v[i * vs];
    } else if (xs == 1 && vs == 1) {
      for (std::int64_t i = 0; i < n; ++i) x[i] = T(x[i] + T(v[i]));
    } else {
      for (std::int64_t i = 0; i < n; ++i) x[i * xs] = T(x[i * xs] + T(v[i * vs]));
    }
  });
}

/// Sums of 16-bit floats, kept in float32 until all have arrived.
template <class T>
void add_halves(const AnyView& y, const AnyView& values, const Shape& axes,
                std::span<const AnyView> arrays) {
  const Shape shape(shape_of(y));
  const Strides dense = contiguous_strides(shape);
  std::vector<float> sums(static_cast<std::size_t>(y.numel));
  T* to = static_cast<T*>(y.data);
  walk<2>(shape, {dense.data(), y.strides}, [&](const auto& at) {
    sums[static_cast<std::size_t>(at[0])] = static_cast<float>(to[at[1]]);
  });
  AnyView wide = y;
  wide.strides = dense.data();
  put(sums.data(), static_cast<const T*>(values.data), IndexLoop(wide, axes, arrays, values), true);
  walk<2>(shape, {dense.data(), y.strides},
          [&](const auto& at) { to[at[1]] = T(sums[static_cast<std::size_t>(at[0])]); });
}

}  // namespace

void IndexPut::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &values = io.in[1], &y = io.out[0];
  const auto arrays = io.in.subspan(2);
  const IndexLoop loop(y, axes, arrays, values);  // checks the indices before anything is written
  if (x.data != y.data)
    copy_strided(y.data, y.strides, x.data, x.strides, shape_of(x), size_of(x.dtype));
  if (accumulate && y.dtype == DType::f16) return add_halves<Half>(y, values, axes, arrays);
  if (accumulate && y.dtype == DType::bf16) return add_halves<BFloat16>(y, values, axes, arrays);
  visit_dtype(y.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (is_float_type<T> && !std::is_floating_point_v<T>)
      put(static_cast<std::uint16_t*>(y.data), static_cast<const std::uint16_t*>(values.data), loop,
          false);
    else put(static_cast<T*>(y.data), static_cast<const T*>(values.data), loop, accumulate);
  });
}

}  // namespace limpid

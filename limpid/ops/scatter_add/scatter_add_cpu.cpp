// The sums are the reference's, in the same order: the result does not depend on the number of
// threads. Rows that cannot meet (any axis before `dim`) are shared among threads.

#include "limpid/backends/cpu/scratch.h"
#include "limpid/backends/cpu/strided_copy.h"
#include "limpid/ops/gather/axis_groups.h"
#include "limpid/ops/scatter_add/scatter_add.h"

namespace limpid {

namespace {

template <class C, class T>
void add_all(const AxisIndex& places, const T* src, C* sums) {
  const auto add = [=](std::int64_t to, std::int64_t from) {
    if constexpr (std::is_same_v<C, bool>) sums[to] = sums[to] || src[from];
    else if constexpr (std::is_integral_v<C>)  // wraps around
      sums[to] = static_cast<C>(static_cast<std::uint64_t>(sums[to]) +
                                static_cast<std::uint64_t>(src[from]));
    else sums[to] += static_cast<C>(src[from]);
  };
  for_groups_in_parallel(places, add);
}

}  // namespace

void ScatterAdd::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &src = io.in[2], &y = io.out[0];
  copy_strided(y.data, y.strides, x.data, x.strides, shape_of(x), size_of(x.dtype));
  const AxisIndex places(y, io.in[1], src, dim);
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    T* sums = static_cast<T*>(y.data);
    if constexpr (sizeof(T) == 2 && is_float_type<T>) {  // added in float, rounded once
      const Scratch<float> wide(y.numel);
      for (std::int64_t i = 0; i < y.numel; ++i) wide.data()[i] = static_cast<float>(sums[i]);
      add_all(places, static_cast<const T*>(src.data), wide.data());
      for (std::int64_t i = 0; i < y.numel; ++i) sums[i] = T(wide.data()[i]);
    } else {
      add_all(places, static_cast<const T*>(src.data), sums);
    }
  });
}

}  // namespace limpid

#include <cstring>

#include "limpid/core/walk.h"
#include "limpid/ops/copy/copy.h"

namespace limpid {

namespace {

template <class X, class Y>
void copy_elements(const AnyView& x, const AnyView& y) {
  const X* from = static_cast<const X*>(x.data);
  Y* to = static_cast<Y*>(y.data);
  if (x.contiguous && y.contiguous && x.numel == y.numel) {
    if constexpr (std::is_same_v<X, Y>) {
      if (x.numel) std::memmove(to, from, static_cast<std::size_t>(x.numel) * sizeof(X));
    } else {
      for (std::int64_t i = 0; i < x.numel; ++i) to[i] = convert<Y>(from[i]);
    }
    return;
  }
  const Strides strides = broadcast_strides(x, shape_of(y));
  walk<2>(shape_of(y), {strides.data(), y.strides},
          [&](const auto& at) { to[at[1]] = convert<Y>(from[at[0]]); });
}

}  // namespace

void Copy::forward(Cpu, const Io& io) const {
  visit_dtype(io.in[0].dtype, [&](auto x_tag) {
    visit_dtype(io.out[0].dtype, [&](auto y_tag) {
      copy_elements<typename decltype(x_tag)::type, typename decltype(y_tag)::type>(io.in[0],
                                                                                    io.out[0]);
    });
  });
}

}  // namespace limpid

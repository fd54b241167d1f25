// Ladder: any strides as the reference does; input and mask both contiguous and of one shape
// (nearly always) is a loop without branches: every element is written, and the place only advances
// behind those that stay.

#include "limpid/backends/cpu/dense_copy.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/core/walk.h"
#include "limpid/ops/masked_select/masked_select.h"

namespace limpid {

namespace {

bool is_plain(const AnyView& x, const AnyView& mask) {
  return x.contiguous && mask.contiguous && std::ranges::equal(shape_of(x), shape_of(mask));
}

/// How often the mask is true once it is broadcast to `shape`.
std::int64_t count_true(const AnyView& mask, const Shape& shape) {
  std::int64_t count = 0;
  const auto* set = static_cast<const bool*>(mask.data);
  if (mask.contiguous) {
    for (std::int64_t i = 0; i < mask.numel; ++i) count += set[i];
    return mask.numel ? count * (numel(shape) / mask.numel) : 0;
  }
  const Strides strides = broadcast_strides(mask, shape);
  walk<1>(shape, {strides.data()}, [&](const auto& at) { count += set[at[0]]; });
  return count;
}

}  // namespace

Shape MaskedSelect::measure(Cpu, const Inputs& in) const {
  return {count_true(in.view(1), broadcast_shapes(in[0].shape, in[1].shape))};
}

void MaskedSelect::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &mask = io.in[1], &y = io.out[0];
  if (!is_plain(x, mask)) return forward(Reference{}, io);
  const auto* set = static_cast<const bool*>(mask.data);
  visit_element_size(size_of(x.dtype), [&](auto tag) {
    using T = decltype(tag);
    const T* from = static_cast<const T*>(x.data);
    T* to = static_cast<T*>(y.data);
    const T* end = to + y.numel;
    for (std::int64_t i = 0; to != end; ++i) {
      *to = from[i];
      to += set[i];
    }
  });
}

void MaskedScatter::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &mask = io.in[1], &source = io.in[2], &y = io.out[0];
  const std::int64_t places = count_true(mask, Shape(shape_of(y)));
  if (places > source.numel)
    throw ValueError(str("the mask is true at ", places, " places, more places than the ",
                         source.numel, " elements of source"));
  const Strides xs = broadcast_strides(x, shape_of(y)), ms = broadcast_strides(mask, shape_of(y));
  const auto* set = static_cast<const bool*>(mask.data);
  const DenseCopy values(source);
  visit_element_size(size_of(x.dtype), [&](auto tag) {
    using T = decltype(tag);
    const T *from = static_cast<const T*>(x.data),
            *next = static_cast<const T*>(values.view().data);
    T* to = static_cast<T*>(y.data);
    if (is_plain(x, mask) && y.contiguous) {
      for (std::int64_t i = 0; i < y.numel; ++i) to[i] = set[i] ? *next++ : from[i];
      return;
    }
    walk<3>(shape_of(y), {xs.data(), ms.data(), y.strides},
            [&](const auto& at) { to[at[2]] = set[at[1]] ? *next++ : from[at[0]]; });
  });
}

}  // namespace limpid

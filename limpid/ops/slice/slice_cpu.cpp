#include <cstring>

#include "limpid/backends/cpu/strided_copy.h"
#include "limpid/ops/slice/slice.h"

namespace limpid {

// The output is fresh and contiguous: zeros in one sweep, then the rows of dy in their places.
void SliceBackward::forward(Cpu, const Io& io) const {
  const AnyView &dy = io.in[0], &dx = io.out[0];
  const std::size_t element = size_of(dx.dtype);
  if (dx.numel != dy.numel)  // else dy covers all
    std::memset(dx.data, 0, static_cast<std::size_t>(dx.numel) * element);
  if (dy.numel == 0) return;
  const Layout region = of(shape, contiguous_strides(shape));
  char* first = static_cast<char*>(dx.data) + region.offset * static_cast<std::int64_t>(element);
  copy_strided(first, region.strides.data(), dy.data, dy.strides, region.shape, element);
}

}  // namespace limpid

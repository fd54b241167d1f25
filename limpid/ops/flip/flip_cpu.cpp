#include "limpid/backends/cpu/strided_copy.h"
#include "limpid/ops/flip/flip.h"

namespace limpid {

// A copy of x seen in reverse.
void Flip::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const Layout from = reversed(x);
  const std::size_t element = size_of(x.dtype);
  const char* first =
      static_cast<const char*>(x.data) + from.offset * static_cast<std::int64_t>(element);
  copy_strided_in_parallel(y.data, y.strides, first, from.strides.data(), from.shape, element);
}

}  // namespace limpid

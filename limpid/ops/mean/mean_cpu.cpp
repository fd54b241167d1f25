#include "limpid/backends/cpu/sum_over.h"
#include "limpid/core/reduction.h"
#include "limpid/core/walk.h"
#include "limpid/ops/mean/mean.h"

namespace limpid {

void Mean::forward(Cpu, const Io& io) const {
  const AnyView& x = io.in[0];
  sum_over(x, io.out[0], reduced_axes(dim, x.rank), keepdim, terms(shape_of(x)));
}

}  // namespace limpid

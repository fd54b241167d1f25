#include "limpid/backends/cpu/sum_over.h"
#include "limpid/core/reduction.h"
#include "limpid/ops/sum/sum.h"

namespace limpid {

void Sum::forward(Cpu, const Io& io) const {
  sum_over(io.in[0], io.out[0], reduced_axes(dim, io.in[0].rank), keepdim);
}

}  // namespace limpid

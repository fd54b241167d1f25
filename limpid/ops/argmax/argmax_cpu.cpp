#include "limpid/backends/cpu/extremes.h"
#include "limpid/core/shape.h"
#include "limpid/ops/argmax/argmax.h"

namespace limpid {

void Argmax::forward(Cpu, const Io& io) const {
  extremes_along(Extreme::largest, io.in[0], normalize_axis(dim, io.in[0].rank), nullptr,
                 &io.out[0]);
}
void Argmin::forward(Cpu, const Io& io) const {
  extremes_along(Extreme::smallest, io.in[0], normalize_axis(dim, io.in[0].rank), nullptr,
                 &io.out[0]);
}

}  // namespace limpid

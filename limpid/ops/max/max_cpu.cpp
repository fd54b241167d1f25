#include "limpid/backends/cpu/extremes.h"
#include "limpid/core/reduction.h"
#include "limpid/core/shape.h"
#include "limpid/ops/max/max.h"

namespace limpid {

void Max::forward(Cpu, const Io& io) const {
  extremes_along(Extreme::largest, io.in[0], normalize_axis(dim, io.in[0].rank), &io.out[0],
                 &io.out[1]);
}
void Min::forward(Cpu, const Io& io) const {
  extremes_along(Extreme::smallest, io.in[0], normalize_axis(dim, io.in[0].rank), &io.out[0],
                 &io.out[1]);
}
void Amax::forward(Cpu, const Io& io) const {
  extremes_over(Extreme::largest, io.in[0], reduced_axes(dim, io.in[0].rank), keepdim, io.out[0]);
}
void Amin::forward(Cpu, const Io& io) const {
  extremes_over(Extreme::smallest, io.in[0], reduced_axes(dim, io.in[0].rank), keepdim, io.out[0]);
}

}  // namespace limpid

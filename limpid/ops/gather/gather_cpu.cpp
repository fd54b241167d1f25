// The reference with the axis of the inner loop at hand: reading at random is bound by memory, not by
// instructions.

#include "limpid/ops/gather/gather.h"

namespace limpid {

void Gather::forward(Cpu, const Io& io) const { forward(Reference{}, io); }

}  // namespace limpid

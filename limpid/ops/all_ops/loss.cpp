#include "limpid/ops/all_ops/loss.h"

namespace limpid {

void append_loss_rows(std::vector<const OpInfo*>& rows) { append_rows(LossOps{}, rows); }

}  // namespace limpid

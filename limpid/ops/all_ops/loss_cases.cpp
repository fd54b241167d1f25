#include "limpid/ops/all_ops/loss.h"

namespace limpid {

void append_loss_entries(std::vector<OpEntry>& entries) {
  append_entries(LossOps{}, entries);
  append_entries(LossComposites{}, entries);
}

}  // namespace limpid

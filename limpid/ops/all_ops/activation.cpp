#include "limpid/ops/all_ops/activation.h"

namespace limpid {

void append_activation_rows(std::vector<const OpInfo*>& rows) {
  append_rows(ActivationOps{}, rows);
}

}  // namespace limpid

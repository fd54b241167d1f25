#include "limpid/ops/all_ops/activation.h"

namespace limpid {

void append_activation_entries(std::vector<OpEntry>& entries) {
  append_entries(ActivationOps{}, entries);
  append_entries(ActivationComposites{}, entries);
}

}  // namespace limpid

#include "limpid/ops/all_ops/special.h"

namespace limpid {

void append_special_entries(std::vector<OpEntry>& entries) {
  append_entries(SpecialOps{}, entries);
  append_entries(SpecialComposites{}, entries);
}

}  // namespace limpid

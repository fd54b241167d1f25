#include "limpid/ops/all_ops/view.h"

namespace limpid {

void append_view_entries(std::vector<OpEntry>& entries) {
  append_entries(ViewOps{}, entries);
  append_entries(ViewComposites{}, entries);
}

}  // namespace limpid

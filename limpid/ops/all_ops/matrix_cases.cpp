#include "limpid/ops/all_ops/matrix.h"

namespace limpid {

void append_matrix_entries(std::vector<OpEntry>& entries) {
  append_entries(MatrixOps{}, entries);
  append_entries(MatrixComposites{}, entries);
}

}  // namespace limpid

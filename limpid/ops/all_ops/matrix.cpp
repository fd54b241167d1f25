#include "limpid/ops/all_ops/matrix.h"

namespace limpid {

void append_matrix_rows(std::vector<const OpInfo*>& rows) { append_rows(MatrixOps{}, rows); }

}  // namespace limpid

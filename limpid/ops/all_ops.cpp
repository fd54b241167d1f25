#include "limpid/ops/all_ops.h"

namespace limpid {

// One for each unit in ops/all_ops/.
void append_pointwise_rows(std::vector<const OpInfo*>& rows);
void append_activation_rows(std::vector<const OpInfo*>& rows);
void append_special_rows(std::vector<const OpInfo*>& rows);
void append_view_rows(std::vector<const OpInfo*>& rows);
void append_reduction_rows(std::vector<const OpInfo*>& rows);
void append_ordering_rows(std::vector<const OpInfo*>& rows);
void append_indexing_rows(std::vector<const OpInfo*>& rows);
void append_rearrange_rows(std::vector<const OpInfo*>& rows);
void append_matrix_rows(std::vector<const OpInfo*>& rows);
void append_convolution_rows(std::vector<const OpInfo*>& rows);
void append_layer_rows(std::vector<const OpInfo*>& rows);
void append_loss_rows(std::vector<const OpInfo*>& rows);

std::span<const OpInfo* const> all_ops() {
  static const std::vector<const OpInfo*> rows = [] {
    std::vector<const OpInfo*> all;
    append_pointwise_rows(all);
    append_activation_rows(all);
    append_special_rows(all);
    append_view_rows(all);
    append_reduction_rows(all);
    append_ordering_rows(all);
    append_indexing_rows(all);
    append_rearrange_rows(all);
    append_matrix_rows(all);
    append_convolution_rows(all);
    append_layer_rows(all);
    append_loss_rows(all);
    return all;
  }();
  return rows;
}

const OpInfo* find_op(std::string_view name) {
  for (const OpInfo* row : all_ops())
    if (row->doc.name == name) return row;
  return nullptr;
}

}  // namespace limpid

#include "limpid/ops/all_ops.h"

namespace limpid {

// One for each unit in ops/all_ops/.
void append_pointwise_entries(std::vector<OpEntry>& entries);
void append_activation_entries(std::vector<OpEntry>& entries);
void append_special_entries(std::vector<OpEntry>& entries);
void append_view_entries(std::vector<OpEntry>& entries);
void append_reduction_entries(std::vector<OpEntry>& entries);
void append_ordering_entries(std::vector<OpEntry>& entries);
void append_indexing_entries(std::vector<OpEntry>& entries);
void append_rearrange_entries(std::vector<OpEntry>& entries);
void append_matrix_entries(std::vector<OpEntry>& entries);
void append_convolution_entries(std::vector<OpEntry>& entries);
void append_layer_entries(std::vector<OpEntry>& entries);
void append_loss_entries(std::vector<OpEntry>& entries);

const std::vector<OpEntry>& all_op_entries() {
  static const std::vector<OpEntry> entries = [] {
    std::vector<OpEntry> all;
    append_pointwise_entries(all);
    append_activation_entries(all);
    append_special_entries(all);
    append_view_entries(all);
    append_reduction_entries(all);
    append_ordering_entries(all);
    append_indexing_entries(all);
    append_rearrange_entries(all);
    append_matrix_entries(all);
    append_convolution_entries(all);
    append_layer_entries(all);
    append_loss_entries(all);
    return all;
  }();
  return entries;
}

}  // namespace limpid

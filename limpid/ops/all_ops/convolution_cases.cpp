#include "limpid/ops/all_ops/convolution.h"

namespace limpid {

void append_convolution_entries(std::vector<OpEntry>& entries) {
  append_entries(ConvolutionOps{}, entries);
  append_entries(ConvolutionComposites{}, entries);
}

}  // namespace limpid

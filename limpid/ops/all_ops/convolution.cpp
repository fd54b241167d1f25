#include "limpid/ops/all_ops/convolution.h"

namespace limpid {

void append_convolution_rows(std::vector<const OpInfo*>& rows) {
  append_rows(ConvolutionOps{}, rows);
}

}  // namespace limpid

#include "limpid/nn/dropout.h"

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/nn/python_text.h"
#include "limpid/ops/dropout/dropout.h"

namespace limpid::nn {

Dropout::Dropout(double p) : p_(p) {
  if (!(p >= 0 && p <= 1))
    throw ValueError(str("Dropout: p is a probability and must lie in [0, 1], got ", p));
}

Tensor Dropout::forward(const Tensor& input) { return dropout(input, p_, is_training()); }

std::string Dropout::extra_repr() const { return str("p=", python_text(p_), ", inplace=False"); }

}  // namespace limpid::nn

#include "limpid/nn/dropout.h"

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/nn/python_text.h"
#include "limpid/ops/dropout/dropout.h"
#include "limpid/ops/feature_dropout/feature_dropout.h"

namespace limpid::nn {

namespace {
double checked(const char* name, double p) {
  if (!(p >= 0 && p <= 1))
    throw ValueError(str(name, ": p is a probability and must lie in [0, 1], got ", p));
  return p;
}
}  // namespace

Dropout::Dropout(double p) : p_(checked("Dropout", p)) {}

Tensor Dropout::forward(const Tensor& input) { return dropout(input, p_, is_training()); }

std::string Dropout::extra_repr() const { return str("p=", python_text(p_), ", inplace=False"); }

DropoutVariant::DropoutVariant(const char* name, double p) : p_(checked(name, p)) {}
std::string DropoutVariant::extra_repr() const {
  return str("p=", python_text(p_), ", inplace=False");
}

Tensor Dropout1d::forward(const Tensor& input) { return dropout1d(input, p_, is_training()); }
Tensor Dropout2d::forward(const Tensor& input) { return dropout2d(input, p_, is_training()); }
Tensor Dropout3d::forward(const Tensor& input) { return dropout3d(input, p_, is_training()); }
Tensor AlphaDropout::forward(const Tensor& input) {
  return alpha_dropout(input, p_, is_training());
}

}  // namespace limpid::nn

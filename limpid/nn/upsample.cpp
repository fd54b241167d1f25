#include "limpid/nn/upsample.h"

#include "limpid/nn/python_text.h"
#include "limpid/nn/sizes.h"

namespace limpid::nn {

namespace {

/// "2.0", or "(2.0, 1.5)" for several.
std::string factors_text(const std::vector<double>& factors) {
  if (factors.size() == 1) return python_text(factors[0]);
  std::string out;
  for (double factor : factors) out += (out.empty() ? "" : ", ") + python_text(factor);
  return "(" + out + ")";
}

}  // namespace

std::string Upsample::extra_repr() const {
  const std::string size = options_.scale_factor.empty()
                               ? "size=" + sizes_text(options_.size)
                               : "scale_factor=" + factors_text(options_.scale_factor);
  return size + ", mode='" + options_.mode + "'";
}

}  // namespace limpid::nn

#include "limpid/nn/local_response_norm.h"

#include "limpid/core/str.h"
#include "limpid/nn/default_init.h"
#include "limpid/nn/python_text.h"
#include "limpid/ops/local_response_norm/local_response_norm.h"

namespace limpid::nn {

LocalResponseNorm::LocalResponseNorm(std::int64_t size, LocalResponseNormOptions options)
    : size_(size), options_(options) {
  require_at_least("LocalResponseNorm", "size", size, 1);
}

Tensor LocalResponseNorm::forward(const Tensor& input) {
  return local_response_norm(input, size_, options_.alpha, options_.beta, options_.k);
}

std::string LocalResponseNorm::extra_repr() const {
  return str(size_, ", alpha=", python_text(options_.alpha), ", beta=", python_text(options_.beta),
             ", k=", python_text(options_.k));
}

}  // namespace limpid::nn

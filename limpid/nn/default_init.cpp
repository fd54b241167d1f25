#include "limpid/nn/default_init.h"

#include <cmath>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/nn/init.h"

namespace limpid::nn {

void default_init(const Tensor& weight, const Tensor& bias, Generator* generator) {
  Generator& random = generator ? *generator : default_generator();
  init::kaiming_uniform_(weight, std::sqrt(5.0), "fan_in", "leaky_relu", random);
  const double fan_in = init::fans_of(weight).in;
  if (!bias.defined() || fan_in == 0) return;
  const double bound = 1 / std::sqrt(fan_in);
  init::uniform_(bias, -bound, bound, random);
}

void require_at_least(std::string_view layer, std::string_view what, std::int64_t value,
                      std::int64_t least) {
  if (value < least)
    throw ValueError(str(layer, ": ", what, " must be at least ", least, ", got ", value));
}

void require_size(std::string_view layer, std::string_view what, std::int64_t value) {
  require_at_least(layer, what, value, 1);
  constexpr std::int64_t kMost = std::int64_t{1} << 48;
  if (value > kMost) throw ValueError(str(layer, ": ", what, " must be at most 2^48, got ", value));
}

}  // namespace limpid::nn

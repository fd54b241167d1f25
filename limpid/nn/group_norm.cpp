#include "limpid/nn/group_norm.h"

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/nn/default_init.h"
#include "limpid/nn/python_text.h"
#include "limpid/ops/group_norm/group_norm.h"
#include "limpid/tensor/creation.h"

namespace limpid::nn {

namespace {

Tensor per_channel(bool wanted, std::int64_t channels, double value, const GroupNormOptions& o) {
  if (!wanted) return {};
  return full({channels}, value, {.dtype = o.dtype, .device = o.device});
}

std::int64_t checked(std::int64_t num_groups, std::int64_t num_channels) {
  require_at_least("GroupNorm", "num_groups", num_groups, 1);
  require_at_least("GroupNorm", "num_channels", num_channels, 0);
  if (num_channels % num_groups != 0)
    throw ValueError(
        str("GroupNorm: num_groups ", num_groups, " must divide num_channels ", num_channels));
  return num_channels;
}

}  // namespace

GroupNorm::GroupNorm(std::int64_t num_groups, std::int64_t num_channels, GroupNormOptions o)
    : weight(register_parameter("weight",
                                per_channel(o.affine, checked(num_groups, num_channels), 1, o))),
      bias(register_parameter("bias", per_channel(o.affine && o.bias, num_channels, 0, o))),
      num_groups_(num_groups),
      num_channels_(num_channels),
      options_(o) {}

Tensor GroupNorm::forward(const Tensor& input) {
  return group_norm(input, num_groups_, weight, bias, options_.eps);
}

std::string GroupNorm::extra_repr() const {
  return str(num_groups_, ", ", num_channels_, ", eps=", python_text(options_.eps),
             ", affine=", python_text(options_.affine),
             ", bias=", python_text(options_.affine && options_.bias));
}

}  // namespace limpid::nn

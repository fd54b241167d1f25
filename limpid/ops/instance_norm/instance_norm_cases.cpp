#include "limpid/op/make_case.h"
#include "limpid/ops/instance_norm/instance_norm.h"

namespace limpid {

namespace {

/// Inputs: input, running_mean, running_var, weight, bias; as many of them as there are.
std::function<Tensors(std::span<const Tensor>)> instance_norm_call(bool use_input_stats = true,
                                                                   double eps = 1e-5) {
  return [=](std::span<const Tensor> in) {
    const auto get = [&](std::size_t i) { return i < in.size() ? in[i] : Tensor(); };
    return Tensors(instance_norm(in[0], get(1), get(2), get(3), get(4), use_input_stats, 0.1, eps));
  };
}

CaseInput running_statistic(std::int64_t channels, double low, double high) {
  return {.shape = {channels}, .low = low, .high = high, .requires_grad = false};
}

}  // namespace

// The running statistics are watched in tests/nn_norm_test.cpp: cases must give the same each time.
std::vector<Case> InstanceNorm::cases() {
  return {
      {.name = "images",
       .inputs = {{{2, 3, 4, 5}}, kAbsent, kAbsent, {{3}}, {{3}}},
       .call = instance_norm_call(),
       .torch = "F.instance_norm(a, None, None, d, e)"},
      {.name = "sequences, no weight, no bias",
       .inputs = {{{2, 3, 7}}},
       .call = instance_norm_call(),
       .torch = "F.instance_norm(a)"},
      {.name = "volumes",
       .inputs = {{{2, 2, 2, 3, 2}}},
       .call = instance_norm_call(true, 0.5),
       .torch = "F.instance_norm(a, eps=0.5)"},
      {.name = "transposed",
       .inputs = {{.shape = {2, 3, 7}, .arrangement = Arrangement::transposed}},
       .call = instance_norm_call(),
       .torch = "F.instance_norm(a)"},
      {.name = "running statistics",
       .inputs =
           {{{2, 3, 4}}, running_statistic(3, -1, 1), running_statistic(3, 0.5, 2), {{3}}, {{3}}},
       .call = instance_norm_call(false),
       .torch = "F.instance_norm(a, b, c, d, e, use_input_stats=False)"},
      {.name = "one value a channel",
       .inputs = {{{2, 3, 1}}},
       .call = instance_norm_call(),
       .error = "instance_norm: expected more than 1 value in each channel of a sample, got input "
                "size (2, 3, 1): the variance of one value is 0 [input (2, 3, 1)]"},
      {.name = "one axis",
       .inputs = {{{5}}},
       .call = instance_norm_call(),
       .error = "instance_norm: needs at least 2 dimensions"},
      {.name = "weight of other channels",
       .inputs = {{{2, 3, 4}}, kAbsent, kAbsent, {{4}}, {{3}}},
       .call = instance_norm_call(),
       .error = "instance_norm: weight has shape (4,) but the input has 3 channels (dimension 1)"},
      {.name = "no statistics",
       .inputs = {{{2, 3, 4}}},
       .call = instance_norm_call(false),
       .error = "use_input_stats = false needs running_mean and running_var"},
      {.name = "integers",
       .inputs = {{.shape = {2, 3, 4}, .dtype = DType::i64}},
       .call = instance_norm_call(),
       .error = "instance_norm: works on floating dtypes"},
  };
}

}  // namespace limpid

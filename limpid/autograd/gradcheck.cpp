#include "limpid/autograd/gradcheck.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "limpid/autograd/engine.h"
#include "limpid/autograd/grad_mode.h"
#include "limpid/core/error.h"
#include "limpid/core/place.h"
#include "limpid/core/random.h"
#include "limpid/core/str.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

/// Fixed weights in [0.5, 1.5) for output number `output`: with equal weights, errors of opposite
/// sign could cancel.
Tensor weights_for(const Tensor& output, std::uint64_t number) {
  Tensor weights = empty(output.shape(), {.dtype = output.dtype(), .device = output.device()});
  Generator generator(0x5eed + number);
  fill_uniform(weights, 0.5, 1.5, generator);
  return weights;
}

/// Which outputs take part. Floating outputs without gradient beside others that have one are
/// constants by declaration (as torch.autograd.gradcheck has it).
std::vector<bool> differentiable(const Tensors& outputs) {
  std::vector<bool> floating, recorded;
  for (const Tensor& y : outputs) {
    floating.push_back(y.defined() && is_floating(y.dtype()));
    recorded.push_back(floating.back() && y.requires_grad());
  }
  const bool any = std::find(recorded.begin(), recorded.end(), true) != recorded.end();
  return any ? recorded : floating;
}

/// sum over outputs k that take part and elements i of w_ki y_ki.
Tensor weighted_sum(const Tensors& outputs, const std::vector<bool>& take_part) {
  Tensor total;
  for (std::size_t k = 0; k < outputs.size(); ++k) {
    if (!take_part[k]) continue;
    const Tensor part = (outputs[k] * weights_for(outputs[k], k)).sum();
    total = total.defined() ? total + part : part;
  }
  if (!total.defined()) throw GraphError("gradcheck: the function has no floating output");
  return total;
}

/// Leaves with the same elements, so that the caller's tensors stay untouched.
std::vector<Tensor> fresh_leaves(std::span<const Tensor> inputs) {
  std::vector<Tensor> leaves;
  for (const Tensor& input : inputs) {
    if (!input.defined()) {
      leaves.emplace_back();
      continue;
    }
    if (input.requires_grad() && input.dtype() != DType::f64)
      throw DTypeError(str("gradcheck: inputs must be float64, got ", input.dtype()));
    Tensor leaf = input.detach().clone();
    if (input.requires_grad()) leaf.requires_grad_();
    leaves.push_back(leaf);
  }
  return leaves;
}

}  // namespace

GradcheckResult gradcheck(const TensorFunction& function, std::span<const Tensor> inputs,
                          GradcheckOptions options) {
  std::vector<Tensor> leaves = fresh_leaves(inputs);
  std::vector<Tensor> wanted;
  for (const Tensor& leaf : leaves)
    if (leaf.defined() && leaf.requires_grad()) wanted.push_back(leaf);
  if (wanted.empty()) throw GraphError("gradcheck: no input requires grad");
  const Tensors outputs = function(leaves);
  const std::vector<bool> take_part = differentiable(outputs);
  const Tensor loss = weighted_sum(outputs, take_part);
  std::vector<Tensor> gradients(wanted.size());
  if (loss.requires_grad())
    gradients = grad(std::span(&loss, 1), wanted, {}, {.allow_unused = true});

  NoGrad guard;
  GradcheckResult result;
  std::size_t number = 0;
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    if (!leaves[i].defined() || !leaves[i].requires_grad()) continue;
    const Tensor& gradient = gradients[number++];
    const std::vector<double> analytic =
        gradient.defined() ? gradient.to_vector<double>()
                           : std::vector<double>(static_cast<std::size_t>(leaves[i].numel()));
    double* elements = leaves[i].data<double>();
    for (std::int64_t e = 0; e < leaves[i].numel(); ++e) {
      const double middle = elements[e];
      elements[e] = middle + options.step;
      const double above = weighted_sum(function(leaves), take_part).item();
      elements[e] = middle - options.step;
      const double below = weighted_sum(function(leaves), take_part).item();
      elements[e] = middle;
      const double numeric = (above - below) / (2 * options.step);
      const double found = analytic[static_cast<std::size_t>(e)];
      const double excess =
          std::abs(found - numeric) / (options.atol + options.rtol * std::abs(numeric));
      if (excess <= result.worst_excess) continue;
      const bool is_number = excess == excess;
      result.worst_excess = is_number ? excess : HUGE_VAL;
      result.worst = str("input ", i, " at ", place_of(e, leaves[i].shape()), ": gradient ", found,
                         ", central difference ", numeric);
    }
  }
  result.ok = result.worst_excess <= 1;
  return result;
}

GradcheckResult gradgradcheck(const TensorFunction& function, std::span<const Tensor> inputs,
                              GradcheckOptions options) {
  std::vector<Tensor> all(inputs.begin(), inputs.end());
  const std::size_t own = all.size();
  std::vector<std::size_t> floating;  // outputs that have gradients
  const Tensors outputs = function(fresh_leaves(inputs));
  for (std::size_t k = 0; k < outputs.size(); ++k) {
    if (!outputs[k].defined() || !outputs[k].requires_grad()) continue;
    floating.push_back(k);
    all.push_back(weights_for(outputs[k], 100 + k).requires_grad_());
  }
  if (floating.empty()) throw GraphError("gradgradcheck: no output depends on the inputs");
  const TensorFunction first_derivative = [&](std::span<const Tensor> in) {
    EnableGrad guard;  // the derivative is recorded, also while differences are taken
    std::vector<Tensor> leaves, wanted;
    for (std::size_t i = 0; i < own; ++i) {
      leaves.push_back(in[i]);
      if (in[i].defined() && in[i].requires_grad()) wanted.push_back(in[i]);
    }
    const Tensors y = function(leaves);
    std::vector<Tensor> heads, seeds;
    for (std::size_t k = 0; k < floating.size(); ++k) {
      heads.push_back(y[floating[k]]);
      seeds.push_back(in[own + k]);
    }
    return Tensors(grad(heads, wanted, seeds, {.create_graph = true, .allow_unused = true}));
  };
  return gradcheck(first_derivative, all, options);
}

}  // namespace limpid

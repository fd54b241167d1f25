#pragma once
// The one way into an op: check, infer, allocate, run, record.

#include "limpid/core/error.h"
#include "limpid/op/operator.h"

namespace limpid {

// The steps themselves do not depend on the card's type; they are plain functions in apply.cpp.
Tensor apply_one(const OpInfo& info, const void* op, Inputs in);
Tensors apply_all(const OpInfo& info, const void* op, Inputs in);

/// Applies a card with one output.
template <Operator O, std::same_as<Tensor>... T>
Tensor apply(const O& op, const T&... in) {
  static_assert(count_names(O::doc.outputs) == 1, "several outputs: use apply_many");
  TensorImpl* const inputs[] = {in.impl()...};
  return apply_one(describe<O>, &op, Inputs(inputs, sizeof...(T)));
}

/// Applies a card with several outputs.
template <Operator O, std::same_as<Tensor>... T>
Tensors apply_many(const O& op, const T&... in) {
  TensorImpl* const inputs[] = {in.impl()...};
  return apply_all(describe<O>, &op, Inputs(inputs, sizeof...(T)));
}

/// Applies a card that takes any number of inputs.
template <Operator O>
Tensor apply(const O& op, std::span<const Tensor> in) {
  std::vector<TensorImpl*> inputs;
  for (const Tensor& t : in) inputs.push_back(t.impl());
  return apply_one(describe<O>, &op, Inputs(inputs.data(), inputs.size()));
}

/// Applies an op of whatever card.
Tensors apply(const AnyOp& op, std::span<const Tensor> in);

/// The dtype in which inputs meet (torch.result_type): among tensors of the same kind of number,
/// 0-d ones give way to others.
DType result_type(const Inputs& in);

/// Adds "conv2d: " and " [input (8, 3, 32, 32), layer stem.conv]" to an error on its way out.
void add_context(Error& error, const OpInfo& info, Inputs in);

}  // namespace limpid

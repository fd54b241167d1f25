#pragma once
// In-place forms. Cards are pure; x.add_(y) is one mechanism for all of them: the result of the
// card is written into x's memory, x's version counts up, and x's history becomes that of the
// result.

#include "limpid/op/apply.h"

namespace limpid {

/// target[...] = value, broadcast and converted, under the rules of autograd (check_inplace).
/// `name` is a literal, for messages. Throws ShapeError, DTypeError, GraphError.
void assign(const Tensor& target, const Tensor& value, const char* name);

/// Writes info(op)(target, others...) into target. `in`'s first tensor is the target.
void apply_inplace(const OpInfo& info, const void* op, const Tensor& target, Inputs in,
                   const char* name);

/// x.add_(y): apply_inplace(Add{}, "add_", x, y).
template <Operator O, std::same_as<Tensor>... T>
void apply_inplace(const O& op, const char* name, const Tensor& target, const T&... others) {
  TensorImpl* const inputs[] = {target.impl(), others.impl()...};
  apply_inplace(describe<O>, &op, target, Inputs(inputs, 1 + sizeof...(T)), name);
}

/// Writes the elements of `source`, broadcast and converted, over those of `target`; no checks, no
/// record. Defined beside the Copy op.
void write_elements(const Tensor& target, const Tensor& source);

}  // namespace limpid

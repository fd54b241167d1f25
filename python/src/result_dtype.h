#pragma once
// dtype= of sums and products.

#include "limpid/autograd/grad_mode.h"
#include "op_binding.h"

namespace limpid::python {

/// f of the input converted by dtype=, in that dtype: f alone makes int64 of any smaller integers,
/// and what does not fit wraps as in PyTorch. No gradient passes integers, so one that is asked for
/// is an error, not a result that silently has none.
template <class F>
Tensor in_dtype(const char* name, const Tensor& input, const std::optional<DType>& dtype, F&& f) {
  if (!dtype) return f(input);
  if (!is_floating(*dtype) && is_grad_enabled() && input.requires_grad())
    throw DTypeError(str(name, ": dtype=", *dtype,
                         " has no gradient, but input requires grad; use input.detach()"));
  return f(input.to(*dtype)).to(*dtype);
}

}  // namespace limpid::python

#pragma once
// Hooks on the tensors that the record keeps for backward: something else is kept in their place,
// as a copy in other memory or fewer bits, and gives them back when backward needs them.

#include <functional>
#include <memory>

#include "limpid/autograd/node.h"

namespace limpid {

/// What is kept in place of a tensor.
class Packed {
 public:
  virtual ~Packed() = default;
  /// The tensor again: of the same shape, dtype and device.
  virtual Tensor unpack() = 0;
};

using PackHook = std::function<std::unique_ptr<Packed>(const Tensor&)>;

/// From here on what this thread saves goes through `hook`, until pop_pack_hook().
void push_pack_hook(PackHook hook);
void pop_pack_hook();

namespace detail {
extern constinit thread_local const PackHook* pack_hook;  // the innermost, or none
SavedTensor pack(const Tensor& tensor);
}  // namespace detail

/// save(), through the hook if there is one.
inline SavedTensor save_for_backward(const Tensor& tensor) {
  return detail::pack_hook ? detail::pack(tensor) : save(tensor);
}

/// What was saved: the tensor of `saved`, or what its hook gives.
Tensor restored(const SavedTensor& saved);

}  // namespace limpid

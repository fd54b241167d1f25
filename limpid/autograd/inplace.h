#pragma once
// In-place changes under autograd: what they may touch, and how the history follows.

#include "limpid/autograd/node.h"

namespace limpid {

/// GraphError when changing `target` in place would lose gradients: a leaf that requires grad, a
/// view of one, or a view made under no_grad. `records`: the change will be recorded.
void check_inplace(const Tensor& target, bool records);

/// Notes that `op` gave `view` together with other views. Where gradients are recorded such a view
/// cannot be changed in place, as in PyTorch: the record of one part would have to become that of
/// all.
void mark_one_of_several(const Tensor& view, const char* op);

/// Makes output `output` of `node` (taking over one reference) the history of `target`. When target
/// is a view, its base's history becomes "the old base with this part replaced", and every other
/// view of the base learns of it when its history is next asked for.
void rebase_history(const Tensor& target, Node* node, int output);

/// Counts the change; `op` is a literal that names it.
inline void bump_version(const Tensor& target, const char* op) {
  Storage& storage = *target->storage;
  ++storage.version;
  storage.changed_by = op;
}

}  // namespace limpid

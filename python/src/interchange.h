#pragma once
// Memory handed to and taken from other libraries by DLPack.

#include <nanobind/nanobind.h>

#include "limpid/tensor/tensor.h"

namespace limpid::python {

/// A capsule over the memory of a tensor, in the structure of DLPack 1 or of its predecessor.
/// BufferError for tensors that require grad.
nanobind::object to_dlpack(const Tensor& tensor, bool versioned);
/// A tensor over the memory in a capsule, which cannot be used again. Read-only memory is copied.
Tensor from_dlpack_capsule(nanobind::handle capsule);

}  // namespace limpid::python

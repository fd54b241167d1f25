#pragma once
// memory_format=: the order of the elements of a tensor in memory.

#include <nanobind/nanobind.h>

#include "limpid/tensor/tensor.h"

namespace limpid::python {

/// Whether `memory_format` is channels_last or channels_last_3d; ShapeError where x has not so many
/// axes.
bool asks_channels_last(nanobind::handle memory_format, const Tensor& x);
/// TypeError for what is neither a memory_format nor None.
bool names(nanobind::handle memory_format, const char* name);

/// Whether axis 1 lies behind all others in memory. Asks for no view, which would move a map.
bool has_channels_last(const Tensor& x);

/// `x`, or a copy of it that lies as asked; other formats than channels_last leave x as it is.
Tensor in_format(const Tensor& x, nanobind::handle memory_format);

/// Lays a fresh row-major tensor whose elements are all alike as asked; None: row-major.
Tensor laid(const Tensor& fresh, nanobind::handle memory_format);
/// The same, where None and preserve_format are the order of `model`, without its gaps. An order
/// that the engine chose for it counts as row-major, which it is in PyTorch.
Tensor laid_like(const Tensor& fresh, const Tensor& model, nanobind::handle memory_format);

/// A copy in the order of `x` (preserve_format), with another dtype if wanted.
Tensor copied(const Tensor& x, DType dtype);
/// `x` itself where it has the dtype, else a copy.
inline Tensor in_dtype(const Tensor& x, DType dtype) {
  return dtype == x.dtype() ? x : copied(x, dtype);
}

}  // namespace limpid::python

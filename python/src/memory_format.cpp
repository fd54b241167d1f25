#include "memory_format.h"

#include <algorithm>
#include <numeric>

#include "casters.h"
#include "limpid/autograd/grad_mode.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/op/inplace.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"

namespace nb = nanobind;

namespace limpid::python {

namespace {

/// Strides with which axis 1 lies behind all others.
Strides channels_last_strides(const Shape& shape) {
  Strides strides(shape.rank());
  std::int64_t step = 1;
  const auto place = [&](int axis) {
    strides[axis] = step;
    step *= std::max<std::int64_t>(shape[axis], 1);
  };
  place(1);
  for (int axis = shape.rank() - 1; axis > 1; --axis) place(axis);
  place(0);
  return strides;
}

/// Whether the elements lie in some order without gaps and without sharing memory.
bool fills_its_memory(const Shape& shape, const Strides& strides) {
  std::vector<int> axes(static_cast<std::size_t>(shape.rank()));
  std::iota(axes.begin(), axes.end(), 0);
  std::erase_if(axes, [&](int axis) { return shape[axis] == 1; });
  std::sort(axes.begin(), axes.end(), [&](int a, int b) { return strides[a] < strides[b]; });
  std::int64_t step = 1;
  for (int axis : axes) {
    if (strides[axis] != step) return false;
    step *= shape[axis];
  }
  return true;
}

/// Whether axis a lies inside axis b, by their steps and of equals by their sizes; 0: they do not
/// say. As in PyTorch a step of 0 says nothing.
int order_of(const Shape& shape, const Strides& strides, int a, int b) {
  if (strides[a] == 0 || strides[b] == 0) return 0;
  if (strides[a] != strides[b]) return strides[a] < strides[b] ? -1 : 1;
  return shape[a] > shape[b] ? 1 : 0;
}

/// The axes from the innermost to the outermost: an insertion sort, in which those that do not say
/// are stepped over (PyTorch's at::infer_dense_strides).
std::vector<int> axes_by_steps(const Shape& shape, const Strides& strides) {
  std::vector<int> axes(static_cast<std::size_t>(shape.rank()));
  std::iota(axes.rbegin(), axes.rend(), 0);
  for (std::size_t i = 1; i < axes.size(); ++i) {
    std::size_t moving = i;
    for (std::size_t other = i; other-- > 0;) {
      const int order = order_of(shape, strides, axes[other], axes[moving]);
      if (order < 0) break;
      if (order > 0) std::swap(axes[other], axes[moving]), moving = other;
    }
  }
  return axes;
}

/// Strides without gaps, of axes in the order in which these lie.
Strides dense_strides(const Shape& shape, const Strides& strides) {
  if (fills_its_memory(shape, strides)) return strides;
  Strides dense(shape.rank());
  std::int64_t step = 1;
  for (const int axis : axes_by_steps(shape, strides)) {
    dense[axis] = step;
    step *= std::max<std::int64_t>(shape[axis], 1);
  }
  return dense;
}

Tensor with_strides(const Tensor& fresh, const Strides& strides) {
  fresh->strides = strides;
  fresh->contiguous = is_contiguous(fresh.shape(), strides);
  return fresh;
}

}  // namespace

bool names(nb::handle memory_format, const char* name) {
  if (memory_format.is_none()) return false;
  const std::string_view type = Py_TYPE(memory_format.ptr())->tp_name;
  if (!type.ends_with("memory_format"))
    throw nb::type_error(
        str("memory_format must be one such as limpid.channels_last, not ", type).c_str());
  return nb::cast<std::string>(nb::repr(memory_format)).ends_with(name);
}

bool asks_channels_last(nb::handle memory_format, const Tensor& x) {
  if (memory_format.is_none()) return false;
  const bool in_space = names(memory_format, "channels_last_3d");
  if (!in_space && !names(memory_format, "channels_last")) return false;
  const int rank = in_space ? 5 : 4;
  if (x.dim() != rank)
    throw ShapeError(str(in_space ? "channels_last_3d" : "channels_last", " is for tensors of ",
                         rank, " axes, this one has shape ", x.shape()));
  return true;
}

bool has_channels_last(const Tensor& x) {
  Shape shape = x.shape();
  Strides strides = x.strides();
  for (int axis = 1; axis + 1 < x.dim(); ++axis) {
    std::swap(shape[axis], shape[axis + 1]);
    std::swap(strides[axis], strides[axis + 1]);
  }
  return is_contiguous(shape, strides);
}

Tensor in_format(const Tensor& x, nb::handle memory_format) {
  if (!asks_channels_last(memory_format, x)) return x;
  if (!x->chosen && has_channels_last(x)) return x;
  return movedim(movedim(x, {1}, {-1}).contiguous(), {-1}, {1});
}

Tensor laid(const Tensor& fresh, nb::handle memory_format) {
  if (!asks_channels_last(memory_format, fresh)) return fresh;
  return with_strides(fresh, channels_last_strides(fresh.shape()));
}

Tensor laid_like(const Tensor& fresh, const Tensor& model, nb::handle memory_format) {
  const bool preserves = memory_format.is_none() || names(memory_format, "preserve_format");
  if (!preserves) return laid(fresh, memory_format);
  if (model.is_contiguous() || model->chosen) return fresh;
  return with_strides(fresh, dense_strides(model.shape(), model.strides()));
}

Tensor copied(const Tensor& x, DType dtype) {
  const bool changes = dtype != x.dtype();
  if (x.is_contiguous() || x->chosen) return changes ? x.to(dtype) : x.clone();
  Tensor fresh = laid_like(empty(x.shape(), {.dtype = dtype, .device = x.device()}), x, nb::none());
  if (is_grad_enabled() && x.requires_grad()) return fresh.copy_(changes ? x.to(dtype) : x);
  write_elements(fresh, x);
  return fresh;
}

}  // namespace limpid::python

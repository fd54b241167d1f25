#include "memory_format.h"

#include <algorithm>
#include <numeric>

#include "casters.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/ops/ops.h"

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
  return fills_its_memory(model.shape(), model.strides()) ? with_strides(fresh, model.strides())
                                                          : fresh;
}

}  // namespace limpid::python

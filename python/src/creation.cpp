// Tensors out of nothing, and out of Python's data.

#include "limpid/tensor/creation.h"

#include "casters.h"
#include "memory_format.h"
#include "op_binding.h"
#include "tables.h"
#include "tensor_construct.h"

namespace limpid::python {

// layout= and pin_memory= are taken without effect: tensors are dense, and there is no device to
// copy to.

namespace {

TensorOptions options(std::optional<DType> dtype, const std::optional<Device>& device,
                      bool requires_grad) {
  return {.dtype = dtype, .device = device.value_or(kCpu), .requires_grad = requires_grad};
}

/// name(*size, dtype=None, device=None, requires_grad=False)
void by_size(nb::module_& m, const char* name, const char* doc,
             Tensor (*make)(const Shape&, TensorOptions)) {
  m.def(
      name,
      [make](nb::args size, nb::handle given, std::optional<DType> dtype,
             std::optional<Device> device, bool requires_grad, const std::optional<Tensor>& out,
             nb::handle, nb::handle, nb::handle format) {
        Shape shape;
        if (!given.is_none()) {
          if (!to_shape(given.ptr(), shape))
            throw nb::type_error("size must be a sequence of ints");
        } else {
          shape = sizes_of(size);
        }
        const Tensor result = laid(make(shape, options(dtype, device, requires_grad)), format);
        return out ? write_out(result, *out) : result;
      },
      "args"_a, nb::kw_only(), "size"_a = nb::none(), "dtype"_a = nb::none(),
      "device"_a = nb::none(), "requires_grad"_a = false, "out"_a = nb::none(),
      "layout"_a = nb::none(), "pin_memory"_a = false, "memory_format"_a = nb::none(), doc);
}

/// name(input, dtype=None, device=None, requires_grad=False)
void like(nb::module_& m, const char* name, const char* doc,
          Tensor (*make)(const Shape&, TensorOptions)) {
  m.def(
      name,
      [make](const Tensor& input, std::optional<DType> dtype, std::optional<Device> device,
             bool requires_grad, nb::handle format, nb::handle, nb::handle) {
        const TensorOptions how = options(dtype.value_or(input.dtype()),
                                          device ? *device : input.device(), requires_grad);
        return laid_like(make(input.shape(), how), input, format);
      },
      "input"_a, nb::kw_only(), "dtype"_a = nb::none(), "device"_a = nb::none(),
      "requires_grad"_a = false, "memory_format"_a = nb::none(), "layout"_a = nb::none(),
      "pin_memory"_a = false, doc);
}

void add_ranges(nb::module_& m) {
  m.def(
      "arange",
      [](const Scalar& start, std::optional<Scalar> end, const Scalar& step,
         std::optional<DType> dtype, std::optional<Device> device, bool requires_grad, nb::handle,
         nb::handle) {
        const TensorOptions o = options(dtype, device, requires_grad);
        return end ? arange(start, *end, step, o) : arange(Scalar(0), start, step, o);
      },
      "start"_a, "end"_a = nb::none(), "step"_a = 1, nb::kw_only(), "dtype"_a = nb::none(),
      "device"_a = nb::none(), "requires_grad"_a = false, "layout"_a = nb::none(),
      "pin_memory"_a = false,
      "arange(end) or arange(start, end, step=1): the numbers from start up to, but not including, "
      "end.");
  m.def(
      "linspace",
      [](double start, double end, std::int64_t steps, std::optional<DType> dtype,
         std::optional<Device> device, bool requires_grad, nb::handle,
         nb::handle) { return linspace(start, end, steps, options(dtype, device, requires_grad)); },
      "start"_a, "end"_a, "steps"_a, nb::kw_only(), "dtype"_a = nb::none(), "device"_a = nb::none(),
      "requires_grad"_a = false, "layout"_a = nb::none(), "pin_memory"_a = false,
      "`steps` numbers from start to end, both included.");
  m.def(
      "eye",
      [](std::int64_t n, std::optional<std::int64_t> columns, std::optional<DType> dtype,
         std::optional<Device> device, bool requires_grad, nb::handle, nb::handle) {
        return eye(n, columns.value_or(-1), options(dtype, device, requires_grad));
      },
      "n"_a, "m"_a = nb::none(), nb::kw_only(), "dtype"_a = nb::none(), "device"_a = nb::none(),
      "requires_grad"_a = false, "layout"_a = nb::none(), "pin_memory"_a = false,
      "An (n, m) matrix with ones on its diagonal.");
  m.def(
      "full",
      [](const Shape& size, const Scalar& value, std::optional<DType> dtype,
         std::optional<Device> device, bool requires_grad, nb::handle,
         nb::handle) { return full(size, value, options(dtype, device, requires_grad)); },
      "size"_a, "fill_value"_a, nb::kw_only(), "dtype"_a = nb::none(), "device"_a = nb::none(),
      "requires_grad"_a = false, "layout"_a = nb::none(), "pin_memory"_a = false,
      "A tensor of one value, of the value's dtype.");
  m.def(
      "full_like",
      [](const Tensor& input, const Scalar& value, std::optional<DType> dtype,
         std::optional<Device> device, bool requires_grad, nb::handle format, nb::handle,
         nb::handle) {
        const TensorOptions how = options(dtype.value_or(input.dtype()),
                                          device ? *device : input.device(), requires_grad);
        return laid_like(full(input.shape(), value, how), input, format);
      },
      "input"_a, "fill_value"_a, nb::kw_only(), "dtype"_a = nb::none(), "device"_a = nb::none(),
      "requires_grad"_a = false, "memory_format"_a = nb::none(), "layout"_a = nb::none(),
      "pin_memory"_a = false);
}

}  // namespace

void add_creation(nb::module_& m) {
  m.def(
      "tensor",
      [](nb::handle data, std::optional<DType> dtype, std::optional<Device> device,
         bool requires_grad, nb::handle) {
        Tensor out = tensor_from(data.ptr(), dtype);
        if (device) out = out.to(*device);
        if (requires_grad) out.requires_grad_();
        return out;
      },
      "data"_a.none(), nb::kw_only(), "dtype"_a = nb::none(), "device"_a = nb::none(),
      "requires_grad"_a = false, "pin_memory"_a = false,
      "A tensor with a copy of numbers, nested lists, an array or a tensor.");
  by_size(m, "zeros", "All 0.", zeros);
  by_size(m, "ones", "All 1.", ones);
  by_size(m, "empty", "Elements are not initialised.", empty);
  like(m, "zeros_like", "All 0, of the shape of `input`.", zeros);
  like(m, "ones_like", "All 1, of the shape of `input`.", ones);
  like(m, "empty_like", "Not initialised, of the shape of `input`.", empty);
  add_ranges(m);
}

}  // namespace limpid::python

// Methods and properties of Tensor that are no ops: what it is, its elements, conversions.

#include "casters.h"
#include "gil.h"
#include "limpid/core/str.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"
#include "limpid/tensor/layout.h"
#include "memory_format.h"
#include "op_binding.h"
#include "tables.h"
#include "tensor_construct.h"
#include "tensor_memory.h"

namespace limpid::python {

namespace {

nb::handle tensor_class() { return reinterpret_cast<PyObject*>(tensor_type); }

template <class F, class... Extra>
void method(const char* name, F&& f, const Extra&... extra) {
  nb::cpp_function_def(std::forward<F>(f), nb::scope(tensor_class()), nb::name(name),
                       nb::is_method(), extra...);
}

/// A property of the type; `set` may be left out.
template <class Get>
void property(const char* name, const char* doc, Get get, nb::object set = nb::none()) {
  nb::object getter = nb::cpp_function(get);
  nb::object builtin = nb::module_::import_("builtins").attr("property");
  tensor_class().attr(name) = builtin(getter, set, nb::none(), doc);
}
template <class Get, class Set>
void property(const char* name, const char* doc, Get get, Set set) {
  property(name, doc, get, nb::cpp_function(set, "self"_a, "value"_a.none()));
}

/// Nested lists of the elements from axis `axis` on; `next` is the first of them, and goes on
/// behind them.
template <class T>
nb::object nested(const T*& next, const Shape& shape, int axis, PyObject* (*number)(T)) {
  if (axis == shape.rank()) return nb::steal(number(*next++));
  nb::object list = nb::steal(PyList_New(shape[axis]));
  if (!list.is_valid()) throw nb::python_error();
  for (std::int64_t i = 0; i < shape[axis]; ++i)
    PyList_SET_ITEM(list.ptr(), i, nested(next, shape, axis + 1, number).release().ptr());
  return list;
}

template <class T>
nb::object to_list_of(const Tensor& x, PyObject* (*number)(T)) {
  const std::vector<T> elements = x.to_vector<T>();
  const T* next = elements.data();
  return nested(next, x.shape(), 0, number);
}

nb::object to_list(const Tensor& x) {
  const auto integer = [](std::int64_t value) { return PyLong_FromLongLong(value); };
  const auto boolean = [](std::int64_t value) { return PyBool_FromLong(value != 0); };
  const Tensor plain = x.detach();
  if (is_floating(x.dtype())) return to_list_of<double>(plain, PyFloat_FromDouble);
  return to_list_of<std::int64_t>(plain, is_bool(x.dtype()) ? +boolean : +integer);
}

/// x.to(dtype), x.to(device), x.to(other), with names too: dtype=, device=, copy=.
Tensor to(const Tensor& x, nb::args args, nb::kwargs kwargs) {
  Tensor out = x;
  bool copy = false;
  const auto apply_one = [&](nb::handle value) {
    DType dtype;
    if (is_tensor(value.ptr())) out = in_dtype(out, tensor_of(value.ptr()).dtype());
    else if (to_dtype(value.ptr(), dtype)) out = in_dtype(out, dtype);
    else if (nb::isinstance<Device>(value)) out = out.to(nb::cast<Device>(value));
    else if (nb::isinstance<nb::str>(value)) out = out.to(Device(nb::cast<std::string>(value)));
    else if (!value.is_none() && !PyBool_Check(value.ptr()))
      throw nb::type_error("Tensor.to takes a dtype, a device or a tensor");
  };
  for (nb::handle value : args) apply_one(value);
  for (auto [key, value] : kwargs) {
    const auto name = nb::cast<std::string>(key);
    if (name == "dtype" || name == "device" || name == "other") apply_one(value);
    else if (name == "copy") copy = nb::cast<bool>(value);
    else if (name == "memory_format") out = in_format(out, value);
    else if (name != "non_blocking")
      throw nb::type_error(str("Tensor.to has no argument '", name, "'").c_str());
  }
  return copy && out.is_same(x) ? copied(x, x.dtype()) : out;
}

void add_properties() {
  property("shape", "The sizes of its axes.", [](const Tensor& x) { return x.shape(); });
  property("dtype", "The type of its elements.", [](const Tensor& x) { return x.dtype(); });
  property("device", "Where its elements live.", [](const Tensor& x) { return x.device(); });
  property("ndim", "The number of axes.", [](const Tensor& x) { return x.dim(); });
  property("itemsize", "Bytes an element takes.",
           [](const Tensor& x) { return size_of(x.dtype()); });
  property("nbytes", "Bytes its elements take.", [](const Tensor& x) {
    return x.numel() * static_cast<std::int64_t>(size_of(x.dtype()));
  });
  property("is_cuda", "True on a CUDA device.",
           [](const Tensor& x) { return x.device().type == DeviceType::cuda; });
  property("is_meta", "True for shapes without data.",
           [](const Tensor& x) { return x.device().type == DeviceType::meta; });
  property("is_sparse", "Always False: limpid has dense tensors only.",
           [](const Tensor&) { return false; });
  property("T", "The matrix transposed; of other ranks, the axes in reverse.", [](const Tensor& x) {
    std::vector<std::int64_t> dims(static_cast<std::size_t>(x.dim()));
    for (std::size_t i = 0; i < dims.size(); ++i)
      dims[i] = x.dim() - 1 - static_cast<std::int64_t>(i);
    return x.permute(dims);
  });
  property("mT", "Matrices of a batch transposed.",
           [](const Tensor& x) { return x.transpose(-2, -1); });
  property("_version", "The number of in-place changes so far.",
           [](const Tensor& x) { return x.version(); });
  property(
      "data", "The same elements without history; assigning replaces elements and layout.",
      [](const Tensor& x) { return x.detach(); },
      [](const Tensor& x, const Tensor& value) {
        if (x.requires_grad() && !is_floating(value.dtype()))
          throw DTypeError(
              str("data: the tensor requires grad, so that its elements are floats, not ",
                  value.dtype()));
        x->set_memory(*value.detach().impl());
      });
}

/// An axis that is there; a 0-d tensor has none.
int axis_of(const Tensor& x, std::int64_t dim) {
  if (x.dim() == 0) throw IndexError(str("dimension ", dim, " of a 0-d tensor, which has none"));
  return normalize_axis(dim, x.dim());
}

void add_questions() {
  method(
      "size",
      [](const Tensor& x, std::optional<std::int64_t> dim) -> nb::object {
        return dim ? nb::cast(x.shape()[axis_of(x, *dim)]) : nb::steal(to_size(x.shape()));
      },
      "dim"_a = nb::none());
  method(
      "stride",
      [](const Tensor& x, std::optional<std::int64_t> dim) -> nb::object {
        if (dim) return nb::cast(x.strides()[axis_of(x, *dim)]);
        nb::list steps;
        for (std::int64_t s : x.strides()) steps.append(s);
        return nb::tuple(steps);
      },
      "dim"_a = nb::none());
  method("dim", [](const Tensor& x) { return x.dim(); });
  method("numel", [](const Tensor& x) { return x.numel(); });
  method("nelement", [](const Tensor& x) { return x.numel(); });
  method("element_size", [](const Tensor& x) { return size_of(x.dtype()); });
  method("storage_offset", [](const Tensor& x) { return x.storage_offset(); });
  method("data_ptr", [](const Tensor& x) {
    lay_row_major(*x.impl());
    x->storage->exposed = true;
    return reinterpret_cast<std::uintptr_t>(x->data);
  });
  method("_storage", [](const Tensor& x) {  // where it begins, and its bytes
    lay_row_major(*x.impl());
    x->storage->exposed = true;
    return std::pair(reinterpret_cast<std::uintptr_t>(x->storage->data), x->storage->bytes);
  });
  method(
      "is_contiguous",
      [](const Tensor& x, nb::handle memory_format) {
        const bool last = (names(memory_format, "channels_last") && x.dim() == 4) ||
                          (names(memory_format, "channels_last_3d") && x.dim() == 5);
        return last ? has_channels_last(x) : x.is_contiguous();
      },
      nb::kw_only(), "memory_format"_a = nb::none());
  method("is_floating_point", [](const Tensor& x) { return is_floating(x.dtype()); });
  method("is_complex", [](const Tensor&) { return false; });
  method("is_signed",
         [](const Tensor& x) { return x.dtype() != DType::u8 && !is_bool(x.dtype()); });
  method(
      "is_same_size", [](const Tensor& x, const Tensor& y) { return x.shape() == y.shape(); },
      "other"_a);
  method(
      "is_set_to",
      [](const Tensor& x, const Tensor& y) {
        return x.shares_storage(y) && x->data == y->data && x.shape() == y.shape() &&
               x.strides() == y.strides();
      },
      "tensor"_a);
}

void add_elements() {
  method("item", [](const Tensor& x) { return x.item_scalar(); });
  method("tolist", to_list);
  method(
      "numpy",
      [](nb::object self, bool force) {
        const Tensor x = nb::cast<Tensor>(self);
        nb::object source = force && x.requires_grad() ? nb::cast(x.detach()) : self;
        if (x.requires_grad() && !force)
          throw GraphError("numpy: the tensor requires grad; use tensor.detach().numpy()");
        if (x.dtype() == DType::bf16)
          throw DTypeError("numpy: NumPy has no bfloat16; use tensor.float().numpy()");
        return nb::module_::import_("numpy").attr("asarray")(
            nb::steal(PyMemoryView_FromObject(source.ptr())));
      },
      nb::kw_only(), "force"_a = false);
  method(
      "__array__",
      [](nb::object self, nb::object dtype, nb::object copy) {
        const nb::object own = self.attr("numpy")();
        const nb::object array =
            dtype.is_none() ? own : nb::object(own.attr("astype")(dtype, "copy"_a = false));
        if (copy.is(nb::handle(Py_False)) && !array.is(own))
          throw ValueError("__array__: another dtype needs a copy, which copy=False forbids");
        return copy.is(nb::handle(Py_True)) && array.is(own) ? nb::object(array.attr("copy")())
                                                             : array;
      },
      "dtype"_a = nb::none(), "copy"_a = nb::none());
  tensor_class().attr("__array_priority__") = 1000;
}

void add_conversions() {
  method("to", to);
  method(
      "type_as", [](const Tensor& x, const Tensor& other) { return in_dtype(x, other.dtype()); },
      "other"_a);
  method("cpu", [](const Tensor& x) { return x.to(kCpu); });
  method(
      "cuda", [](const Tensor& x, nb::handle) { return x.to(Device("cuda")); },
      "device"_a = nb::none());
  const std::pair<const char*, DType> casts[] = {{"float", DType::f32}, {"double", DType::f64},
                                                 {"half", DType::f16},  {"bfloat16", DType::bf16},
                                                 {"byte", DType::u8},   {"char", DType::i8},
                                                 {"short", DType::i16}, {"int", DType::i32},
                                                 {"long", DType::i64},  {"bool", DType::boolean}};
  for (const auto& [name, dtype] : casts)
    method(name, [dtype = dtype](const Tensor& x) { return in_dtype(x, dtype); });
  method(
      "contiguous",
      [](const Tensor& x, nb::handle format) {
        return asks_channels_last(format, x) ? in_format(x, format) : x.contiguous();
      },
      nb::kw_only(), "memory_format"_a = nb::none());
  method(
      "clone",
      [](const Tensor& x, nb::handle format) {
        if (names(format, "contiguous_format") && !x.is_contiguous()) return x.contiguous();
        const Tensor laid = in_format(x, format);
        return laid.is_same(x) ? copied(x, x.dtype()) : laid;
      },
      nb::kw_only(), "memory_format"_a = nb::none());
  method(
      "copy_",
      [](Tensor x, const Operand& source, bool) {
        x.copy_(source.beside(x).to(x.dtype()));  // any dtype into any, as in PyTorch
        return x;
      },
      "src"_a, "non_blocking"_a = false);
  method(
      "fill_",
      [](Tensor x, const Operand& value) {
        if (!value) return x.fill_(fitted(value.number, x.dtype()));
        if (value.tensor.dim() != 0)
          throw ShapeError(str("fill_: the value must be a number or a 0-d tensor, not of shape ",
                               value.tensor.shape(), "; copy_() takes tensors"));
        return x.copy_(value.tensor.to(x.dtype()));
      },
      "value"_a);
  method("zero_", [](Tensor x) { return x.zero_(); });
  method(
      "new_tensor",
      [](const Tensor& x, nb::object data, std::optional<DType> dtype, bool requires_grad) {
        Tensor out = tensor_from(data.ptr(), dtype ? *dtype : x.dtype());
        if (requires_grad) out.requires_grad_();
        return out;
      },
      "data"_a, nb::kw_only(), "dtype"_a = nb::none(), "requires_grad"_a = false);
  method(
      "new_full",
      [](const Tensor& x, const Shape& size, const Scalar& value, std::optional<DType> dtype) {
        return full(size, value, {.dtype = dtype.value_or(x.dtype()), .device = x.device()});
      },
      "size"_a, "fill_value"_a, nb::kw_only(), "dtype"_a = nb::none());
  const auto fresh = [](const char* name, Tensor (*make)(const Shape&, TensorOptions)) {
    method(
        name,
        [make](const Tensor& x, nb::args size, std::optional<DType> dtype, nb::handle) {
          return make(sizes_of(size), {.dtype = dtype.value_or(x.dtype()), .device = x.device()});
        },
        "size"_a, "dtype"_a = nb::none(), "device"_a = nb::none());
  };
  fresh("new_zeros", zeros);
  fresh("new_ones", ones);
  fresh("new_empty", empty);
}

}  // namespace

void add_tensor_methods(nb::module_& m) {
  add_properties();
  add_questions();
  add_elements();
  add_conversions();
  m.def(
      "from_numpy",
      [](nb::object array) {
        if (!PyObject_CheckBuffer(array.ptr()))
          throw nb::type_error(
              str("from_numpy: expected a NumPy array, not ", Py_TYPE(array.ptr())->tp_name)
                  .c_str());
        return tensor_over_buffer(array.ptr(), true);
      },
      "ndarray"_a, "A tensor that shares the memory of a NumPy array.");
  m.def(
      "is_tensor", [](nb::handle object) { return is_tensor(object.ptr()); }, "obj"_a);
  m.def(
      "numel", [](const Tensor& input) { return input.numel(); }, "input"_a);
  m.def(
      "is_floating_point", [](const Tensor& input) { return is_floating(input.dtype()); },
      "input"_a);
}

}  // namespace limpid::python

#include "tensor_construct.h"

#include "casters.h"
#include "errors.h"
#include "limpid/autograd/grad_mode.h"
#include "limpid/core/fits.h"
#include "limpid/core/str.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"
#include "memory_format.h"
#include "tensor_memory.h"

namespace limpid::python {

namespace {

bool is_list(PyObject* object) { return PyList_Check(object) || PyTuple_Check(object); }

std::string place_text(const std::vector<std::int64_t>& place) {
  std::string text = "data";
  for (std::int64_t i : place) text += str("[", i, "]");
  return text;
}

/// Whether it is an int of more than 64 bits: floats can hold it, roughly.
bool is_large_int(PyObject* object) {
  Scalar number;
  return PyLong_Check(object) && !to_scalar(object, number);
}

Scalar large_int(PyObject* object) {
  const double value = PyLong_AsDouble(object);
  if (value == -1 && PyErr_Occurred()) throw nanobind::python_error();  // beyond doubles, too
  return Scalar(value);
}

std::string large_int_text(const std::string& place) {
  return str(
      "tensor: ", place,
      " is an int of more than 64 bits, which only floats can hold; give dtype=limpid.float64");
}

/// Reads nested lists: their shape from the first entries, then every number in order.
class ListReader {
 public:
  explicit ListReader(PyObject* data) {
    for (PyObject* level = data; is_list(level);) {
      const Py_ssize_t n = PySequence_Fast_GET_SIZE(level);
      if (shape_.rank() == Shape::kMaxRank)
        throw ShapeError(str("tensor: data is nested deeper than ", Shape::kMaxRank, " levels"));
      shape_.push_back(n);
      if (n == 0) break;
      level = PySequence_Fast_GET_ITEM(level, 0);
    }
    read(data, 0);
  }

  Tensor tensor(std::optional<DType> dtype) const {
    const DType natural = dtype_.value_or(kDefaultDType);
    Tensor out = empty(shape_, {.dtype = dtype.value_or(natural)});
    if (is_integer(out.dtype())) {
      if (too_large_) throw ValueError(*too_large_);
      for (const Scalar& number : numbers_) require_fits(number, out.dtype());
    }
    visit_dtype(out.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      T* to = static_cast<T*>(out->data);
      for (const Scalar& number : numbers_) *to++ = number.to<T>();
    });
    return out;
  }

 private:
  void read(PyObject* data, int depth) {
    if (depth == shape_.rank()) return read_number(data);
    if (!is_list(data))
      throw ShapeError(str("tensor: ", place_text(place_), " is a number, where ",
                           place_text(first()), " is a sequence of ", shape_[depth]));
    const Py_ssize_t n = PySequence_Fast_GET_SIZE(data);
    if (n != shape_[depth])
      throw ShapeError(str("tensor: ", place_text(place_), " has ", n, " entries, but ",
                           place_text(first()), " has ", shape_[depth],
                           "; rows must be of one length"));
    for (Py_ssize_t i = 0; i < n; ++i) {
      place_.push_back(i);
      if (i >= PySequence_Fast_GET_SIZE(data))  // an element's own code may change the list
        throw ValueError(
            str("tensor: ", place_text(place_), " is gone: the list changed while it was read"));
      const nanobind::object entry = nanobind::borrow(PySequence_Fast_GET_ITEM(data, i));
      read(entry.ptr(), depth + 1);
      place_.pop_back();
    }
  }

  void read_number(PyObject* data) {
    Scalar number;
    if (is_list(data))
      throw ShapeError(str("tensor: ", place_text(place_), " is a sequence, where ",
                           place_text(first()), " is a number"));
    std::optional<DType> dtype;  // of what has one: a tensor, or a number of NumPy's
    if (is_tensor(data) || (PyObject_CheckBuffer(data) && to_scalar(data, number))) {
      const Tensor element = is_tensor(data) ? tensor_of(data) : tensor_over_buffer(data, false);
      number = element.item_scalar();
      dtype = element.dtype();
    } else if (is_large_int(data)) {
      number = large_int(data);
      dtype = DType::i64;
      if (!too_large_) too_large_ = large_int_text(place_text(place_));
    } else if (!to_scalar(data, number)) {
      throw DTypeError(
          str("tensor: ", place_text(place_), " must be a number, not ", Py_TYPE(data)->tp_name));
    }
    const DType own = dtype.value_or(number.dtype());
    dtype_ = dtype_ ? promote_types(*dtype_, own) : own;
    numbers_.push_back(number);
  }

  /// The entry that set the standard for the current place.
  std::vector<std::int64_t> first() const { return std::vector<std::int64_t>(place_.size(), 0); }

  Shape shape_;
  std::vector<Scalar> numbers_;
  std::optional<DType> dtype_;  // that all numbers so far go into
  std::vector<std::int64_t> place_;
  std::optional<std::string> too_large_;  // what to say of an int that only floats can hold
};

/// Lists of tensors or arrays that are not single numbers are stacked.
bool holds_arrays(PyObject* data, int depth = 0) {
  if (!is_list(data) || PySequence_Fast_GET_SIZE(data) == 0) return false;
  if (depth > Shape::kMaxRank) return false;  // a list that holds itself: ListReader refuses it
  PyObject* first = PySequence_Fast_GET_ITEM(data, 0);
  if (is_tensor(first)) return tensor_of(first).dim() > 0;
  if (is_list(first)) return holds_arrays(first, depth + 1);
  Scalar number;
  return PyObject_CheckBuffer(first) && !to_scalar(first, number);
}

Tensor stack_of(PyObject* data) {
  std::vector<Tensor> rows;
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(data); ++i)
    rows.push_back(tensor_from(PySequence_Fast_GET_ITEM(data, i), std::nullopt));
  return stack(rows, 0);
}

/// A number beyond the range of a float dtype is infinite, alone as in a list.
Tensor number_from(const Scalar& number, std::optional<DType> dtype) {
  const DType own = dtype.value_or(is_floating(number.dtype()) ? kDefaultDType : number.dtype());
  if (is_floating(own) && !fits(number, own))
    return full({}, number, {.dtype = DType::f64}).to(own);
  return full({}, number, {.dtype = dtype});
}

/// The only positional argument, if it is data and not a size.
PyObject* data_argument(PyObject* args) {
  std::int64_t size;
  if (PyTuple_GET_SIZE(args) != 1) return nullptr;
  PyObject* only = PyTuple_GET_ITEM(args, 0);
  return to_int(only, size) && !is_tensor(only) ? nullptr : only;
}

/// A new object of `type` for a tensor that has none yet.
PyObject* as_new(const Tensor& tensor, PyTypeObject* type) {
  return to_object(tensor->binding ? alias(tensor) : tensor, type);
}

}  // namespace

Tensor tensor_from(PyObject* data, std::optional<DType> dtype) {
  NoGrad guard;
  Scalar number;
  if (is_tensor(data)) {
    const Tensor x = tensor_of(data).detach();
    return copied(x, dtype.value_or(x.dtype()));
  }
  if (!PyObject_CheckBuffer(data) && to_scalar(data, number)) return number_from(number, dtype);
  if (is_large_int(data)) {
    if (!dtype || is_integer(*dtype)) throw ValueError(large_int_text("data"));
    return number_from(large_int(data), dtype);
  }
  if (holds_arrays(data)) {
    const Tensor rows = stack_of(data);
    return dtype ? rows.to(*dtype) : rows;
  }
  if (is_list(data)) return ListReader(data).tensor(dtype);
  if (PyObject_CheckBuffer(data)) {
    const Tensor copy = tensor_over_buffer(data, false).clone();
    return dtype ? copy.to(*dtype) : copy;
  }
  PyObject* list = PySequence_Check(data) ? PySequence_List(data) : nullptr;  // any other sequence
  if (list) {
    const nanobind::object owned = nanobind::steal(list);
    return tensor_from(list, dtype);
  }
  PyErr_Clear();
  throw DTypeError(str("tensor: data must be a number, a list, a tensor or an array, not ",
                       Py_TYPE(data)->tp_name));
}

PyObject* new_tensor(PyTypeObject* type, PyObject* args, PyObject*) {
  return guarded([&] {
    if (PyObject* data = data_argument(args)) {
      if (is_tensor(data)) return as_new(alias(tensor_of(data).detach()), type);
      return as_new(tensor_from(data, kDefaultDType), type);
    }
    Shape shape{0};
    if (PyTuple_GET_SIZE(args) > 0 && !to_shape(args, shape))
      throw nanobind::type_error("Tensor takes sizes, or one list, array or tensor");
    return as_new(empty(shape), type);
  });
}

PyObject* new_parameter(PyTypeObject* type, PyObject* args, PyObject* kwargs) {
  static const char* names[] = {"data", "requires_grad", nullptr};
  PyObject* data = nullptr;
  int requires_grad = 1;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|Op:Parameter", const_cast<char**>(names), &data,
                                   &requires_grad))
    return nullptr;
  if (data == Py_None) data = nullptr;
  return guarded([&] {
    if (data && !is_tensor(data))
      throw nanobind::type_error(
          str("Parameter: data must be a tensor, not ", Py_TYPE(data)->tp_name).c_str());
    Tensor tensor = data ? alias(tensor_of(data).detach()) : empty({0});
    if (requires_grad) tensor.requires_grad_();
    return as_new(tensor, type);
  });
}

}  // namespace limpid::python

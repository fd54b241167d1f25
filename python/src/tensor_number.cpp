#include "tensor_number.h"

#include "casters.h"
#include "errors.h"
#include "gil.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/ops/matmul/matmul.h"
#include "limpid/ops/ops.h"
#include "tensor_index.h"
#include "tensor_object.h"

namespace limpid::python {

namespace {

// One struct an operator: the name of its formula for two tensors, or a tensor and a number.
#define LIMPID_OPERATOR(Name, formula)                                        \
  struct Name {                                                               \
    static Tensor apply(const Tensor& a, const Tensor& b) { return formula; } \
  };
LIMPID_OPERATOR(AddOp, add(a, b))
LIMPID_OPERATOR(SubOp, sub(a, b))
LIMPID_OPERATOR(MulOp, mul(a, b))
LIMPID_OPERATOR(DivOp, div(a, b))
LIMPID_OPERATOR(FloorDivideOp, floor_divide(a, b))
LIMPID_OPERATOR(RemainderOp, remainder(a, b))
LIMPID_OPERATOR(PowOp, pow(a, b))
LIMPID_OPERATOR(MatmulOp, matmul(a, b))
LIMPID_OPERATOR(AndOp, bitwise_and(a, b))
LIMPID_OPERATOR(OrOp, bitwise_or(a, b))
LIMPID_OPERATOR(XorOp, bitwise_xor(a, b))
#undef LIMPID_OPERATOR

PyObject* not_implemented() { return Py_NewRef(Py_NotImplemented); }

/// The number beside a tensor; false: none. An int of more than 64 bits is an error here: Python
/// would try other ways, and find `x == 2**70` to be False.
bool to_operand(PyObject* object, Scalar& out) {
  if (to_scalar(object, out)) return true;
  if (!PyLong_Check(object)) return false;
  PyErr_SetString(PyExc_OverflowError,
                  "an int beside a tensor must fit into 64 bits; write larger numbers as floats");
  throw nanobind::python_error();
}

/// a (op) b where one of them may be a number; matmul takes tensors only.
template <class Op>
PyObject* binary(PyObject* a, PyObject* b) {
  return guarded([&]() -> PyObject* {
    const bool tensors[] = {is_tensor(a), is_tensor(b)};
    if (tensors[0] && tensors[1]) {
      const Tensor x = tensor_of(a), y = tensor_of(b);
      return to_object(unlocked([&] { return Op::apply(x, y); }, x, y));
    }
    Scalar number;
    if (!to_operand(tensors[0] ? b : a, number)) return not_implemented();
    if constexpr (std::is_same_v<Op, MatmulOp>) return not_implemented();
    const Tensor x = tensor_of(tensors[0] ? a : b);
    if constexpr (std::is_same_v<Op, SubOp>)  // which refuses bools
      return to_object(unlocked([&] { return tensors[0] ? x - number : number - x; }, x));
    if constexpr (std::is_same_v<Op, DivOp>)
      return to_object(unlocked([&] { return tensors[0] ? x / number : number / x; }, x));
    const Tensor n = scalar_beside(number, x);
    return to_object(unlocked([&] { return tensors[0] ? Op::apply(x, n) : Op::apply(n, x); }, x));
  });
}

PyObject* power(PyObject* a, PyObject* b, PyObject* modulus) {
  if (modulus != Py_None) return not_implemented();
  return guarded([&]() -> PyObject* {
    Scalar number;  // the forms with a number know cheaper ways than the general power
    if (is_tensor(a) && !is_tensor(b) && to_operand(b, number)) {
      const Tensor x = tensor_of(a);
      return to_object(unlocked([&] { return pow(x, number); }, x));
    }
    if (!is_tensor(a) && to_operand(a, number)) return to_object(pow(number, tensor_of(b)));
    return binary<PowOp>(a, b);
  });
}

/// a (op)= b: the method runs in a's memory, and a itself is the result.
template <class InPlace>
PyObject* in_place(PyObject* a, PyObject* b, InPlace f) {
  return guarded([&]() -> PyObject* {
    Tensor x = tensor_of(a);
    Scalar number;
    if (is_tensor(b)) f(x, tensor_of(b));
    else if (to_operand(b, number)) f(x, number);
    else return not_implemented();
    return Py_NewRef(a);
  });
}
PyObject* add_in_place(PyObject* a, PyObject* b) {
  return in_place(a, b, [](Tensor& x, const auto& y) { x.add_(y); });
}
PyObject* sub_in_place(PyObject* a, PyObject* b) {
  return in_place(a, b, [](Tensor& x, const auto& y) { x.sub_(y); });
}
PyObject* mul_in_place(PyObject* a, PyObject* b) {
  return in_place(a, b, [](Tensor& x, const auto& y) { x.mul_(y); });
}
PyObject* div_in_place(PyObject* a, PyObject* b) {
  return in_place(a, b, [](Tensor& x, const auto& y) { x.div_(y); });
}

template <Tensor (*f)(const Tensor&)>
PyObject* unary(PyObject* a) {
  return guarded([&] {
    const Tensor x = tensor_of(a);
    return to_object(unlocked([&] { return f(x); }, x));
  });
}
PyObject* positive(PyObject* a) { return Py_NewRef(a); }

template <class Compare>
PyObject* compare_as(const Tensor& x, PyObject* other, Compare compare) {
  if (is_tensor(other)) {
    const Tensor y = tensor_of(other);
    return to_object(unlocked([&] { return compare(x, y); }, x, y));
  }
  Scalar number;
  if (!to_operand(other, number)) return not_implemented();
  return to_object(compare(x, number));
}

PyObject* compare(PyObject* a, PyObject* b, int how) {
  return guarded([&]() -> PyObject* {
    const Tensor x = tensor_of(a);
    switch (how) {
      case Py_EQ: return compare_as(x, b, [](const auto& p, const auto& q) { return eq(p, q); });
      case Py_NE: return compare_as(x, b, [](const auto& p, const auto& q) { return ne(p, q); });
      case Py_LT: return compare_as(x, b, [](const auto& p, const auto& q) { return lt(p, q); });
      case Py_LE: return compare_as(x, b, [](const auto& p, const auto& q) { return le(p, q); });
      case Py_GT: return compare_as(x, b, [](const auto& p, const auto& q) { return gt(p, q); });
      default: return compare_as(x, b, [](const auto& p, const auto& q) { return ge(p, q); });
    }
  });
}

// -- the only element as a Python number

int truth(PyObject* a) {
  PyObject* number = guarded([&] {
    const Tensor x = tensor_of(a);
    if (x.numel() != 1)
      throw ValueError(str("Boolean value of Tensor with ", x.numel() ? "more than one" : "no",
                           " value", x.numel() ? "" : "s", " is ambiguous, got shape ", x.shape(),
                           "; use .any() or .all()"));
    return from_scalar(x.item_scalar());
  });
  if (!number) return -1;
  const int result = PyObject_IsTrue(number);
  Py_DECREF(number);
  return result;
}

PyObject* converted(PyObject* a, PyObject* (*convert)(PyObject*)) {
  PyObject* number = guarded([&] { return from_scalar(tensor_of(a).item_scalar()); });
  if (!number) return nullptr;
  PyObject* result = convert(number);
  Py_DECREF(number);
  return result;
}
PyObject* as_float(PyObject* a) { return converted(a, PyNumber_Float); }
PyObject* as_int(PyObject* a) { return converted(a, PyNumber_Long); }
PyObject* as_index(PyObject* a) {
  return guarded([&]() -> PyObject* {
    const Tensor x = tensor_of(a);
    if (is_floating(x.dtype()) || x.numel() != 1) {
      PyErr_SetString(PyExc_TypeError,
                      "only integer tensors of a single element can be converted to an index");
      return nullptr;
    }
    return PyLong_FromLongLong(x.item<std::int64_t>());
  });
}

Py_ssize_t length(PyObject* a) {
  const Tensor x = tensor_of(a);
  if (x.dim() == 0) {
    PyErr_SetString(PyExc_TypeError, "len() of a 0-d tensor");
    return -1;
  }
  return static_cast<Py_ssize_t>(x.size(0));
}

/// value in a: True if any element equals it.
int contains(PyObject* a, PyObject* value) {
  PyObject* equal = compare(a, value, Py_EQ);
  if (!equal) return -1;
  PyObject* found = guarded([&] {
    if (!is_tensor(equal))
      throw DTypeError(str("in: a tensor holds numbers, and no ", Py_TYPE(value)->tp_name));
    return to_object(tensor_of(equal).any());
  });
  const int result = found ? truth(found) : -1;
  Py_XDECREF(found);
  Py_DECREF(equal);
  return result;
}

/// ", dtype=float64)" becomes ", dtype=limpid.float64)".
std::string with_python_dtype(std::string text) {
  const std::size_t at = text.rfind("dtype=");
  if (at != std::string::npos) text.insert(at + 6, "limpid.");
  return text;
}

PyObject* text(PyObject* a) {
  return guarded([&] {
    const std::string s = with_python_dtype(to_string(tensor_of(a)));
    return PyUnicode_FromStringAndSize(s.data(), static_cast<Py_ssize_t>(s.size()));
  });
}

Py_hash_t identity_hash(PyObject* a) { return _Py_HashPointer(a); }

}  // namespace

void add_number_slots(std::vector<PyType_Slot>& slots) {
  const auto add_slot = [&](int slot, auto* function) {
    slots.push_back({slot, reinterpret_cast<void*>(function)});
  };
  add_slot(Py_nb_add, binary<AddOp>);
  add_slot(Py_nb_subtract, binary<SubOp>);
  add_slot(Py_nb_multiply, binary<MulOp>);
  add_slot(Py_nb_true_divide, binary<DivOp>);
  add_slot(Py_nb_floor_divide, binary<FloorDivideOp>);
  add_slot(Py_nb_remainder, binary<RemainderOp>);
  add_slot(Py_nb_power, power);
  add_slot(Py_nb_matrix_multiply, binary<MatmulOp>);
  add_slot(Py_nb_and, binary<AndOp>);
  add_slot(Py_nb_or, binary<OrOp>);
  add_slot(Py_nb_xor, binary<XorOp>);
  add_slot(Py_nb_inplace_add, add_in_place);
  add_slot(Py_nb_inplace_subtract, sub_in_place);
  add_slot(Py_nb_inplace_multiply, mul_in_place);
  add_slot(Py_nb_inplace_true_divide, div_in_place);
  add_slot(Py_nb_negative, unary<neg>);
  add_slot(Py_nb_positive, positive);
  add_slot(Py_nb_absolute, unary<limpid::abs>);
  add_slot(Py_nb_invert, unary<bitwise_not>);
  add_slot(Py_nb_bool, truth);
  add_slot(Py_nb_float, as_float);
  add_slot(Py_nb_int, as_int);
  add_slot(Py_nb_index, as_index);
  add_slot(Py_tp_richcompare, compare);
  add_slot(Py_tp_hash, identity_hash);
  add_slot(Py_tp_repr, text);
  add_slot(Py_sq_contains, contains);
  add_slot(Py_mp_length, length);
  add_slot(Py_mp_subscript, get_item);
  add_slot(Py_mp_ass_subscript, set_item);
  add_slot(Py_tp_iter, iterate);
}

}  // namespace limpid::python

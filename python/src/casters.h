#pragma once
// How arguments and results cross the border between Python and C++.

#include <nanobind/nanobind.h>
#include <nanobind/stl/function.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include "limpid/core/int_pair.h"
#include "limpid/core/int_triple.h"
#include "limpid/core/scalar.h"
#include "limpid/tensor/tensors.h"
#include "tensor_object.h"

namespace limpid::python {

/// bool, int, float, or what turns into one (NumPy's scalars). False, without an exception, for
/// others.
bool to_scalar(PyObject* object, Scalar& out);
/// An int or what has __index__; no bool, no float.
bool to_int(PyObject* object, std::int64_t& out);
PyObject* from_scalar(const Scalar& value);

/// limpid.float32 etc., and Python's float, int and bool as in PyTorch.
bool to_dtype(PyObject* object, DType& out);
PyObject* dtype_object(DType dtype);
/// limpid.Size, a tuple of ints.
PyObject* to_size(const Shape& shape);
/// A list or tuple of ints, or a single one.
bool to_shape(PyObject* object, Shape& out);
/// Sizes of which there should be `wanted` (or one for all): remembers them for the message, and is
/// false.
bool wrong_count(PyObject* sizes, int wanted) noexcept;

/// The tensor of an argument that may be None.
inline Tensor or_none(const std::optional<Tensor>& tensor) { return tensor.value_or(Tensor()); }

/// A tensor, or a number that will take a dtype beside one.
struct Operand {
  Tensor tensor;  ///< undefined for a number
  Scalar number;
  /// As a tensor that may stand beside `other`.
  Tensor beside(const Tensor& other) const {
    return tensor.defined() ? tensor : scalar_beside(number, other);
  }
  explicit operator bool() const { return tensor.defined(); }
};

/// An axis, several, or None: none named.
struct Dims {
  std::optional<std::vector<std::int64_t>> list;
  explicit operator bool() const { return list.has_value(); }
  std::span<const std::int64_t> get() const {
    return list ? std::span<const std::int64_t>(*list) : std::span<const std::int64_t>();
  }
};

/// Tensors in a list or a tuple.
using TensorList = std::vector<Tensor>;

/// One size, which may stand in a sequence of its own: 2, (2,).
struct IntSingle {
  std::int64_t value = 0;
  IntSingle() = default;
  explicit IntSingle(std::int64_t v) : value(v) {}
};

/// Results that become a tuple.
struct TensorTuple {
  std::vector<Tensor> tensors;
};
/// One result comes alone, several as a tuple.
struct TensorOrTuple {
  std::vector<Tensor> tensors;
};
/// Two results under the names of limpid.return_types.<type>; see return_types.cpp.
struct NamedPair {
  const char* type;
  Tensor first, second;
};
/// A new reference; null with an exception set when there is no memory.
PyObject* to_tuple(const std::vector<Tensor>& tensors);
PyObject* to_named_tuple(const NamedPair& pair);

/// Sizes given as several arguments or as one sequence: x.view(2, 3), x.view((2, 3)).
Shape sizes_of(nanobind::args args);
std::vector<std::int64_t> ints_of(nanobind::args args);
/// Tensors given as several arguments or as one sequence: f(a, b), f([a, b]).
TensorList tensors_of(nanobind::args args);

}  // namespace limpid::python

namespace nanobind::detail {

template <>
struct type_caster<limpid::Tensor> {
  NB_TYPE_CASTER(limpid::Tensor, const_name("limpid.Tensor"))
  bool from_python(handle source, std::uint8_t, cleanup_list*) noexcept {
    if (!limpid::python::is_tensor(source.ptr())) return false;
    value = limpid::python::tensor_of(source.ptr());
    return true;
  }
  static handle from_cpp(const limpid::Tensor& tensor, rv_policy, cleanup_list*) noexcept {
    return limpid::python::to_object(tensor);
  }
};

#define LIMPID_CASTER(Type, text, read, write)                                                    \
  template <>                                                                                     \
  struct type_caster<Type> {                                                                      \
    NB_TYPE_CASTER(Type, const_name(text))                                                        \
    bool from_python(handle source, std::uint8_t, cleanup_list*) noexcept {                       \
      return read(source.ptr(), value);                                                           \
    }                                                                                             \
    static handle from_cpp(const Type& v, rv_policy, cleanup_list*) noexcept { return write(v); } \
  };
LIMPID_CASTER(limpid::Scalar, "float | int | bool", limpid::python::to_scalar,
              limpid::python::from_scalar)
LIMPID_CASTER(limpid::DType, "limpid.dtype", limpid::python::to_dtype, limpid::python::dtype_object)
LIMPID_CASTER(limpid::Shape, "collections.abc.Sequence[int] | int", limpid::python::to_shape,
              limpid::python::to_size)
#undef LIMPID_CASTER

template <>
struct type_caster<limpid::python::TensorTuple> {
  NB_TYPE_CASTER(limpid::python::TensorTuple, const_name("tuple[limpid.Tensor, ...]"))
  static handle from_cpp(const limpid::python::TensorTuple& v, rv_policy, cleanup_list*) noexcept {
    return limpid::python::to_tuple(v.tensors);
  }
};
template <>
struct type_caster<limpid::python::TensorOrTuple> {
  NB_TYPE_CASTER(limpid::python::TensorOrTuple,
                 const_name("limpid.Tensor | tuple[limpid.Tensor, ...]"))
  static handle from_cpp(const limpid::python::TensorOrTuple& v, rv_policy,
                         cleanup_list*) noexcept {
    return v.tensors.size() == 1 ? limpid::python::to_object(v.tensors[0])
                                 : limpid::python::to_tuple(v.tensors);
  }
};
template <>
struct type_caster<limpid::python::NamedPair> {
  NB_TYPE_CASTER(limpid::python::NamedPair, const_name("tuple[limpid.Tensor, limpid.Tensor]"))
  static handle from_cpp(const limpid::python::NamedPair& v, rv_policy, cleanup_list*) noexcept {
    return limpid::python::to_named_tuple(v);
  }
};
template <>
struct type_caster<limpid::python::IntSingle> {
  NB_TYPE_CASTER(limpid::python::IntSingle, const_name("int | collections.abc.Sequence[int]"))
  bool from_python(handle source, std::uint8_t, cleanup_list*) noexcept {
    limpid::Shape list;
    if (!limpid::python::to_shape(source.ptr(), list)) return false;
    if (list.rank() != 1) return limpid::python::wrong_count(source.ptr(), 1);
    value = limpid::python::IntSingle(list[0]);
    return true;
  }
};

/// One number for all axes, or one an axis.
template <class Sizes, int count>
struct sizes_caster {
  NB_TYPE_CASTER(Sizes, const_name("int | collections.abc.Sequence[int]"))
  bool from_python(handle source, std::uint8_t, cleanup_list*) noexcept {
    std::int64_t all;
    if (limpid::python::to_int(source.ptr(), all)) {
      value = Sizes(all);
      return true;
    }
    limpid::Shape list;
    if (!limpid::python::to_shape(source.ptr(), list)) return false;
    if (list.rank() == 1) value = Sizes(list[0]);
    else if (list.rank() != count) return limpid::python::wrong_count(source.ptr(), count);
    else if constexpr (count == 2) value = Sizes(list[0], list[1]);
    else value = Sizes(list[0], list[1], list[2]);
    return true;
  }
};
template <>
struct type_caster<limpid::IntPair> : sizes_caster<limpid::IntPair, 2> {
  static handle from_cpp(const limpid::IntPair& v, rv_policy, cleanup_list*) noexcept {
    return limpid::python::to_size({v.height, v.width});
  }
};
template <>
struct type_caster<limpid::IntTriple> : sizes_caster<limpid::IntTriple, 3> {
  static handle from_cpp(const limpid::IntTriple& v, rv_policy, cleanup_list*) noexcept {
    return limpid::python::to_size({v.depth, v.height, v.width});
  }
};

template <>
struct type_caster<limpid::python::Operand> {
  NB_TYPE_CASTER(limpid::python::Operand, const_name("limpid.Tensor | float | int | bool"))
  bool from_python(handle source, std::uint8_t, cleanup_list*) noexcept {
    if (limpid::python::is_tensor(source.ptr())) {
      value.tensor = limpid::python::tensor_of(source.ptr());
      return true;
    }
    return limpid::python::to_scalar(source.ptr(), value.number);
  }
};

template <>
struct type_caster<limpid::python::Dims> {
  NB_TYPE_CASTER(limpid::python::Dims, const_name("int | collections.abc.Sequence[int] | None"))
  bool from_python(handle source, std::uint8_t, cleanup_list*) noexcept {
    if (source.is_none()) return true;
    limpid::Shape list;
    if (!limpid::python::to_shape(source.ptr(), list)) return false;
    value.list.emplace(list.begin(), list.end());
    return true;
  }
};

}  // namespace nanobind::detail

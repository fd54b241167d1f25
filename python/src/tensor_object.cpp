#include "tensor_object.h"

#include <structmember.h>

#include "hooks.h"
#include "tensor_construct.h"
#include "tensor_memory.h"
#include "tensor_number.h"

namespace limpid::python {

PyTypeObject* tensor_type = nullptr;
PyTypeObject* parameter_type = nullptr;

namespace {

TensorObject* as_tensor(PyObject* object) { return reinterpret_cast<TensorObject*>(object); }

bool can_be_told_from_a_new_one(TensorObject* self) {
  return Py_TYPE(self) != tensor_type || self->weak_references ||
         (self->attributes && PyDict_GET_SIZE(self->attributes) > 0);
}

/// Goes over to the second state. The count of `object`, which has just become 0, is 1 again then.
bool hand_to_tensor(PyObject* object) {
  TensorObject* self = as_tensor(object);
  TensorImpl* impl = self->impl;
  if (!impl || !self->owns_tensor || impl->references.value() == 1 ||
      !can_be_told_from_a_new_one(self))
    return false;
  Py_SET_REFCNT(object, 1);
  self->owns_tensor = false;
  Ptr<TensorImpl>::adopt(impl);  // gives up the reference; when it was the last, `object` goes too
  return true;
}

void dealloc(PyObject* object) {
  if (hand_to_tensor(object)) {
    // A subclass's own dealloc has taken it out of the garbage collector's sight.
    if (!PyObject_GC_IsTracked(object)) PyObject_GC_Track(object);
    return;
  }
  TensorObject* self = as_tensor(object);
  PyTypeObject* type = Py_TYPE(object);
  PyObject_GC_UnTrack(object);
  if (self->weak_references) PyObject_ClearWeakRefs(object);
  Py_CLEAR(self->attributes);
  if (TensorImpl* impl = std::exchange(self->impl, nullptr)) {
    if (impl->binding == object) impl->binding = nullptr;
    if (self->owns_tensor) Ptr<TensorImpl>::adopt(impl);
  }
  type->tp_free(object);
  Py_DECREF(type);
}

/// A dying tensor lets go of the object it holds.
void release_object(void* binding) {
  if (!Py_IsInitialized()) return;
  const PyGILState_STATE state = PyGILState_Ensure();
  auto* object = static_cast<PyObject*>(binding);
  as_tensor(object)->impl = nullptr;
  Py_DECREF(object);
  PyGILState_Release(state);
}

/// The object of a tensor that nobody holds but `owner`: the garbage collector must see the way to
/// it, or a cycle such as x.grad.note = x would never go.
PyObject* object_held_by(const Ptr<TensorImpl>& owner) {
  if (!owner || owner->references.value() != 1 || !owner->binding) return nullptr;
  auto* object = static_cast<PyObject*>(owner->binding);
  return as_tensor(object)->owns_tensor ? nullptr : object;
}

int traverse(PyObject* object, visitproc visit, void* arg) {
  Py_VISIT(as_tensor(object)->attributes);
  if (const TensorImpl* impl = as_tensor(object)->impl; impl && impl->references.value() == 1) {
    Py_VISIT(object_held_by(impl->grad));
    Py_VISIT(object_held_by(impl->view_base));
    if (const int stopped = visit_hooks(*impl, visit, arg)) return stopped;
  }
  Py_VISIT(Py_TYPE(object));
  return 0;
}

int clear(PyObject* object) {
  const TensorImpl* impl = as_tensor(object)->impl;
  if (impl && impl->references.value() == 1) drop_hooks(*impl);
  Py_CLEAR(as_tensor(object)->attributes);
  return 0;
}

PyMemberDef members[] = {
    {"__dictoffset__", T_PYSSIZET, offsetof(TensorObject, attributes), READONLY, nullptr},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(TensorObject, weak_references), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr}};

PyGetSetDef dict_getset[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr}};

PyTypeObject* make_type(const char* name, newfunc make, PyTypeObject* base, const char* doc) {
  std::vector<PyType_Slot> slots = {{Py_tp_new, reinterpret_cast<void*>(make)},
                                    {Py_tp_dealloc, reinterpret_cast<void*>(dealloc)},
                                    {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
                                    {Py_tp_clear, reinterpret_cast<void*>(clear)},
                                    {Py_tp_doc, const_cast<char*>(doc)}};
  if (!base) {
    slots.push_back({Py_tp_members, members});
    slots.push_back({Py_tp_getset, dict_getset});
    add_number_slots(slots);
    slots.push_back({Py_bf_getbuffer, reinterpret_cast<void*>(get_buffer)});
    slots.push_back({Py_bf_releasebuffer, reinterpret_cast<void*>(release_buffer)});
  }
  slots.push_back({0, nullptr});
  PyType_Spec spec{name, sizeof(TensorObject), 0,
                   Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, slots.data()};
  PyObject* bases = base ? PyTuple_Pack(1, base) : nullptr;
  PyObject* type = PyType_FromSpecWithBases(&spec, bases);
  Py_XDECREF(bases);
  return reinterpret_cast<PyTypeObject*>(type);
}

}  // namespace

PyObject* to_object(const Tensor& tensor, PyTypeObject* type) {
  if (!tensor.defined()) Py_RETURN_NONE;
  TensorImpl* impl = tensor.impl();
  if (impl->binding) {
    auto* object = static_cast<PyObject*>(impl->binding);
    if (as_tensor(object)->owns_tensor) return Py_NewRef(object);
    as_tensor(object)->owns_tensor = true;  // back to the first state
    impl->references.increment();
    return object;
  }
  if (!type) type = tensor_type;
  PyObject* object = type->tp_alloc(type, 0);
  if (!object) return nullptr;
  impl->references.increment();
  as_tensor(object)->impl = impl;
  as_tensor(object)->owns_tensor = true;
  impl->binding = object;
  return object;
}

bool add_tensor_types(PyObject* module) {
  release_binding = release_object;
  tensor_type = make_type(
      "limpid.Tensor", new_tensor, nullptr,
      "A block of numbers of one dtype, with a shape and, where asked for, a record of how "
      "it was made.");
  if (!tensor_type) return false;
  parameter_type = make_type("limpid.nn.parameter.Parameter", new_parameter, tensor_type,
                             "Parameter(data, requires_grad=True): a tensor that a module learns.");
  return parameter_type &&
         PyModule_AddObjectRef(module, "Tensor", reinterpret_cast<PyObject*>(tensor_type)) == 0 &&
         PyModule_AddObjectRef(module, "Parameter", reinterpret_cast<PyObject*>(parameter_type)) ==
             0;
}

}  // namespace limpid::python

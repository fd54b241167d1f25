// limpid.return_types: the named tuples of max(x, dim), sort(x), ... as in torch.return_types.

#include <map>

#include "casters.h"
#include "tables.h"

namespace nb = nanobind;

namespace limpid::python {

namespace {

std::map<std::string_view, PyTypeObject*>& types() {
  static std::map<std::string_view, PyTypeObject*> all;
  return all;
}

/// A subclass of tuple whose items have names.
PyTypeObject* make_type(const char* full_name, const char* first, const char* second) {
  PyStructSequence_Field fields[] = {{first, nullptr}, {second, nullptr}, {nullptr, nullptr}};
  PyStructSequence_Desc description{full_name, "Two tensors, by place and by name.", fields, 2};
  return PyStructSequence_NewType(&description);
}

}  // namespace

PyObject* to_tuple(const std::vector<Tensor>& tensors) {
  PyObject* tuple = PyTuple_New(static_cast<Py_ssize_t>(tensors.size()));
  for (std::size_t i = 0; tuple && i < tensors.size(); ++i) {
    PyObject* object = to_object(tensors[i]);
    if (!object) Py_CLEAR(tuple);
    else PyTuple_SET_ITEM(tuple, static_cast<Py_ssize_t>(i), object);
  }
  return tuple;
}

PyObject* to_named_tuple(const NamedPair& pair) {
  PyObject* tuple = PyStructSequence_New(types().at(pair.type));
  if (!tuple) return nullptr;
  PyStructSequence_SetItem(tuple, 0, to_object(pair.first));
  PyStructSequence_SetItem(tuple, 1, to_object(pair.second));
  return tuple;
}

void add_return_types(nb::module_& m) {
  nb::module_ scope = m.def_submodule("return_types", "The named tuples that ops return.");
  static const char* const names[][2] = {
      {"max", "limpid.return_types.max"},           {"min", "limpid.return_types.min"},
      {"sort", "limpid.return_types.sort"},         {"topk", "limpid.return_types.topk"},
      {"kthvalue", "limpid.return_types.kthvalue"}, {"median", "limpid.return_types.median"},
      {"mode", "limpid.return_types.mode"},         {"cummax", "limpid.return_types.cummax"},
      {"cummin", "limpid.return_types.cummin"},     {"aminmax", "limpid.return_types.aminmax"}};
  for (const auto& [name, full_name] : names) {
    const bool extremes = std::string_view(name) == "aminmax";
    PyTypeObject* type =
        make_type(full_name, extremes ? "min" : "values", extremes ? "max" : "indices");
    if (!type) throw nb::python_error();
    types()[name] = type;
    scope.attr(name) = nb::handle(reinterpret_cast<PyObject*>(type));
  }
}

}  // namespace limpid::python

// What bound functions say of arguments that they do not take. nanobind lists the signatures in C++
// and stops there; limpid/_refusals.py says which argument it is and what was expected.
//
// A bound function is called through a pointer that it holds (Python's vectorcall protocol). Here
// each gets one that goes on to nanobind's, and looks at what failed only where something did.

#include <cstring>
#include <utility>

#include "casters.h"
#include "in_python.h"
#include "tables.h"

namespace limpid::python {

namespace nb = nanobind;

namespace {

constexpr int kMost = 8;  // nanobind has a few ways to call, for few arguments and for many
vectorcallfunc nanobinds[kMost];

/// Sizes that were too few or too many, and how many there should be.
struct WrongCount {
  PyObject* sizes = nullptr;  // to compare with an argument, not to follow
  int wanted = 0;
};
thread_local WrongCount last_count;

/// The text of an error that may be about types, empty for others.
std::string text_of(nb::handle error) {
  if (!PyErr_GivenExceptionMatches(error.ptr(), PyExc_TypeError) &&
      reinterpret_cast<PyObject*>(Py_TYPE(error.ptr())) != PyExc_RuntimeError)
    return "";
  return nb::cast<std::string>(nb::str(error));
}

/// No overload fitted, or a function that took anything found that it was something else.
bool is_refusal(const std::string& text) {
  return text == "std::bad_cast" ||
         text.find("(): incompatible function arguments") != std::string::npos;
}

/// "{}: sizes must be ints" with the name of the function (convert.cpp).
std::string named(std::string text, const std::string& name) {
  for (std::size_t at = text.find("{}"); at != std::string::npos; at = text.find("{}"))
    text.replace(at, 2, name);
  return text;
}

/// An error of limpid's that did not pass through code of Python, whose words it would be.
bool is_of_library(const nb::python_error& raised) {
  static PyObject* const kind =
      nb::object(nb::module_::import_("limpid._C").attr("Error")).release().ptr();
  return PyErr_GivenExceptionMatches(raised.value().ptr(), kind) && !raised.traceback().is_valid();
}

struct Arguments {
  nb::list given;
  nb::dict by_name;
};
Arguments arguments_of(PyObject* const* arguments, std::size_t count, PyObject* names) {
  Arguments out;
  for (std::size_t i = 0; i < count; ++i) out.given.append(nb::handle(arguments[i]));
  const Py_ssize_t keywords = names ? PyTuple_GET_SIZE(names) : 0;
  for (Py_ssize_t i = 0; i < keywords; ++i)
    out.by_name[nb::handle(PyTuple_GET_ITEM(names, i))] =
        nb::handle(arguments[static_cast<Py_ssize_t>(count) + i]);
  return out;
}

/// The sizes among the arguments that were too few or too many; None: it was not that.
nb::object wrong_sizes(const Arguments& all, PyObject* sizes) {
  for (nb::handle value : all.given)
    if (value.ptr() == sizes) return nb::borrow(value);
  for (auto [name, value] : all.by_name)
    if (value.ptr() == sizes) return nb::borrow(value);
  return nb::none();
}

nb::object refusal(PyObject* function, const Arguments& all) {
  const WrongCount found = std::exchange(last_count, {});
  return nb::module_::import_("limpid._refusals")
      .attr("refusal")(nb::handle(function), all.given, all.by_name, wrong_sizes(all, found.sizes),
                       found.wanted);
}

[[gnu::cold]] void explain(PyObject* function, PyObject* const* arguments, std::size_t flags,
                           PyObject* names) {
  nb::python_error raised;  // takes it over
  try {
    const auto name = nb::cast<std::string>(nb::handle(function).attr("__name__"));
    // The upper bits of the count are flags, of Python's protocol and of nanobind's own.
    const Arguments all = arguments_of(arguments, flags & 0xffffff, names);
    const std::string text = text_of(raised.value());
    if (text.starts_with("{}")) {
      PyErr_SetString(PyExc_TypeError, named(text, name).c_str());
    } else if (is_refusal(text)) {
      const nb::object better = refusal(function, all);
      PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(better.ptr())), better.ptr());
    } else {
      if (is_of_library(raised) && !name.starts_with("_"))
        nb::module_::import_("limpid._callers")
            .attr("name_bound")(nb::handle(function), raised.value(), all.given, all.by_name);
      raised.restore();
    }
  } catch (nb::python_error&) {
    raised.restore();
  }
}

template <int way>
PyObject* call(PyObject* function, PyObject* const* arguments, std::size_t flags, PyObject* names) {
  PyObject* result = nanobinds[way](function, arguments, flags, names);
  if (!result) [[unlikely]]
    explain(function, arguments, flags, names);
  return result;
}

constexpr vectorcallfunc kOurs[kMost] = {call<0>, call<1>, call<2>, call<3>,
                                         call<4>, call<5>, call<6>, call<7>};

bool is_bound(PyObject* object) {
  const char* name = Py_TYPE(object)->tp_name;
  return std::strcmp(name, "nanobind.nb_func") == 0 || std::strcmp(name, "nanobind.nb_method") == 0;
}

void go_through_us(PyObject* function) {
  const Py_ssize_t offset = Py_TYPE(function)->tp_vectorcall_offset;
  vectorcallfunc way;
  std::memcpy(&way, reinterpret_cast<char*>(function) + offset, sizeof way);
  for (int i = 0; i < kMost; ++i) {
    if (way == kOurs[i]) return;  // it has two names
    if (!nanobinds[i]) nanobinds[i] = way;
    if (nanobinds[i] != way) continue;
    std::memcpy(reinterpret_cast<char*>(function) + offset, &kOurs[i], sizeof way);
    return;
  }
}

void visit(nb::handle object);
void visit_all(nb::handle scope) {
  for (nb::handle value : nb::list(nb::handle(scope.attr("__dict__")).attr("values")()))
    visit(value);
}

/// Functions, those of classes and properties, and what submodules hold.
void visit(nb::handle object) {
  if (is_bound(object.ptr())) go_through_us(object.ptr());
  else if (PyType_Check(object.ptr())) {
    if (nb::hasattr(object, "__module__") &&
        nb::cast<std::string>(nb::str(object.attr("__module__"))).starts_with("limpid"))
      visit_all(object);
  } else if (Py_TYPE(object.ptr()) == &PyProperty_Type) {
    for (const char* part : {"fget", "fset"}) visit(object.attr(part));
  } else if (PyModule_Check(object.ptr()) &&
             nb::cast<std::string>(object.attr("__name__")).starts_with("limpid._C")) {
    visit_all(object);
  }
}

}  // namespace

bool wrong_count(PyObject* sizes, int wanted) noexcept {
  last_count = {sizes, wanted};
  return false;
}

void add_refusals(nb::module_& m) {
  m.def("_in_python", in_python, nb::arg("text"));
  visit(m);
}

}  // namespace limpid::python

#pragma once
// A row of the tables of ops (ops_*.cpp): one C++ function becomes
//   limpid.name(input, ..., out=None)     the function
//   Tensor.name(...)                      the method
//   Tensor.name_(...)                     in place, where the row asks for it
// with the name and the docstring of its card.

#include <nanobind/nanobind.h>

#include <string>

#include "casters.h"
#include "gil.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/op/inplace.h"
#include "limpid/op/op_info.h"

namespace limpid::python {

namespace nb = nanobind;
using namespace nb::literals;

/// Which forms a row has.
enum Forms : unsigned { kFunction = 1, kMethod = 2, kOut = 4 };
inline constexpr unsigned kUsual = kFunction | kMethod | kOut;

/// Summary, shapes, formula and source of a card, as a docstring in NumPy's style.
std::string docstring(const OpDoc& doc);

/// out=: writes `result` into `out`, which gets its shape if it must, and returns it.
Tensor write_out(const Tensor& result, const Tensor& out);

template <class... Extra>
inline constexpr bool kHasKeywordOnly = (std::is_same_v<Extra, nb::kw_only> || ...);

template <class F, class... Extra>
void define(nb::handle scope, const char* name, const std::string& doc, F&& f,
            const Extra&... extra) {
  nb::cpp_function_def(std::forward<F>(f), nb::scope(scope), nb::name(name), doc.c_str(), extra...);
}

template <class R, class... A, class... Extra>
void define_function(nb::handle scope, const char* name, const std::string& doc, unsigned forms,
                     R (*f)(A...), const Extra&... extra) {
  if constexpr (std::is_same_v<R, Tensor>) {
    if (forms & kOut) {
      const auto with_out = [f](A... a, const std::optional<Tensor>& out) {
        Tensor result = unlocked([&] { return f(a...); }, a...);
        return out ? write_out(result, *out) : result;
      };
      if constexpr (kHasKeywordOnly<Extra...>)
        define(scope, name, doc, with_out, extra..., "out"_a = nb::none());
      else define(scope, name, doc, with_out, extra..., nb::kw_only(), "out"_a = nb::none());
      return;
    }
  }
  define(
      scope, name, doc, [f](A... a) { return unlocked([&] { return f(a...); }, a...); }, extra...);
}

/// The same without the name of the first argument, which is self.
template <class R, class... A, class First, class... Extra>
void define_method(const char* name, const std::string& doc, R (*f)(A...), const First&,
                   const Extra&... extra) {
  define(
      reinterpret_cast<PyObject*>(tensor_type), name, doc,
      [f](A... a) { return unlocked([&] { return f(a...); }, a...); }, nb::is_method(), extra...);
}

/// Tensor.name_: the result goes into self's memory, and self is returned.
template <class R, class First, class... A, class Input, class... Extra>
void define_in_place(const std::string& name, R (*f)(First, A...), const Input&,
                     const Extra&... extra) {
  const char* kept = PyUnicode_AsUTF8(PyUnicode_InternFromString((name + "_").c_str()));
  define(
      reinterpret_cast<PyObject*>(tensor_type), kept, "In-place form of `" + name + "`.",
      [f, kept](const Tensor& self, A... a) {
        unlocked([&] { assign(self, f(self, a...), kept); }, self, a...);
        return self;
      },
      nb::is_method(), extra...);
}

/// One row under a name of its own, with any docstring.
template <class F, class... Extra>
void row(nb::module_& m, const char* name, const std::string& doc, unsigned forms, F f,
         const Extra&... extra) {
  const auto function = +f;
  if (forms & kFunction) define_function(m, name, doc, forms, function, extra...);
  if constexpr (sizeof...(Extra) > 0) {
    if (forms & kMethod) define_method(name, doc, function, extra...);
  }
}

/// One row with name and docstring of a card or composite.
template <class Card, class F, class... Extra>
void op(nb::module_& m, unsigned forms, F f, const Extra&... extra) {
  row(m, Card::doc.name.data(), docstring(Card::doc), forms, f, extra...);
}

/// The same with the in-place form.
template <class Card, class F, class... Extra>
void op_and_in_place(nb::module_& m, F f, const Extra&... extra) {
  op<Card>(m, kUsual, f, extra...);
  define_in_place(std::string(Card::doc.name), +f, extra...);
}

}  // namespace limpid::python

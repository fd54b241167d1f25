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
NamedPair write_out(const NamedPair& result, const std::pair<Tensor, Tensor>& out);

/// What out= takes for a result of type R; void: there is no out=.
template <class R>
struct OutOf {
  using type = void;
};
template <>
struct OutOf<Tensor> {
  using type = Tensor;
};
template <>
struct OutOf<NamedPair> {
  using type = std::pair<Tensor, Tensor>;
};

template <class E>
concept Argument = requires(E e) {
  e.name_;
  e.signature_;
};
template <class... Extra>
inline constexpr bool kHasKeywordOnly = (std::is_same_v<Extra, nb::kw_only> || ...);

/// NumPy's words, which PyTorch understands too.
enum Words : unsigned { kAxis = 1, kKeepdims = 2 };
template <class E>
unsigned words_of(const E& extra) {
  if constexpr (Argument<E>) {
    if (std::string_view(extra.name_) == "dim") return kAxis;
    if (std::string_view(extra.name_) == "keepdim") return kKeepdims;
  }
  return 0;
}
/// The argument under NumPy's name.
template <class E>
E said_in(unsigned words, E extra) {
  if constexpr (Argument<E>) {
    const unsigned word = words_of(extra) & words;
    if (word) extra.name_ = word == kAxis ? "axis" : "keepdims";
  }
  return extra;
}

/// A function of `scope`. One that knows dim= and keepdim= takes axis= and keepdims= as well.
template <class F, class... Extra>
void define(nb::handle scope, const char* name, const std::string& doc, const F& f,
            const Extra&... extra) {
  const unsigned known = (words_of(extra) | ... | 0u);
  for (unsigned words = 0; words <= known; ++words)
    if ((words & ~known) == 0)
      nb::cpp_function_def(F(f), nb::scope(scope), nb::name(name), words ? "" : doc.c_str(),
                           said_in(words, extra)...);
}

template <class R, class... A, class... Extra>
void define_function(nb::handle scope, const char* name, const std::string& doc, unsigned forms,
                     R (*f)(A...), const Extra&... extra) {
  using Out = typename OutOf<R>::type;
  if constexpr (!std::is_void_v<Out>) {
    if (forms & kOut) {
      const auto with_out = [f](A... a, const std::optional<Out>& out) {
        R result = unlocked([&] { return f(a...); }, a...);
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

/// self = f(self), in self's memory. Where the record of f keeps self, whose elements are about to
/// go, f runs again on a copy.
template <class F>
void change_in_place(const Tensor& self, const char* name, F&& f) {
  const auto holders = [&] { return self->references.value() + self->storage->references.value(); };
  const std::uint32_t before = holders();
  Tensor result = f(self);
  if (result.requires_grad() && holders() > before) result = f(self.clone());
  assign(self, result, name);
}

/// Tensor.name_: the result goes into self's memory, and self is returned.
template <class R, class First, class... A, class Input, class... Extra>
void define_in_place(const std::string& name, R (*f)(First, A...), const Input&,
                     const Extra&... extra) {
  const char* kept = PyUnicode_AsUTF8(PyUnicode_InternFromString((name + "_").c_str()));
  define(
      reinterpret_cast<PyObject*>(tensor_type), kept, "In-place form of `" + name + "`.",
      [f, kept](const Tensor& self, A... a) {
        unlocked([&] { change_in_place(self, kept, [&](const Tensor& x) { return f(x, a...); }); },
                 self, a...);
        return self;
      },
      nb::is_method(), extra...);
}

/// The same where the function is nothing but the card: its kernel may write into self.
template <Operator Card>
void define_unary_in_place() {
  const std::string name = std::string(Card::doc.name) + "_";
  const char* kept = PyUnicode_AsUTF8(PyUnicode_InternFromString(name.c_str()));
  define_method(
      kept, str("In-place form of `", Card::doc.name, "`."),
      +[](const Tensor& self) {
        static const std::string called = std::string(Card::doc.name) + "_";
        apply_inplace(Card{}, called.c_str(), self);
        return self;
      },
      "input"_a);
}
template <Operator Card>
void define_binary_in_place() {
  const std::string name = std::string(Card::doc.name) + "_";
  const char* kept = PyUnicode_AsUTF8(PyUnicode_InternFromString(name.c_str()));
  define_method(
      kept, str("In-place form of `", Card::doc.name, "`."),
      +[](const Tensor& self, const Operand& other) {
        static const std::string called = std::string(Card::doc.name) + "_";
        apply_inplace(Card{}, called.c_str(), self, other.beside(self));
        return self;
      },
      "input"_a, "other"_a);
}

/// Tensor.name for a function of sizes, which may stand alone or in a sequence: x.view(2, 3),
/// x.view((2, 3)).
template <class Card>
void sized_method(const char* name, const char* argument,
                  Tensor (*f)(const Tensor&, const Shape&)) {
  const nb::handle scope(reinterpret_cast<PyObject*>(tensor_type));
  define(
      scope, name, docstring(Card::doc),
      [f](const Tensor& self, const Shape& sizes) { return f(self, sizes); }, nb::is_method(),
      nb::arg(argument));
  define(
      scope, name, "", [f](const Tensor& self, nb::args sizes) { return f(self, sizes_of(sizes)); },
      nb::is_method());
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

/// The functions of limpid.nn.functional that limpid itself does not have.
inline nb::module_ functional(nb::module_& m) { return m.def_submodule("_nn"); }

/// The input converted by dtype=.
inline Tensor as_dtype(const Tensor& input, const std::optional<DType>& dtype) {
  return dtype ? input.to(*dtype) : input;
}
/// f(input), in the input's own memory for inplace=True.
template <class F>
Tensor computed(const Tensor& input, bool inplace, const char* name, F&& f) {
  if (!inplace) return f(input);
  change_in_place(input, name, f);
  return input;
}
/// A number as a tensor of this dtype takes it when it is filled: 3 is true, 2.7 becomes 2.
Scalar fitted(const Scalar& value, DType dtype);

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

/// A function of one tensor, with its in-place form.
template <class Card>
void op_of_one(nb::module_& m, Tensor (*f)(const Tensor&)) {
  op<Card>(m, kUsual, f, "input"_a);
  if constexpr (Operator<Card>) define_unary_in_place<Card>();
  else define_in_place(std::string(Card::doc.name), f, "input"_a);
}

/// A function of a tensor and a tensor or number, with its in-place form.
template <class Card, Tensor (*f)(const Tensor&, const Tensor&)>
void op_of_two(nb::module_& m) {
  const auto call =
      +[](const Tensor& input, const Operand& other) { return f(input, other.beside(input)); };
  op<Card>(m, kUsual, call, "input"_a, "other"_a);
  if constexpr (Operator<Card>) define_binary_in_place<Card>();
  else define_in_place(std::string(Card::doc.name), call, "input"_a, "other"_a);
}

}  // namespace limpid::python

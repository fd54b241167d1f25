// Second names that PyTorch has for the same function: absolute for abs, multiply for mul.

#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

namespace {

struct Alias {
  const char* alias;
  const char* name;
};
constexpr Alias kAliases[] = {
    {"absolute", "abs"},     {"negative", "neg"},     {"multiply", "mul"},  {"divide", "div"},
    {"true_divide", "div"},  {"subtract", "sub"},     {"clip", "clamp"},    {"fix", "trunc"},
    {"arccos", "acos"},      {"arcsin", "asin"},      {"arctan", "atan"},   {"arctan2", "atan2"},
    {"arccosh", "acosh"},    {"arcsinh", "asinh"},    {"arctanh", "atanh"}, {"greater", "gt"},
    {"greater_equal", "ge"}, {"less", "lt"},          {"less_equal", "le"}, {"not_equal", "ne"},
    {"special_erf", "erf"},  {"special_erfc", "erfc"}};

void copy(nb::handle scope, const std::string& alias, const std::string& name) {
  if (!nb::hasattr(scope, name.c_str()) || nb::hasattr(scope, alias.c_str())) return;
  nb::object value = scope.attr(name.c_str());
  scope.attr(alias.c_str()) = value;
}

}  // namespace

void add_aliases(nb::module_& m) {
  const nb::handle tensor(reinterpret_cast<PyObject*>(tensor_type));
  for (const auto& [alias, name] : kAliases) {
    copy(m, alias, name);
    copy(tensor, alias, name);
    copy(tensor, std::string(alias) + "_", std::string(name) + "_");
  }
}

}  // namespace limpid::python

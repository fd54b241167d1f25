// Special functions (limpid/ops/pointwise/special.h).

#include "limpid/ops/all_ops/special.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

namespace {

void add_xlogy(nb::module_& m) {
  op_and_in_place<Xlogy>(
      m,
      [](const Tensor& input, const Operand& other) {
        return other ? xlogy(input, other.tensor) : xlogy(input, other.number);
      },
      "input"_a, "other"_a);
  op<Xlogy>(
      m, kFunction | kOut,
      [](const Scalar& input, const Tensor& other) {
        return xlogy(scalar_beside(input, other), other);
      },
      "input"_a, "other"_a);
}

}  // namespace

void add_special_ops(nb::module_& m) {
  op_of_one<Erf>(m, erf);
  op_of_one<Erfc>(m, erfc);
  op_of_one<Erfinv>(m, erfinv);
  op_of_one<Lgamma>(m, lgamma);
  op_of_one<Digamma>(m, digamma);
  op<Polygamma>(m, kFunction | kOut, polygamma, "n"_a, "input"_a);
  const auto polygamma_of = [](const Tensor& input, std::int64_t n) { return polygamma(n, input); };
  define_method("polygamma", docstring(Polygamma::doc), +polygamma_of, "input"_a, "n"_a);
  define_in_place("polygamma", +polygamma_of, "input"_a, "n"_a);
  op<LogAddExp>(m, kUsual, logaddexp, "input"_a, "other"_a);
  add_xlogy(m);
  op_and_in_place<Hypot>(m, hypot, "input"_a, "other"_a);
}

}  // namespace limpid::python

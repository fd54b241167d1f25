// Arithmetic, comparison, logic, rounding, powers, trigonometry (limpid/ops/pointwise).

#include "limpid/ops/all_ops/pointwise.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

namespace {

template <class Card>
void unary(nb::module_& m, Tensor (*f)(const Tensor&)) {
  op_and_in_place<Card>(m, f, "input"_a);
}

/// `other` may be a number.
template <class Card, Tensor (*f)(const Tensor&, const Tensor&)>
void binary(nb::module_& m) {
  op_and_in_place<Card>(
      m, [](const Tensor& input, const Operand& other) { return f(input, other.beside(input)); },
      "input"_a, "other"_a);
}
template <class Card, Tensor (*f)(const Tensor&, const Tensor&)>
void comparison(nb::module_& m) {
  op_and_in_place<Card>(
      m, [](const Tensor& input, const Operand& other) { return f(input, other.beside(input)); },
      "input"_a, "other"_a);
}

void add_arithmetic(nb::module_& m) {
  op_and_in_place<Add>(
      m,
      [](const Tensor& input, const Operand& other, const Scalar& alpha) {
        return add(input, other.beside(input), alpha);
      },
      "input"_a, "other"_a, nb::kw_only(), "alpha"_a = 1);
  op_and_in_place<Sub>(
      m,
      [](const Tensor& input, const Operand& other, const Scalar& alpha) {
        return sub(input, other.beside(input), alpha);
      },
      "input"_a, "other"_a, nb::kw_only(), "alpha"_a = 1);
  binary<Mul, mul>(m);
  op_and_in_place<Div>(
      m,
      [](const Tensor& input, const Operand& other, const std::optional<std::string>& mode) {
        const Tensor y = other.beside(input);
        if (!mode) return div(input, y);
        if (*mode == "floor") return floor_divide(input, y);
        if (*mode == "trunc") {
          const bool whole = !is_floating(promote_types(input.dtype(), y.dtype()));
          const Tensor quotient = trunc(div(input, y));
          return whole ? quotient.to(promote_types(input.dtype(), y.dtype())) : quotient;
        }
        throw ValueError(
            str("div: rounding_mode must be None, 'trunc' or 'floor', not '", *mode, "'"));
      },
      "input"_a, "other"_a, nb::kw_only(), "rounding_mode"_a = nb::none());
  unary<Neg>(m, neg);
  unary<Abs>(m, abs);
  unary<Sign>(m, sign);
  unary<Reciprocal>(m, reciprocal);
  unary<Square>(m, square);
  op<SignBit>(m, kUsual, signbit, "input"_a);
  binary<CopySign, copysign>(m);
  unary<Sqrt>(m, sqrt);
  unary<Rsqrt>(m, rsqrt);
  unary<Exp>(m, exp);
  unary<Exp2>(m, exp2);
  unary<Expm1>(m, expm1);
  unary<Log>(m, log);
  unary<Log2>(m, log2);
  unary<Log10>(m, log10);
  unary<Log1p>(m, log1p);
}

void add_powers(nb::module_& m) {
  op_and_in_place<Pow>(
      m,
      [](const Tensor& input, const Operand& exponent) {
        return exponent ? pow(input, exponent.tensor) : pow(input, exponent.number);
      },
      "input"_a, "exponent"_a);
  op<Pow>(
      m, kFunction | kOut,
      [](const Scalar& input, const Tensor& exponent) { return pow(input, exponent); }, "input"_a,
      "exponent"_a);
}

void add_trigonometry(nb::module_& m) {
  unary<Sin>(m, sin);
  unary<Cos>(m, cos);
  unary<Tan>(m, tan);
  unary<Asin>(m, asin);
  unary<Acos>(m, acos);
  unary<Atan>(m, atan);
  unary<Sinh>(m, sinh);
  unary<Cosh>(m, cosh);
  unary<Asinh>(m, asinh);
  unary<Acosh>(m, acosh);
  unary<Atanh>(m, atanh);
  binary<Atan2, atan2>(m);
}

void add_rounding(nb::module_& m) {
  unary<Floor>(m, floor);
  unary<Ceil>(m, ceil);
  unary<Trunc>(m, trunc);
  unary<Frac>(m, frac);
  op_and_in_place<Round>(
      m, [](const Tensor& input, std::int64_t decimals) { return round(input, decimals); },
      "input"_a, nb::kw_only(), "decimals"_a = 0);
  binary<FloorDivide, floor_divide>(m);
  binary<Remainder, remainder>(m);
  binary<Fmod, fmod>(m);
}

void add_logic(nb::module_& m) {
  comparison<Eq, eq>(m);
  comparison<Ne, ne>(m);
  comparison<Lt, lt>(m);
  comparison<Le, le>(m);
  comparison<Gt, gt>(m);
  comparison<Ge, ge>(m);
  op<LogicalAnd>(m, kUsual, logical_and, "input"_a, "other"_a);
  op<LogicalOr>(m, kUsual, logical_or, "input"_a, "other"_a);
  op<LogicalXor>(m, kUsual, logical_xor, "input"_a, "other"_a);
  op<LogicalNot>(m, kUsual, logical_not, "input"_a);
  op<IsNan>(m, kUsual, isnan, "input"_a);
  op<IsFinite>(m, kUsual, isfinite, "input"_a);
  op<IsInf>(m, kUsual, isinf, "input"_a);
  op<IsClose>(m, kUsual, isclose, "input"_a, "other"_a, "rtol"_a = 1e-5, "atol"_a = 1e-8,
              "equal_nan"_a = false);
  binary<BitwiseAnd, bitwise_and>(m);
  binary<BitwiseOr, bitwise_or>(m);
  binary<BitwiseXor, bitwise_xor>(m);
  unary<BitwiseNot>(m, bitwise_not);
}

void add_choices(nb::module_& m) {
  op<Maximum>(m, kUsual, maximum, "input"_a, "other"_a);
  op<Minimum>(m, kUsual, minimum, "input"_a, "other"_a);
  op<Where>(
      m, kFunction,
      [](const Tensor& condition, const Operand& input, const Operand& other) {
        if (!input && !other) {
          const Tensor a(input.number), b(other.number);
          return where(condition, a, b);
        }
        return where(condition, input ? input.tensor : input.beside(other.tensor),
                     other ? other.tensor : other.beside(input.tensor));
      },
      "condition"_a, "input"_a, "other"_a);
  define_method(
      "where", docstring(Where::doc),
      +[](const Tensor& self, const Tensor& condition, const Operand& other) {
        return where(condition, self, other.beside(self));
      },
      "input"_a, "condition"_a, "other"_a);
  op_and_in_place<Clamp>(
      m,
      [](const Tensor& input, const std::optional<Operand>& min,
         const std::optional<Operand>& max) {
        const bool tensors = (min && *min) || (max && *max);
        if (!tensors)
          return clamp(input, min ? std::optional(min->number) : std::nullopt,
                       max ? std::optional(max->number) : std::nullopt);
        Tensor result = min ? maximum(input, min->beside(input)) : input;
        return max ? minimum(result, max->beside(input)) : result;
      },
      "input"_a, "min"_a = nb::none(), "max"_a = nb::none());
  op_and_in_place<NanToNum>(m, nan_to_num, "input"_a, "nan"_a = 0.0, "posinf"_a = nb::none(),
                            "neginf"_a = nb::none());
  op_and_in_place<Lerp>(
      m,
      [](const Tensor& input, const Tensor& end, const Operand& weight) {
        return weight ? lerp(input, end, weight.tensor) : lerp(input, end, weight.number);
      },
      "input"_a, "end"_a, "weight"_a);
  op_and_in_place<AddCMul>(m, addcmul, "input"_a, "tensor1"_a, "tensor2"_a, nb::kw_only(),
                           "value"_a = 1);
  op_and_in_place<AddCDiv>(m, addcdiv, "input"_a, "tensor1"_a, "tensor2"_a, nb::kw_only(),
                           "value"_a = 1);
}

}  // namespace

void add_pointwise_ops(nb::module_& m) {
  add_arithmetic(m);
  add_powers(m);
  add_trigonometry(m);
  add_rounding(m);
  add_logic(m);
  add_choices(m);
}

}  // namespace limpid::python

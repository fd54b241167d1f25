// Arithmetic, comparison, logic, rounding, powers, trigonometry (limpid/ops/pointwise).

#include "limpid/autograd/grad_mode.h"
#include "limpid/op/composite.h"
#include "limpid/ops/all_ops/indexing.h"
#include "limpid/ops/all_ops/pointwise.h"
#include "limpid/ops/axes/axes.h"
#include "limpid/tensor/creation.h"
#include "op_binding.h"
#include "tables.h"
#include "tensor_index.h"

namespace limpid::python {

namespace {

/// A bool beside a tensor stays one, so that sub says what is wrong with it.
Tensor term(const Scalar& number, const Tensor& beside) {
  if (number.kind() != Scalar::Kind::boolean) return scalar_beside(number, beside);
  return full({}, number, {.device = beside.device()});
}

/// As in PyTorch, alpha=True is for sums of bools.
Tensor checked_sum(const Tensor& sum, const Scalar& alpha, std::string_view name) {
  if (alpha.kind() == Scalar::Kind::boolean && !is_bool(sum.dtype()))
    throw DTypeError(
        str(name, ": alpha is a bool, and the result ", sum.dtype(), "; use a number"));
  return sum;
}

/// add and sub: (input, other, *, alpha=1)
template <class Card, Tensor (*f)(const Tensor&, const Tensor&, Scalar),
          Tensor (*with_number)(const Tensor&, Scalar, Scalar)>
void sum_of_two(nb::module_& m) {
  op<Card>(
      m, kUsual,
      [](const Tensor& input, const Operand& other, const Scalar& alpha) {
        return checked_sum(
            other ? f(input, other.tensor, alpha) : with_number(input, other.number, alpha), alpha,
            Card::doc.name);
      },
      "input"_a, "other"_a, nb::kw_only(), "alpha"_a = 1);
}
template <class Card, Tensor (*f)(const Tensor&, const Tensor&, Scalar)>
void sum_with_number_first(nb::module_& m) {
  op<Card>(
      m, kFunction | kOut,
      [](const Scalar& input, const Tensor& other, const Scalar& alpha) {
        return checked_sum(f(term(input, other), other, alpha), alpha, Card::doc.name);
      },
      "input"_a, "other"_a, nb::kw_only(), "alpha"_a = 1);
}
template <class Card, Tensor& (Tensor::*f)(const Tensor&, Scalar)>
void sum_in_place(const char* name) {
  define_method(
      name, str("In-place form of `", std::string_view(name).substr(0, 3), "`."),
      +[](const Tensor& self, const Operand& other, const Scalar& alpha) {
        Tensor x = self;
        checked_sum(self, alpha, Card::doc.name);
        return (x.*f)(other ? other.tensor : term(other.number, self), alpha);
      },
      "input"_a, "other"_a, nb::kw_only(), "alpha"_a = 1);
}

/// name(number, tensor), which PyTorch takes for some functions of two: torch.mul(2, x).
template <class Card, Tensor (*f)(const Tensor&, const Tensor&)>
void number_first(nb::module_& m) {
  op<Card>(
      m, kFunction | kOut,
      [](const Scalar& input, const Tensor& other) {
        return f(scalar_beside(input, other), other);
      },
      "input"_a, "other"_a);
}

/// A rounded quotient, which is flat: its gradients are 0, also where y is 0.
Tensor flat(const Tensor& quotient, const Tensor& x, const Tensor& y) {
  if (!is_grad_enabled() || !(x.requires_grad() || y.requires_grad())) return quotient;
  const Tensor signs = sign(x) * sign(y);  // never NaN
  return where(eq(signs, signs), quotient.detach(), signs);
}

Tensor divide(const Tensor& input, const Operand& other, const std::optional<std::string>& mode) {
  const Tensor y = other.beside(input);
  if (!mode) return other ? div(input, y) : div(input, other.number);
  return composite<Div>({input, y}, [&] {
    if (*mode == "floor") return flat(floor_divide(input, y), input, y);
    if (*mode != "trunc")
      throw ValueError(str("rounding_mode must be None, 'trunc' or 'floor', not '", *mode, "'"));
    if (is_floating(promote_types(input.dtype(), y.dtype())))
      return flat(trunc(div(input.detach(), y.detach())), input, y);
    return floor_divide(input - fmod(input, y), y);  // what is divided leaves no rest: exact
  });
}

void add_arithmetic(nb::module_& m) {
  sum_of_two<Add, add, add>(m);
  sum_of_two<Sub, sub, sub>(m);
  sum_with_number_first<Add, add>(m);
  sum_with_number_first<Sub, sub>(m);
  sum_in_place<Add, &Tensor::add_>("add_");
  sum_in_place<Sub, &Tensor::sub_>("sub_");
  op_of_two<Mul, mul>(m);
  number_first<Mul, mul>(m);
  op<Div>(m, kUsual, divide, "input"_a, "other"_a, nb::kw_only(), "rounding_mode"_a = nb::none());
  op<Div>(
      m, kFunction | kOut,
      [](const Scalar& input, const Tensor& other, const std::optional<std::string>& mode) {
        return divide(scalar_beside(input, other), {.tensor = other, .number = {}}, mode);
      },
      "input"_a, "other"_a, nb::kw_only(), "rounding_mode"_a = nb::none());
  define_binary_in_place<Div>();
  define_in_place("div", divide, "input"_a, "other"_a, nb::kw_only(), "rounding_mode"_a.none());
  op_of_one<Neg>(m, neg);
  op_of_one<Abs>(m, abs);
  op_of_one<Sign>(m, sign);
  op_of_one<Reciprocal>(m, reciprocal);
  op_of_one<Square>(m, square);
  op<SignBit>(m, kUsual, signbit, "input"_a);
  op_of_two<CopySign, copysign>(m);
  op_of_one<Sqrt>(m, sqrt);
  op_of_one<Rsqrt>(m, rsqrt);
  op_of_one<Exp>(m, exp);
  op_of_one<Exp2>(m, exp2);
  op_of_one<Expm1>(m, expm1);
  op_of_one<Log>(m, log);
  op_of_one<Log2>(m, log2);
  op_of_one<Log10>(m, log10);
  op_of_one<Log1p>(m, log1p);
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
  op_of_one<Sin>(m, sin);
  op_of_one<Cos>(m, cos);
  op_of_one<Tan>(m, tan);
  op_of_one<Asin>(m, asin);
  op_of_one<Acos>(m, acos);
  op_of_one<Atan>(m, atan);
  op_of_one<Sinh>(m, sinh);
  op_of_one<Cosh>(m, cosh);
  op_of_one<Asinh>(m, asinh);
  op_of_one<Acosh>(m, acosh);
  op_of_one<Atanh>(m, atanh);
  op_of_two<Atan2, atan2>(m);
}

void add_rounding(nb::module_& m) {
  op_of_one<Floor>(m, floor);
  op_of_one<Ceil>(m, ceil);
  op_of_one<Trunc>(m, trunc);
  op_of_one<Frac>(m, frac);
  op_and_in_place<Round>(
      m, [](const Tensor& input, std::int64_t decimals) { return round(input, decimals); },
      "input"_a, nb::kw_only(), "decimals"_a = 0);
  op_of_two<FloorDivide, floor_divide>(m);
  number_first<FloorDivide, floor_divide>(m);
  op_of_two<Remainder, remainder>(m);
  number_first<Remainder, remainder>(m);
  op_of_two<Fmod, fmod>(m);
}

void add_logic(nb::module_& m) {
  op_of_two<Eq, eq>(m);
  op_of_two<Ne, ne>(m);
  op_of_two<Lt, lt>(m);
  op_of_two<Le, le>(m);
  op_of_two<Gt, gt>(m);
  op_of_two<Ge, ge>(m);
  op_and_in_place<LogicalAnd>(m, logical_and, "input"_a, "other"_a);
  op_and_in_place<LogicalOr>(m, logical_or, "input"_a, "other"_a);
  op_and_in_place<LogicalXor>(m, logical_xor, "input"_a, "other"_a);
  op_of_one<LogicalNot>(m, logical_not);
  op<IsNan>(m, kUsual, isnan, "input"_a);
  op<IsFinite>(m, kUsual, isfinite, "input"_a);
  op<IsInf>(m, kUsual, isinf, "input"_a);
  op<IsClose>(m, kUsual, isclose, "input"_a, "other"_a, "rtol"_a = 1e-5, "atol"_a = 1e-8,
              "equal_nan"_a = false);
  op_of_two<BitwiseAnd, bitwise_and>(m);
  number_first<BitwiseAnd, bitwise_and>(m);
  op_of_two<BitwiseOr, bitwise_or>(m);
  number_first<BitwiseOr, bitwise_or>(m);
  op_of_two<BitwiseXor, bitwise_xor>(m);
  number_first<BitwiseXor, bitwise_xor>(m);
  op_of_one<BitwiseNot>(m, bitwise_not);
}

void add_choices(nb::module_& m) {
  op<Maximum>(m, kUsual, maximum, "input"_a, "other"_a);
  op<Minimum>(m, kUsual, minimum, "input"_a, "other"_a);
  op<Where>(
      m, kFunction,
      [](const Tensor& given, const Operand& input, const Operand& other) {
        const Tensor condition = bool_mask(given);
        if (!input && !other) {
          const Tensor a(input.number), b(other.number);
          return where(condition, a, b);
        }
        if (!input) return where(condition, input.number, other.tensor);
        return other ? where(condition, input.tensor, other.tensor)
                     : where(condition, input.tensor, other.number);
      },
      "condition"_a, "input"_a, "other"_a);
  define(
      m, "where", "",
      [](const Tensor& condition) {
        return TensorTuple{
            unbind(nonzero(condition.dim() ? condition : condition.unsqueeze(0)), 1)};
      },
      "condition"_a);
  define_method(
      "where", docstring(Where::doc),
      +[](const Tensor& self, const Tensor& condition, const Operand& other) {
        return other ? where(condition, self, other.tensor) : where(condition, self, other.number);
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

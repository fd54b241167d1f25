// What the battery over all ops does not reach: methods of Tensor and their in-place forms, numbers
// in place of tensors, operators on integers, and functions that answer with bool.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "limpid/limpid.h"
#include "tests/call.h"
#include "tests/thrown.h"

namespace limpid::pointwise_test {

using testing::Call;
using testing::thrown;

namespace {

Tensor row(std::vector<double> values) { return tensor(values, {.dtype = DType::f32}); }

}  // namespace

TEST_CASE("pointwise: methods are the functions, and in-place forms write the same") {
  struct Form {
    std::string name;
    Call<Tensor(const Tensor&)> function, method;
    Call<Tensor&(Tensor&)> in_place;
  };
  const Tensor other = row({2, 0.5, -1, 4}), third = row({1, 2, 4, -8});
  const std::vector<Form> forms = {
      {"abs", [](auto& x) { return abs(x); }, [](auto& x) { return x.abs(); },
       [](auto& x) -> Tensor& { return x.abs_(); }},
      {"neg", [](auto& x) { return neg(x); }, [](auto& x) { return x.neg(); },
       [](auto& x) -> Tensor& { return x.neg_(); }},
      {"reciprocal", [](auto& x) { return reciprocal(x); }, [](auto& x) { return x.reciprocal(); },
       [](auto& x) -> Tensor& { return x.reciprocal_(); }},
      {"square", [](auto& x) { return square(x); }, [](auto& x) { return x.square(); },
       [](auto& x) -> Tensor& { return x.square_(); }},
      {"sqrt", [](auto& x) { return sqrt(x); }, [](auto& x) { return x.sqrt(); },
       [](auto& x) -> Tensor& { return x.sqrt_(); }},
      {"rsqrt", [](auto& x) { return rsqrt(x); }, [](auto& x) { return x.rsqrt(); },
       [](auto& x) -> Tensor& { return x.rsqrt_(); }},
      {"exp", [](auto& x) { return exp(x); }, [](auto& x) { return x.exp(); },
       [](auto& x) -> Tensor& { return x.exp_(); }},
      {"log", [](auto& x) { return log(x); }, [](auto& x) { return x.log(); },
       [](auto& x) -> Tensor& { return x.log_(); }},
      {"sin", [](auto& x) { return sin(x); }, [](auto& x) { return x.sin(); },
       [](auto& x) -> Tensor& { return x.sin_(); }},
      {"cos", [](auto& x) { return cos(x); }, [](auto& x) { return x.cos(); },
       [](auto& x) -> Tensor& { return x.cos_(); }},
      {"tanh", [](auto& x) { return tanh(x); }, [](auto& x) { return x.tanh(); },
       [](auto& x) -> Tensor& { return x.tanh_(); }},
      {"sigmoid", [](auto& x) { return sigmoid(x); }, [](auto& x) { return x.sigmoid(); },
       [](auto& x) -> Tensor& { return x.sigmoid_(); }},
      {"relu", [](auto& x) { return relu(x); }, [](auto& x) { return x.relu(); },
       [](auto& x) -> Tensor& { return x.relu_(); }},
      {"floor", [](auto& x) { return floor(x); }, [](auto& x) { return x.floor(); },
       [](auto& x) -> Tensor& { return x.floor_(); }},
      {"ceil", [](auto& x) { return ceil(x); }, [](auto& x) { return x.ceil(); },
       [](auto& x) -> Tensor& { return x.ceil_(); }},
      {"round", [](auto& x) { return round(x); }, [](auto& x) { return x.round(); },
       [](auto& x) -> Tensor& { return x.round_(); }},
      {"pow", [](auto& x) { return pow(x, 3); }, [](auto& x) { return x.pow(3); },
       [](auto& x) -> Tensor& { return x.pow_(3); }},
      {"clamp", [](auto& x) { return clamp(x, 0, 1); }, [](auto& x) { return x.clamp(0, 1); },
       [](auto& x) -> Tensor& { return x.clamp_(0, 1); }},
      {"lerp", [&](auto& x) { return lerp(x, other, 0.25); },
       [&](auto& x) { return lerp(x, other, full({}, 0.25)); },
       [&](auto& x) -> Tensor& { return x.lerp_(other, 0.25); }},
      {"addcmul", [&](auto& x) { return addcmul(x, other, third, 2); },
       [&](auto& x) { return x + other * third * 2; },
       [&](auto& x) -> Tensor& { return x.addcmul_(other, third, 2); }},
      {"addcdiv", [&](auto& x) { return addcdiv(x, other, third, 2); },
       [&](auto& x) { return x + other / third * 2; },
       [&](auto& x) -> Tensor& { return x.addcdiv_(other, third, 2); }}};
  const Tensor x = row({0.3, 1.5, 2.5, 7.75}), weight = row({1, -2, 3, -4});
  for (const Form& form : forms) {
    INFO(form.name);
    const Tensor expected = form.function(x);
    CHECK(equal(form.method(x), expected));
    Tensor plain = x.clone();
    const void* const memory = plain.data<float>();
    CHECK(form.in_place(plain).is_same(plain));
    CHECK(plain.data<float>() == memory);
    CHECK(equal(plain, expected));
    // The gradient through the in-place form is that of the function.
    Tensor a = x.clone().requires_grad_(), b = x.clone().requires_grad_();
    Tensor copy = a * 1;
    form.in_place(copy);
    (copy * weight).sum().backward();
    (form.function(b) * weight).sum().backward();
    CHECK(equal(a.grad(), b.grad()));
  }
}

TEST_CASE("pointwise: pow and erf as methods, pow with a tensor") {
  const Tensor x = row({0.5, 2});
  CHECK(equal(x.pow(row({2, 3})), row({0.25, 8})));
  CHECK(equal(x.erf(), erf(x)));
  const Tensor whole = tensor({2, 3}, {.dtype = DType::i64});
  CHECK(equal(whole.pow(0), tensor({1, 1}, {.dtype = DType::i64})));
  Tensor target = whole.clone();
  CHECK(thrown<ValueError>([&] { target.pow_(-1); }).find("pow_: integers cannot") == 0);
}

TEST_CASE("pointwise: bits and masks as operators") {
  const Tensor a = tensor({12, 10, -1}, {.dtype = DType::i32});
  const Tensor b = tensor({10, 3, 7}, {.dtype = DType::i32});
  CHECK((a & b).to_vector<int>() == std::vector<int>{8, 2, 7});
  CHECK((a | b).to_vector<int>() == std::vector<int>{14, 11, -1});
  CHECK((a ^ b).to_vector<int>() == std::vector<int>{6, 9, -8});
  CHECK((~a).to_vector<int>() == std::vector<int>{-13, -11, 0});
  CHECK(bitwise_and(a, 6).to_vector<int>() == std::vector<int>{4, 2, 6});
  CHECK(bitwise_or(a, 1).to_vector<int>() == std::vector<int>{13, 11, -1});
  CHECK(bitwise_xor(a, 1).to_vector<int>() == std::vector<int>{13, 11, -2});
  const Tensor mask = a > b;
  CHECK((mask & !mask).dtype() == DType::boolean);
  CHECK((mask ^ ~mask).to_vector<int>() == std::vector<int>{1, 1, 1});
  CHECK(thrown<DTypeError>([&] { row({1}) & row({2}); }).find("bitwise_and: the bits of float32") ==
        0);
}

TEST_CASE("pointwise: a number may stand first") {
  const Tensor x = row({1, 2, -4});
  CHECK(equal(3 + x, row({4, 5, -1})));
  CHECK(equal(3 - x, row({2, 1, 7})));
  CHECK(equal(3 * x, row({3, 6, -12})));
  CHECK(equal(3 / x, row({3, 1.5, -0.75})));
}

TEST_CASE("pointwise: a mask is not subtracted, from what it may be") {
  const Tensor x = row({1, 2}), mask = gt(x, 1);
  CHECK(thrown<DTypeError>([&] { x - mask; }).find("sub: bool is not supported") == 0);
  CHECK(thrown<DTypeError>([&] { mask - x; }).find("sub: bool is not supported") == 0);
}

TEST_CASE("pointwise: the sign that copysign takes has the gradient 0") {
  const Tensor x = row({1, -2, 5, 6}), sign = row({-3, 4, 0, -0.0}).requires_grad_();
  const Tensor y = copysign(x, sign);
  CHECK(equal(y, row({-1, 2, 5, -6})));
  y.sum().backward();
  CHECK(equal(sign.grad(), zeros({4})));
}

TEST_CASE("pointwise: division with numbers") {
  const Tensor a = tensor({7, -7}, {.dtype = DType::i64});
  CHECK(floor_divide(a, 2).to_vector<int>() == std::vector<int>{3, -4});
  CHECK(remainder(a, 3).to_vector<int>() == std::vector<int>{1, 2});
  CHECK(fmod(a, 3).to_vector<int>() == std::vector<int>{1, -1});
  CHECK(thrown<ValueError>([&] { remainder(a, 0); }).find("other is 0 at element 0") !=
        std::string::npos);
  CHECK(floor_divide(zeros({0}, {.dtype = DType::i64}), 0).numel() == 0);
  // A gradient by the divisor counts how often it fits.
  Tensor x = row({7, -7}), y = row({2, 2}).requires_grad_();
  remainder(x, y).sum().backward();
  CHECK(equal(y.grad(), row({-3, 4})));
  y.zero_grad();
  fmod(x, y).sum().backward();
  CHECK(equal(y.grad(), row({-3, 3})));
}

TEST_CASE("pointwise: round to decimals") {
  const Tensor x = row({12.345, -0.125, 1250});
  CHECK(allclose(round(x, 1), row({12.3, -0.1, 1250})));
  CHECK(allclose(round(x, -2), row({0, 0, 1200})));
  const Tensor whole = tensor({1, 2}, {.dtype = DType::i64});
  CHECK(equal(round(whole), whole));
  CHECK(thrown<DTypeError>([&] {
          round(whole, 1);
        }).find("round: decimals is 1 but the input is") == 0);
}

TEST_CASE("pointwise: allclose and equal") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(allclose(row({1, 2}), row({1, 2.00001})));
  CHECK_FALSE(allclose(row({1, 2}), row({1, 2.1})));
  CHECK(allclose(row({1, 2}), row({1, 2.1}), 0.1));
  CHECK_FALSE(allclose(row({1, nan}), row({1, nan})));
  CHECK(allclose(row({1, nan}), row({1, nan}), 1e-5, 1e-8, true));
  CHECK(allclose(zeros({0}), zeros({0})));
  CHECK(equal(row({1, 2}), row({1, 2})));
  CHECK_FALSE(equal(row({1, 2}), row({1, 3})));
  CHECK_FALSE(equal(row({1, 1}), row({1})));
  CHECK_FALSE(equal(row({nan}), row({nan})));
  CHECK(equal(row({1, 2}), tensor({1, 2}, {.dtype = DType::i64})));
}

TEST_CASE("pointwise: activations with their defaults and named numbers") {
  const Tensor x = row({-3, -0.5, 0.25, 4});
  CHECK(equal(gelu(x), gelu(x, "none")));
  CHECK_FALSE(equal(gelu(x), gelu(x, "tanh")));
  CHECK(allclose(gelu(x), gelu(x, "tanh"), 0.01, 0.001));
  CHECK(equal(elu(x, 2), where(lt(x, 0), expm1(x) * 2, x)));
  CHECK(equal(leaky_relu(x), where(gt(x, 0), x, x * 0.01)));
  CHECK(equal(relu6(x * 3), clamp(x * 3, 0, 6)));
  CHECK(equal(polygamma(0, abs(x)), digamma(abs(x))));
  CHECK(equal(xlogy(x, 2.0), xlogy(x, full({}, 2.0))));
  CHECK(equal(copysign(x, -1.0), neg(abs(x))));
}

TEST_CASE("pointwise: the gradient of atan2 at the origin is 0") {
  // As in PyTorch, where squares underflow as well.
  Tensor y = row({0, 3, 1e-30}).requires_grad_(), x = row({0, 4, 1e-30}).requires_grad_();
  atan2(y, x).sum().backward();
  CHECK(allclose(y.grad(), row({0, 0.16, 0}), 1e-5, 0));
  CHECK(allclose(x.grad(), row({0, -0.12, 0}), 1e-5, 0));
}

TEST_CASE("pointwise: clamp takes one bound or two") {
  const Tensor x = row({-3, -0.5, 0.25, 4}), above = row({0, 0, 0.25, 4}),
               below = row({-3, -0.5, 0.25, 1});
  CHECK(equal(x.clamp(0), above));
  CHECK(equal(x.clamp(std::nullopt, 1), below));
  CHECK(equal(x.clone().clamp_(0), above));
  CHECK(equal(x.clone().clamp_(std::nullopt, 1), below));
  const std::string refusal = "at least one of min and max must be given";
  CHECK_SAYS(ValueError, "clamp: " + refusal, x.clamp());
  CHECK_SAYS(ValueError, "clamp_: " + refusal, x.clone().clamp_());
}

TEST_CASE("pointwise: where takes elements of two dtypes") {
  const Tensor x = row({1, 2}), wide = tensor({3.0, 4.0}, {.dtype = DType::f64});
  const Tensor y = where(gt(x, 1), x, wide);
  CHECK(y.dtype() == DType::f64);
  CHECK(y.to_vector<double>() == std::vector<double>{3, 2});
}

TEST_CASE("pointwise: logsigmoid of a large double keeps its digits") {
  const Tensor x = tensor({-25.0, 25.0}, {.dtype = DType::f64}), y = logsigmoid(x);
  CHECK(y.to_vector<double>()[0] ==
        doctest::Approx(-25 - std::log1p(std::exp(-25))).epsilon(1e-15));
  CHECK(y.to_vector<double>()[1] == doctest::Approx(-std::log1p(std::exp(-25))).epsilon(1e-14));
}

}  // namespace limpid::pointwise_test

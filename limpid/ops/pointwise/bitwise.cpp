#include "limpid/ops/pointwise/bitwise.h"

#include "limpid/ops/pointwise/reference.h"

namespace limpid {

namespace {

void refuse_floats(const Inputs& in) {
  if (is_floating(in[0].dtype)) [[unlikely]]
    throw DTypeError(
        str("the bits of ", in[0].dtype, " are not numbers; compare it, or convert it with .to()"));
}

/// z = f(x, y) of the bits, which are those of int64 too.
template <class F>
void reference_bits(const Io& io, F f) {
  reference_loop<2>(io, [&](auto x, auto y) -> decltype(x) {
    if constexpr (std::is_integral_v<decltype(x)>) return f(x, y);
    else return 0;  // unreachable: infer() takes no floats
  });
}

}  // namespace

// z = x & y
Spec BitwiseAnd::infer(const Inputs& in) const {
  refuse_floats(in);
  return BinaryCard::infer(in);
}
void BitwiseAnd::forward(Reference, const Io& io) const {
  reference_bits(io, [](auto x, auto y) { return x & y; });
}

// z = x | y
Spec BitwiseOr::infer(const Inputs& in) const {
  refuse_floats(in);
  return BinaryCard::infer(in);
}
void BitwiseOr::forward(Reference, const Io& io) const {
  reference_bits(io, [](auto x, auto y) { return x | y; });
}

// z = x ^ y
Spec BitwiseXor::infer(const Inputs& in) const {
  refuse_floats(in);
  return BinaryCard::infer(in);
}
void BitwiseXor::forward(Reference, const Io& io) const {
  reference_bits(io, [](auto x, auto y) { return x ^ y; });
}

// y = ~x
Spec BitwiseNot::infer(const Inputs& in) const {
  refuse_floats(in);
  return in[0];
}
void BitwiseNot::forward(Reference, const Io& io) const {
  const bool is_mask = is_bool(io.out[0].dtype);
  reference_loop<1>(io, [&](auto x) -> decltype(x) {
    if constexpr (std::is_integral_v<decltype(x)>) return is_mask ? x == 0 : ~x;
    else return 0;  // unreachable: infer() takes no floats
  });
}

Tensor bitwise_and(const Tensor& input, const Tensor& other) {
  return apply(BitwiseAnd{}, input, other);
}
Tensor bitwise_and(const Tensor& input, Scalar other) {
  return bitwise_and(input, scalar_beside(other, input));
}
Tensor bitwise_or(const Tensor& input, const Tensor& other) {
  return apply(BitwiseOr{}, input, other);
}
Tensor bitwise_or(const Tensor& input, Scalar other) {
  return bitwise_or(input, scalar_beside(other, input));
}
Tensor bitwise_xor(const Tensor& input, const Tensor& other) {
  return apply(BitwiseXor{}, input, other);
}
Tensor bitwise_xor(const Tensor& input, Scalar other) {
  return bitwise_xor(input, scalar_beside(other, input));
}
Tensor bitwise_not(const Tensor& input) { return apply(BitwiseNot{}, input); }

Tensor operator&(const Tensor& a, const Tensor& b) { return bitwise_and(a, b); }
Tensor operator|(const Tensor& a, const Tensor& b) { return bitwise_or(a, b); }
Tensor operator^(const Tensor& a, const Tensor& b) { return bitwise_xor(a, b); }
Tensor operator~(const Tensor& a) { return bitwise_not(a); }

}  // namespace limpid

#pragma once
// What the cards of this folder have in common.

#include "limpid/op/apply.h"

namespace limpid {

/// The common shape of two inputs, with a dtype of its own or that of the first.
inline Spec broadcast_spec(const Inputs& in, DType dtype) {
  if (in[0].shape == in[1].shape) [[likely]]
    return Spec(in[0].shape, dtype, in[0].device);
  return Spec(broadcast_shapes(in[0].shape, in[1].shape), dtype, in[0].device);
}

/// Throws DTypeError when the op has no meaning for bool.
inline void refuse_bool(const Inputs& in, const char* instead) {
  if (is_bool(in[0].dtype)) [[unlikely]]
    throw DTypeError(str("bool is not supported; ", instead));
}

inline constexpr std::string_view kBroadcastRule =
    "two shapes that broadcast -> their common shape";

/// One input, one output of the same shape and dtype.
struct UnaryCard {
  static constexpr OpTraits traits{.pointwise = true};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() { return std::tuple{}; }
  Spec infer(const Inputs& in) const { return in[0]; }
};

/// The same, for functions of real numbers: integers and bool become float32.
struct FloatUnaryCard : UnaryCard {
  static constexpr OpTraits traits{.promotion = Promotion::floating, .pointwise = true};
};

/// Throws DTypeError for integers and bool.
inline void require_floats(const Inputs& in) {
  if (!is_floating(in[0].dtype)) [[unlikely]]
    throw DTypeError(str(in[0].dtype, " is not supported; convert it with .to() first"));
}

/// One input, one output of the same shape, of floats only, as PyTorch's activations are.
struct FloatOnlyCard : UnaryCard {
  Spec infer(const Inputs& in) const {
    require_floats(in);
    return in[0];
  }
};

/// Two inputs that broadcast and meet in their common dtype.
struct BinaryCard {
  static constexpr OpTraits traits{
      .promotion = Promotion::common, .broadcasts = true, .pointwise = true};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() { return std::tuple{}; }
  Spec infer(const Inputs& in) const { return broadcast_spec(in, in[0].dtype); }
};

/// Two inputs that broadcast and meet in their common dtype; a result in bool.
struct ComparisonCard : BinaryCard {
  Spec infer(const Inputs& in) const { return broadcast_spec(in, DType::boolean); }
  static constexpr const char* no_gradient = "the result is bool";
};

}  // namespace limpid

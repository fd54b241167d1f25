#pragma once
// Three tensors in one: lerp, addcmul, addcdiv.

#include "limpid/ops/pointwise/elementwise.h"

namespace limpid {

struct Lerp : BinaryCard {
  static constexpr OpTraits traits{
      .broadcasts = true, .pointwise = true, .accuracy = Accuracy::terms};
  static constexpr OpDoc doc{.name = "lerp",
                             .title = "Lerp",
                             .summary = "A point on the line from one element to another.",
                             .formula = "z = x + w (y - x)",
                             .inputs = "input, end, weight",
                             .shapes = "three shapes that broadcast -> their common shape"};
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs needs) { return {.inputs = needs[2] ? 7u : 4u}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// From input (weight 0) to end (weight 1). All must be of one float dtype (DTypeError).
Tensor lerp(const Tensor& input, const Tensor& end, const Tensor& weight);
Tensor lerp(const Tensor& input, const Tensor& end, Scalar weight);
/// input + value tensor1 tensor2
Tensor addcmul(const Tensor& input, const Tensor& tensor1, const Tensor& tensor2, Scalar value = 1);
/// input + value tensor1 / tensor2. DTypeError where all three are integers.
Tensor addcdiv(const Tensor& input, const Tensor& tensor1, const Tensor& tensor2, Scalar value = 1);

struct AddCMul {
  static constexpr OpDoc doc{.name = "addcmul",
                             .title = "AddCMul",
                             .summary = "Adds the scaled product of two tensors to a third.",
                             .formula = "z = x + value a b",
                             .inputs = "input, tensor1, tensor2",
                             .shapes = "three shapes that broadcast -> their common shape"};
  static std::vector<Case> cases();
};

struct AddCDiv {
  static constexpr OpDoc doc{.name = "addcdiv",
                             .title = "AddCDiv",
                             .summary = "Adds the scaled quotient of two tensors to a third.",
                             .formula = "z = x + value a / b",
                             .inputs = "input, tensor1, tensor2",
                             .shapes = "three shapes that broadcast -> their common shape"};
  static std::vector<Case> cases();
};

}  // namespace limpid

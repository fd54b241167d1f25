#pragma once
// A case: inputs and attributes of one call. One list of them serves the tests against the
// reference, the gradient checks, the frozen PyTorch results, the pages and the timings.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "limpid/op/operator.h"

namespace limpid {

/// How a case's input lies in memory.
enum class Arrangement : std::uint8_t { contiguous, transposed, strided, negative };

/// One input. Its elements are drawn from a stream keyed by the case's name, or given.
struct CaseInput {
  Shape shape;
  DType dtype = DType::f32;
  double low = -2, high = 2;        ///< uniform in [low, high); integers and bool likewise
  std::vector<double> values = {};  ///< row-major; empty: drawn
  Arrangement arrangement = Arrangement::contiguous;
  bool defined = true;        ///< false: an optional input that is left out
  bool requires_grad = true;  ///< where the dtype allows
};

struct Case {
  std::string name;  ///< unique within the op: "rows", "3x3 stride 2"
  std::vector<CaseInput> inputs;
  std::optional<AnyOp> op = {};                               ///< the card with its attributes
  std::function<Tensors(std::span<const Tensor>)> call = {};  ///< composites: the call instead
  std::string torch = "";        ///< the same in PyTorch, of inputs a, b, c, ...
  std::string error = "";        ///< bad input: text that the message must contain
  bool smooth = true;            ///< central differences make sense at these inputs
  bool well_conditioned = true;  ///< false: rounding of the inputs alone moves the gradient
  bool speed = false;            ///< a timing (large shapes), not a test
};

template <Operator O>
AnyOp any(const O& op) {
  return AnyOp(describe<O>, &op);
}

}  // namespace limpid

#pragma once
// Compares gradients with central differences: f'(x) ~ (f(x + h) - f(x - h)) / 2h.

#include <functional>
#include <string>
#include <vector>

#include "limpid/tensor/tensors.h"

namespace limpid {

/// A function of tensors. It must give the same result each time it is called.
using TensorFunction = std::function<Tensors(std::span<const Tensor>)>;

struct GradcheckOptions {
  double step = 1e-6;  ///< h
  double atol = 1e-6;  ///< allowed: |analytic - numeric| <= atol + rtol |numeric|
  double rtol = 1e-5;
};

struct GradcheckResult {
  bool ok = true;
  double worst_excess = 0;  ///< largest error relative to what is allowed; above 1 is a failure
  std::string worst;        ///< "input 1 at (2, 0): gradient 3.25, central difference 3.5"
  explicit operator bool() const { return ok; }
};

/// Checks the gradient of a randomly weighted sum of all floating outputs with respect to every
/// element of every input that requires grad. Inputs must be float64 (DTypeError otherwise).
GradcheckResult gradcheck(const TensorFunction& function, std::span<const Tensor> inputs,
                          GradcheckOptions options = {});

/// The same for second derivatives: the gradient itself, as a function of the inputs and of the
/// gradient that arrives.
GradcheckResult gradgradcheck(const TensorFunction& function, std::span<const Tensor> inputs,
                              GradcheckOptions options = {});

}  // namespace limpid

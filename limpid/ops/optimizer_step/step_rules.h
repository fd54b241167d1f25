#pragma once
// The rules by which optimisers move parameters: numbers here, a formula for one element in the
// reference (optimizer_step.cpp, plain loops) and one for the vector loops
// (optimizer_step_simd.cpp). A new rule is those three, and its name in StepRule.
//
// In the formulas p is an element of the parameter and g of its gradient, as Pull left them. What
// depends on the number of steps (bias corrections) is worked out by the optimiser, once a step.
// `states()`: bit k is set when the rule reads and writes state k.

#include <variant>

namespace limpid {

/// b = momentum b + (1 - dampening) g (the first time: b = g);
/// p -= lr (nesterov ? g + momentum b : b), and p -= lr g without momentum. State: b.
struct SgdStep {
  double lr = 1e-3, momentum = 0, dampening = 0;
  bool nesterov = false;
  bool first = false;  ///< b is written and not read
  unsigned states() const { return momentum != 0 ? 1 : 0; }
};

/// m += (1 - beta1)(g - m);  v = beta2 v + (1 - beta2) g^2;  p -= step_size m / (sqrt(v) / root +
/// eps), with the largest v so far for amsgrad. step_size = lr / (1 - beta1^t) and
/// root = sqrt(1 - beta2^t). State: m, v, the largest v.
struct AdamStep {
  double step_size = 1e-3, root = 1, beta1 = 0.9, beta2 = 0.999, eps = 1e-8;
  bool amsgrad = false;
  unsigned states() const { return amsgrad ? 7 : 3; }
};

/// s += g^2;  p -= rate g / (sqrt(s) + eps). State: s.
struct AdagradStep {
  double rate = 1e-2, eps = 1e-10;
  unsigned states() const { return 1; }
};

/// v = rho v + (1 - rho) g^2;  d = sqrt(u + eps) / sqrt(v + eps) g;  u = rho u + (1 - rho) d^2;
/// p -= lr d. State: v, u.
struct AdadeltaStep {
  double lr = 1, rho = 0.9, eps = 1e-6;
  unsigned states() const { return 3; }
};

/// v = alpha v + (1 - alpha) g^2;  r = sqrt(v) + eps, or centered: m += (1 - alpha)(g - m) and
/// r = sqrt(v - m^2) + eps;  p -= lr g / r, or with momentum: b = momentum b + g / r; p -= lr b.
/// State: v, b, m.
struct RmspropStep {
  double lr = 1e-2, alpha = 0.99, eps = 1e-8, momentum = 0;
  bool centered = false;
  unsigned states() const { return 1u | (momentum != 0 ? 2u : 0u) | (centered ? 4u : 0u); }
};

/// m += (1 - beta1)(g - m);  u = max(beta2 u, |g| + eps);  p -= step_size m / u. State: m, u.
struct AdamaxStep {
  double step_size = 2e-3, beta1 = 0.9, beta2 = 0.999, eps = 1e-8;
  unsigned states() const { return 3; }
};

/// m and v as in AdamStep;  r = sqrt(v / correction) + eps;
/// p -= gradient_rate g / r + mean_rate m / r. State: m, v.
struct NadamStep {
  double gradient_rate = 0, mean_rate = 2e-3, correction = 1;
  double beta1 = 0.9, beta2 = 0.999, eps = 1e-8;
  unsigned states() const { return 3; }
};

/// m and v as in AdamStep;  p -= step_size m, times scale / (sqrt(v) + eps) when rectified.
/// State: m, v.
struct RadamStep {
  double step_size = 1e-3, scale = 1, beta1 = 0.9, beta2 = 0.999, eps = 1e-8;
  bool rectified = false;
  unsigned states() const { return 3; }
};

/// s is multiplied by etaplus where g has the sign of the last step's, by etaminus where it has the
/// other, and kept in [step_min, step_max]; where the sign changed, g = 0.  p -= s sign(g).
/// State: the last g, s.
struct RpropStep {
  double etaminus = 0.5, etaplus = 1.2, step_min = 1e-6, step_max = 50;
  unsigned states() const { return 3; }
};

using StepRule = std::variant<SgdStep, AdamStep, AdagradStep, AdadeltaStep, RmspropStep, AdamaxStep,
                              NadamStep, RadamStep, RpropStep>;

}  // namespace limpid

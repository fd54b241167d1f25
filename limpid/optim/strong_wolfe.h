#pragma once
// The line search of LBFGS: how far to go along a direction.
// Source: Nocedal and Wright, Numerical optimization, 2nd edition, algorithms 3.5 and 3.6.

#include <functional>

#include "limpid/tensor/tensor.h"

namespace limpid::optim {

/// The loss at x + t d, its gradient there, and its slope along d.
struct LinePoint {
  double t = 0, loss = 0;
  Tensor gradient;
  double slope = 0;
};

struct LineSearchOptions {
  double c1 = 1e-4, c2 = 0.9;      ///< enough decrease; enough flattening
  double tolerance_change = 1e-9;  ///< stops when the bracket is no longer than this
  std::int64_t max_steps = 25;
};

/// A point where loss <= start.loss + c1 t start.slope and |slope| <= -c2 start.slope, or the best
/// bracket end after max_steps. `at(t)` computes a point; `t` is the first one tried, and `largest`
/// the largest element of |d|, which turns t into a change of parameters.
LinePoint strong_wolfe(const std::function<LinePoint(double)>& at, const LinePoint& start, double t,
                       double largest, const LineSearchOptions& options);

/// Where the cubic through two points with these slopes is least, kept in [low, high]; the middle
/// of these when it has no minimum.
double cubic_minimum(const LinePoint& a, const LinePoint& b, double low, double high);

}  // namespace limpid::optim

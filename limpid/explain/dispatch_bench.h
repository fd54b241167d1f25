#pragma once
// What an op costs besides its arithmetic, on tensors so small that nothing else counts.

#include <string>
#include <vector>

namespace limpid {

/// One figure, in nanoseconds.
struct DispatchFigure {
  std::string name;
  double nanoseconds = 0;
  double budget = 0;  ///< 0: none
};

/// 4x4 add without and with grad, a chain of 100 adds forward and backward (an op), and others.
/// Medians over `rounds`.
std::vector<DispatchFigure> measure_dispatch(int rounds = 25);

}  // namespace limpid

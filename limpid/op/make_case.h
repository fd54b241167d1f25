#pragma once
// Short ways to write what cases of many ops say.

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "limpid/op/case.h"

namespace limpid {

inline constexpr double kInf = std::numeric_limits<double>::infinity();
inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// An optional input that is left out.
inline const CaseInput kAbsent{.shape = {}, .defined = false};

/// Indices, classes, lengths.
inline CaseInput integers(Shape shape, std::vector<double> values, DType dtype = DType::i64) {
  return {.shape = std::move(shape), .dtype = dtype, .values = std::move(values)};
}

/// Drawn where no values are given.
inline CaseInput mask(Shape shape, std::vector<double> values = {}) {
  return {.shape = std::move(shape), .dtype = DType::boolean, .values = std::move(values)};
}

/// The case with another input in one place.
inline Case with(Case base, int input, CaseInput replacement) {
  base.inputs[static_cast<std::size_t>(input)] = std::move(replacement);
  return base;
}

/// Central differences make no sense at its inputs.
inline Case rough(Case base) {
  base.smooth = false;
  return base;
}

/// The call of the case must be refused, with a message that contains `error`.
inline Case refused(Case base, std::string error) {
  base.torch.clear();
  base.error = std::move(error);
  return base;
}

}  // namespace limpid

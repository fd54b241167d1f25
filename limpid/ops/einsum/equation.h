#pragma once
// The equation of einsum, read.

#include <string>
#include <vector>

#include "limpid/core/shape.h"

namespace limpid {

/// An axis: a letter as its character code, or one that "..." stands for: kEllipsis + its place
/// from the right, counted from 0.
using Label = int;
inline constexpr Label kEllipsis = 256;
using Labels = std::vector<Label>;

struct Equation {
  std::vector<Labels> inputs;  ///< a label for each axis of each tensor
  Labels output;
};

/// Reads an equation for tensors of these shapes. ValueError for text that makes no sense,
/// ShapeError where it does not fit the number of axes.
Equation parse_equation(const std::string& text, const std::vector<Shape>& shapes);

/// "letter i", or "axis -1 of ...".
std::string axis_name(Label label);

}  // namespace limpid

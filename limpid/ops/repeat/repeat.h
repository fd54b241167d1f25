#pragma once
// A tensor several times over, as a whole or element by element. Made of expand and one copy.

#include "limpid/op/operator.h"

namespace limpid {

struct Repeat {
  static constexpr OpDoc doc{
      .name = "repeat",
      .title = "Repeat",
      .summary = "Copies a tensor several times along each axis, one copy behind the other.",
      .formula = "y[..., k n + i, ...] = x[..., i, ...]",
      .shapes = "(a, b) -> (r0 a, r1 b); sizes of more numbers add axes in front"};
  static std::vector<Case> cases();
};
struct Tile {
  static constexpr OpDoc doc{
      .name = "tile",
      .title = "Tile",
      .summary = "Repeats a tensor; missing numbers stand for axes in front that are kept.",
      .formula = "repeat(x, (1, ..., dims...))",
      .shapes = "(a, b) -> (a, r b) for dims = {r}"};
  static std::vector<Case> cases();
};
struct RepeatInterleave {
  static constexpr OpDoc doc{
      .name = "repeat_interleave",
      .title = "RepeatInterleave",
      .summary = "Repeats each entry along an axis, its copies side by side.",
      .formula = "y[..., i r + k, ...] = x[..., i, ...]",
      .inputs = "input, repeats?",
      .shapes = "(a, n, b) -> (a, n r, b), or the sum of the repeats where each entry has its own"};
  static std::vector<Case> cases();
};

/// ShapeError when `sizes` has fewer numbers than input has axes.
Tensor repeat(const Tensor& input, const Shape& sizes);
Tensor tile(const Tensor& input, const Shape& dims);
/// Each entry along dim `repeats` times; without dim of the flattened input.
Tensor repeat_interleave(const Tensor& input, std::int64_t repeats, std::int64_t dim);
Tensor repeat_interleave(const Tensor& input, std::int64_t repeats);
/// Entry i along dim repeats[i] times. ValueError names the first negative one.
Tensor repeat_interleave(const Tensor& input, const Tensor& repeats, std::int64_t dim);

}  // namespace limpid

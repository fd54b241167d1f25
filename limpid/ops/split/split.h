#pragma once
// Cuts a tensor into parts along an axis: views.

#include "limpid/op/operator.h"

namespace limpid {

struct Split {
  static constexpr OpDoc doc{.name = "split",
                             .title = "Split",
                             .summary = "Cuts a tensor into parts of a given size along an axis.",
                             .formula =
                                 "parts[i] = narrow(x, dim, i size, size); the last one may "
                                 "be smaller",
                             .outputs = "parts...",
                             .shapes = "any shape -> the same with at most `size` along dim"};
  static std::vector<Case> cases();
};

struct Chunk {
  static constexpr OpDoc doc{
      .name = "chunk",
      .title = "Chunk",
      .summary = "Cuts a tensor into at most a given number of parts along an axis.",
      .formula = "split(x, ceil(n / chunks), dim), with n the size along dim",
      .outputs = "parts...",
      .shapes =
          "any shape -> the same with at most ceil(n / chunks) along dim; there may be fewer "
          "parts than asked for (5 in 4: sizes 2, 2, 1)"};
  static std::vector<Case> cases();
};

/// Views of `size` entries along `dim`; the last one has what remains. ValueError for a size below
/// 1 (0 is allowed along an empty axis).
std::vector<Tensor> split(const Tensor& input, std::int64_t size, std::int64_t dim = 0);
/// Views of the given sizes, which must add up to the size along `dim`.
std::vector<Tensor> split(const Tensor& input, std::span<const std::int64_t> sizes,
                          std::int64_t dim = 0);
/// At most `chunks` views of ceil(n / chunks) entries; the last one has what remains.
std::vector<Tensor> chunk(const Tensor& input, std::int64_t chunks, std::int64_t dim = 0);

}  // namespace limpid

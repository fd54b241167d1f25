#pragma once
// For algorithms that know maps in the order NCHW only.

#include "limpid/backends/cpu/scratch.h"
#include "limpid/ops/conv2d/ladder.h"

namespace limpid {

/// The operands of a convolution with copies in place of maps that lie channels-last.
class PlainMaps {
 public:
  PlainMaps(const ConvProblem& problem, const Convolution& operands);
  const Convolution& operands() const { return plain_; }
  /// Brings a computed map back to where it belongs.
  void write() const;

 private:
  const ConvProblem& problem_;
  const Convolution& given_;
  Convolution plain_;
  Scratch<char> x_, y_;
};

}  // namespace limpid

#pragma once
// For algorithms that know maps in one order only.

#include "limpid/backends/cpu/scratch.h"
#include "limpid/ops/conv2d/ladder.h"

namespace limpid {

/// The operands of a convolution with copies in place of maps that lie in another order than the
/// one that is asked for: channels-last, or NCHW.
class MapsInOrder {
 public:
  MapsInOrder(const ConvProblem& problem, const Convolution& operands, bool channels_last);
  const Convolution& operands() const { return ordered_; }
  /// Brings a computed map back to where it belongs.
  void write() const;

 private:
  const ConvProblem& problem_;
  const Convolution& given_;
  Convolution ordered_;
  bool channels_last_;
  Scratch<char> x_, y_;
};

}  // namespace limpid

#pragma once
// Connectionist temporal classification: a sequence of labels without saying where each stands.

#include <string>

#include "limpid/op/operator.h"

namespace limpid {

struct CtcLoss {
  static constexpr OpDoc doc{
      .name = "ctc_loss",
      .title = "CtcLoss",
      .summary = "How surprising a sequence of labels is, wherever in time its labels may stand.",
      .formula =
          "-log of the sum, over all paths that become the target once repeats and then blanks are "
          "taken out, of the product of their probabilities",
      .inputs = "log_probs, targets, input_lengths, target_lengths",
      .shapes =
          "(T, N, C), (N, S) or the targets in a row, (N,), (N,) -> () or (N,); without N: (T, C), "
          "(S,), (), ()",
      .source = "Graves et al., Connectionist temporal classification, ICML 2006"};
  static std::vector<Case> cases();
};

/// In PyTorch's order.
struct CtcLossOptions {
  std::int64_t blank = 0;          ///< the class that stands for no label
  std::string reduction = "mean";  ///< of each loss by the length of its target; "sum", "none"
  bool zero_infinity = false;      ///< 0 for targets that no path becomes, too long ones mostly
};

/// log_probs are float32 or float64, from log_softmax. Targets and lengths are integers. The
/// gradient is that of the formula (as everywhere); PyTorch's adds e^log_probs, which is the same
/// behind log_softmax. ValueError and IndexError name the sample whose length or label is out of
/// range.
Tensor ctc_loss(const Tensor& log_probs, const Tensor& targets, const Tensor& input_lengths,
                const Tensor& target_lengths, const CtcLossOptions& options = {});

}  // namespace limpid

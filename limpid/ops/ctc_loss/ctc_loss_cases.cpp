#include "limpid/op/make_case.h"
#include "limpid/ops/ctc_loss/ctc_loss.h"
#include "limpid/ops/log_softmax/log_softmax.h"

namespace limpid {

namespace {

/// Of scores: log_softmax comes first, as it does in networks.
std::function<Tensors(std::span<const Tensor>)> ctc_loss_call(CtcLossOptions o = {}) {
  return [o](std::span<const Tensor> in) {
    return Tensors(
        ctc_loss(in[0].defined() ? log_softmax(in[0], -1) : in[0], in[1], in[2], in[3], o));
  };
}
const std::string kTorchCtcLoss = "F.ctc_loss(a.log_softmax(-1), b, c, d";

Case refused_ctc_loss(std::string name, std::vector<CaseInput> inputs, std::string error,
                      CtcLossOptions o = {}) {
  return {.name = std::move(name),
          .inputs = std::move(inputs),
          .call = ctc_loss_call(o),
          .error = "ctc_loss: " + error};
}

}  // namespace

std::vector<Case> CtcLoss::cases() {
  const CaseInput scores{{6, 2, 4}}, targets = integers({2, 3}, {1, 1, 2, 3, 2, 0}),
                                     times = integers({2}, {6, 5}), lengths = integers({2}, {3, 2});
  return {
      {.name = "one sample",
       .inputs = {{{4, 3}}, integers({2}, {1, 2}), integers({}, {4}), integers({}, {2})},
       .call = ctc_loss_call(),
       .torch = kTorchCtcLoss + ")"},
      {.name = "repeats and padding, mean",
       .inputs = {scores, targets, times, lengths},
       .call = ctc_loss_call(),
       .torch = kTorchCtcLoss + ")"},
      {.name = "none",
       .inputs = {scores, targets, times, lengths},
       .call = ctc_loss_call({.reduction = "none"}),
       .torch = kTorchCtcLoss + ", reduction='none')"},
      {.name = "targets in a row, sum",
       .inputs = {scores, integers({5}, {1, 1, 2, 3, 2}), times, lengths},
       .call = ctc_loss_call({.reduction = "sum"}),
       .torch = kTorchCtcLoss + ", reduction='sum')"},
      {.name = "another blank",
       .inputs = {scores, integers({2, 3}, {1, 0, 2, 2, 2, 1}), times, integers({2}, {3, 3})},
       .call = ctc_loss_call({.blank = 3}),
       .torch = kTorchCtcLoss + ", blank=3)"},
      {.name = "an empty target",
       .inputs = {scores, targets, times, integers({2}, {0, 2})},
       .call = ctc_loss_call(),
       .torch = kTorchCtcLoss + ")"},
      {.name = "only empty targets",
       .inputs = {scores, integers({2, 0}, {}), times, integers({2}, {0, 0})},
       .call = ctc_loss_call({.reduction = "none"}),
       .torch = kTorchCtcLoss + ", reduction='none')"},
      {.name = "no time for an empty target",
       .inputs = {scores, targets, integers({2}, {0, 4}), integers({2}, {0, 2})},
       .call = ctc_loss_call({.reduction = "none"}),
       .torch = kTorchCtcLoss + ", reduction='none')"},
      {.name = "just time enough",
       .inputs = {scores, targets, integers({2}, {4, 2}), lengths},
       .call = ctc_loss_call(),
       .torch = kTorchCtcLoss + ")"},
      {.name = "too long, zero_infinity",
       .inputs = {scores, targets, integers({2}, {3, 2}), lengths},
       .call = ctc_loss_call({.zero_infinity = true}),
       .torch = kTorchCtcLoss + ", zero_infinity=True)"},
      {.name = "too long",
       .inputs =
           {{.shape = {6, 2, 4}, .requires_grad = false}, targets, integers({2}, {3, 2}), lengths},
       .call = ctc_loss_call({.reduction = "none"}),
       .torch = kTorchCtcLoss + ", reduction='none')"},
      refused_ctc_loss("a label that is no class",
                       {scores, integers({2, 2}, {1, 4, 1, 1}), times, integers({2}, {2, 1})},
                       "label 4 at position 1 of sample 0 is no class of 0..3"),
      refused_ctc_loss("the blank among the labels",
                       {scores, integers({2, 2}, {1, 0, 1, 1}), times, integers({2}, {2, 1})},
                       "label 0 at position 1 of sample 0 is the blank"),
      refused_ctc_loss("a length too many", {scores, targets, integers({3}, {6, 6, 6}), lengths},
                       "input_lengths has shape (3,); it needs a length for each of the 2 samples"),
      refused_ctc_loss("too much time", {scores, targets, integers({2}, {6, 7}), lengths},
                       "input_lengths of sample 1 is 7; it must lie in 0..6"),
      refused_ctc_loss("too long a target", {scores, targets, times, integers({2}, {4, 1})},
                       "target_lengths of sample 0 is 4; it must lie in 0..3"),
      refused_ctc_loss("labels left over",
                       {scores, integers({5}, {1, 1, 2, 3, 2}), times, integers({2}, {2, 2})},
                       "targets in a row are 5 labels, but target_lengths add up to 4"),
      refused_ctc_loss("a vector of scores", {{{4}}, targets, times, lengths},
                       "log_probs must be (T, N, C) or (T, C), got shape (4,)"),
      refused_ctc_loss("rows of other samples",
                       {scores, integers({3, 1}, {1, 1, 1}), times, lengths},
                       "targets have 3 rows, but log_probs 2 samples"),
      refused_ctc_loss("float targets", {scores, {{2, 3}}, times, lengths},
                       "targets must be integers"),
      refused_ctc_loss("blank out of range", {scores, targets, times, lengths},
                       "blank is 4, which is no class of 0..3", {.blank = 4}),
      refused_ctc_loss("unknown reduction", {scores, targets, times, lengths}, "reduction is 'max'",
                       {.reduction = "max"}),
  };
}

}  // namespace limpid

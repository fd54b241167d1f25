#include "limpid/ops/ctc_loss/ctc_loss.h"

#include <algorithm>
#include <limits>

#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/ops/gather/gather.h"
#include "limpid/ops/mean/mean.h"
#include "limpid/ops/pad/pad.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/ops/pointwise_loss/loss_reduction.h"
#include "limpid/ops/sum/sum.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

using Numbers = std::vector<std::int64_t>;

/// The logarithm of no probability at all. Finite, since the slope between two infinities is NaN.
constexpr double kNever = -1e30;

Numbers lengths_of(const char* name, const Tensor& given, std::int64_t samples,
                   std::int64_t longest) {
  if (!is_integer(given.dtype()))
    throw DTypeError(str(name, " must be integers, got ", given.dtype()));
  if (given.numel() != samples)
    throw ShapeError(str(name, " has shape ", given.shape(), "; it needs a length for each of the ",
                         samples, " samples"));
  const Numbers lengths = given.to_vector<std::int64_t>();
  for (std::size_t i = 0; i < lengths.size(); ++i)
    if (lengths[i] < 0 || lengths[i] > longest)
      throw ValueError(
          str(name, " of sample ", i, " is ", lengths[i], "; it must lie in 0..", longest));
  return lengths;
}

/// The labels of each sample.
std::vector<Numbers> labels_of(const Tensor& targets, const Numbers& lengths, std::int64_t classes,
                               std::int64_t blank) {
  const Numbers all = targets.to_vector<std::int64_t>();
  const bool in_a_row = targets.dim() == 1;
  std::vector<Numbers> out;
  std::int64_t at = 0;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    const std::int64_t from = in_a_row ? at : static_cast<std::int64_t>(i) * targets.size(1);
    out.emplace_back(all.begin() + from, all.begin() + from + lengths[i]);
    at += lengths[i];
    for (std::size_t k = 0; k < out.back().size(); ++k) {
      if (out.back()[k] < 0 || out.back()[k] >= classes)
        throw IndexError(str("label ", out.back()[k], " at position ", k, " of sample ", i,
                             " is no class of 0..", classes - 1));
      if (out.back()[k] == blank)
        throw ValueError(str("label ", blank, " at position ", k, " of sample ", i,
                             " is the blank, which stands between labels and is none"));
    }
  }
  return out;
}

/// Targets with a blank before, between and behind their labels, as tensors (N, S).
struct Stations {
  Tensor labels;     ///< what is said there; blank beyond the end
  Tensor may_skip;   ///< whether a path may come from two stations before
  Tensor there;      ///< stations that the target has
  Tensor last;       ///< (N, 2): the two at which a path may end
  Tensor has_label;  ///< (N, 1): whether the second of these is one

  Stations(const std::vector<Numbers>& targets, std::int64_t blank) {
    std::size_t longest = 0;
    for (const Numbers& t : targets) longest = std::max(longest, t.size());
    const auto n = static_cast<std::int64_t>(targets.size());
    const auto s = static_cast<std::int64_t>(2 * longest + 1);
    Numbers said, skip, inside, ends, any;
    for (const Numbers& t : targets) {
      for (std::size_t i = 0; i < 2 * longest + 1; ++i) {
        const bool label = i % 2 == 1 && i / 2 < t.size();
        said.push_back(label ? t[i / 2] : blank);
        skip.push_back(label && i >= 3 && t[i / 2] != t[i / 2 - 1]);
        inside.push_back(i <= 2 * t.size());
      }
      const auto end = static_cast<std::int64_t>(2 * t.size());
      ends.insert(ends.end(), {end, std::max<std::int64_t>(end - 1, 0)});
      any.push_back(!t.empty());
    }
    labels = tensor(said).reshape({n, s});
    may_skip = tensor(skip).reshape({n, s}).to(DType::boolean);
    there = tensor(inside).reshape({n, s}).to(DType::boolean);
    last = tensor(ends).reshape({n, 2});
    has_label = tensor(any).reshape({n, 1}).to(DType::boolean);
  }
};

/// Each station takes what stands `places` before it.
Tensor from_before(const Tensor& x, std::int64_t places) {
  const std::int64_t s = x.size(1), kept = std::max<std::int64_t>(s - places, 0);
  return pad(x.narrow(1, 0, kept), {s - kept, 0}, "constant", kNever);
}

// alpha_t(s): the logarithm of the sum over all paths that stand at station s at time t of the
// products of their probabilities. A path stays, goes on to the next station, or skips a blank
// between two different labels:
//   alpha_t(s) = log(e^alpha_t-1(s) + e^alpha_t-1(s - 1) + e^alpha_t-1(s - 2)) + log p_t(label_s)
Tensor losses_of(const Tensor& log_probs, const Stations& stations, const Tensor& input_lengths) {
  const std::int64_t steps = log_probs.size(0), s = stations.labels.size(1);
  const auto said = [&](std::int64_t t) {
    return clamp(gather(log_probs.select(0, t), 1, stations.labels), kNever);
  };
  const Tensor number = arange(s, {.device = log_probs.device()});
  const auto where_there = [&](const Tensor& x) { return where(stations.there, x, kNever); };
  // At the time before the first, all paths stand before the first station.
  Tensor alpha = full({stations.labels.size(0), s}, kNever,
                      {.dtype = log_probs.dtype(), .device = log_probs.device()});
  for (std::int64_t t = 0; t < steps; ++t) {
    Tensor next;
    if (t == 0) {
      next = where(lt(number, 2), said(0), kNever);
    } else {
      const Tensor skips = where(stations.may_skip, from_before(alpha, 2), kNever);
      next = logaddexp(logaddexp(alpha, from_before(alpha, 1)), skips) + said(t);
    }
    alpha = where(gt(input_lengths, t), where_there(clamp(next, kNever)), alpha);
  }
  const Tensor ends = gather(alpha, 1, stations.last);
  const Tensor label = where(stations.has_label, ends.narrow(1, 1, 1), kNever);
  const Tensor total = logaddexp(ends.narrow(1, 0, 1), label);
  // No time at all: certain for an empty target, impossible for any other.
  const Tensor nothing = where(stations.has_label, kNever, zeros_like(total.detach()));
  return neg(where(gt(input_lengths, 0), total, nothing)).squeeze(1);
}

void check(const Tensor& log_probs, const Tensor& targets, const CtcLossOptions& o) {
  check_reduction(o.reduction);
  if (log_probs.dtype() != DType::f32 && log_probs.dtype() != DType::f64)
    throw DTypeError(str("log_probs must be float32 or float64, got ", log_probs.dtype()));
  if (log_probs.dim() != 3)
    throw ShapeError(str("log_probs must be (T, N, C) or (T, C), got shape ", log_probs.shape()));
  if (!is_integer(targets.dtype()))
    throw DTypeError(str("targets must be integers, got ", targets.dtype()));
  if (targets.dim() != 1 && targets.dim() != 2)
    throw ShapeError(str("targets must be (N, S), or all in a row, got shape ", targets.shape()));
  if (targets.dim() == 2 && targets.size(0) != log_probs.size(1))
    throw ShapeError(str("targets have ", targets.size(0), " rows, but log_probs ",
                         log_probs.size(1), " samples (dimension 1)"));
  if (o.blank < 0 || o.blank >= log_probs.size(2))
    throw IndexError(
        str("blank is ", o.blank, ", which is no class of 0..", log_probs.size(2) - 1));
}

Tensor batched_loss(const Tensor& log_probs, const Tensor& targets, const Tensor& input_lengths,
                    const Tensor& target_lengths, const CtcLossOptions& o) {
  check(log_probs, targets, o);
  const std::int64_t steps = log_probs.size(0), n = log_probs.size(1);
  const Numbers times = lengths_of("input_lengths", input_lengths, n, steps);
  const Numbers lengths = lengths_of("target_lengths", target_lengths, n, targets.shape().back());
  std::int64_t total = 0;
  for (std::int64_t length : lengths) total += length;
  if (targets.dim() == 1 && total != targets.numel())
    throw ShapeError(str("targets in a row are ", targets.numel(), " labels, but target_lengths ",
                         "add up to ", total));
  const Stations stations(labels_of(targets, lengths, log_probs.size(2), o.blank), o.blank);
  Tensor losses = losses_of(log_probs, stations, tensor(times).reshape({n, 1}));
  const Tensor impossible = gt(losses.detach(), -kNever / 2);
  losses = where(impossible, o.zero_infinity ? 0 : std::numeric_limits<double>::infinity(), losses);
  if (o.reduction != "mean") return reduce_losses(losses, o.reduction);
  return mean(losses / clamp(tensor(lengths), 1).to(losses.dtype()));
}

}  // namespace

Tensor ctc_loss(const Tensor& log_probs, const Tensor& targets, const Tensor& input_lengths,
                const Tensor& target_lengths, const CtcLossOptions& o) {
  return composite<CtcLoss>({log_probs, targets, input_lengths, target_lengths}, [&]() -> Tensor {
    if (log_probs.dim() != 2)
      return batched_loss(log_probs, targets, input_lengths, target_lengths, o);
    const Tensor loss =
        batched_loss(log_probs.unsqueeze(1), targets, input_lengths, target_lengths, o);
    return loss.reshape({});
  });
}

}  // namespace limpid

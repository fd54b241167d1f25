#include "limpid/ops/cross_entropy/cross_entropy.h"

#include <cmath>
#include <limits>

#include "limpid/core/rows.h"
#include "limpid/core/str.h"
#include "limpid/core/suggest.h"
#include "limpid/ops/cross_entropy/samples.h"
#include "limpid/ops/pointwise/arithmetic.h"
#include "limpid/ops/pointwise/comparison.h"
#include "limpid/ops/softmax/softmax.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

/// The target's shape: that of the scores without the axis of the classes.
Shape expected_target(const Shape& scores) {
  Shape out = scores;
  out.erase(1);
  return out;
}

void check_target(const Spec& x, const Spec& target) {
  if (target.dtype != DType::i64)
    throw DTypeError(str("target has dtype ", target.dtype,
                         "; classes are int64 (convert with .to(DType::i64))"));
  const Shape expected = expected_target(x.shape);
  if (!(target.shape == expected))
    throw ShapeError(str("target has shape ", target.shape, ", but scores ", x.shape,
                         " need one class a sample: ", expected,
                         numel(target.shape) == numel(expected) ? "; reshape the target" : ""));
}

}  // namespace

LossReduction CrossEntropy::reduction_kind() const {
  if (reduction == "mean") return LossReduction::mean;
  if (reduction == "sum") return LossReduction::sum;
  if (reduction == "none") return LossReduction::none;
  const std::string names[] = {"mean", "sum", "none"};
  throw ValueError(str("there is no reduction '", reduction, "'", did_you_mean(reduction, names)));
}

Spec CrossEntropy::infer(const Inputs& in) const {
  const Spec& x = in[0];
  const LossReduction kind = reduction_kind();
  if (!is_floating(x.dtype))
    throw DTypeError(str("scores have dtype ", x.dtype, "; they must be floats"));
  if (x.rank() < 2)
    throw ShapeError(str("scores need the shape (N, C) or (N, C, d1, ...), got ", x.shape));
  check_target(x, in[1]);
  if (in.defined(2) && (in[2].rank() != 1 || in[2][0] != x[1] || in[2].dtype != x.dtype))
    throw ShapeError(str("weight is ", in[2], ", but must be ", x.dtype, " (", x[1],
                         ",): one factor a class"));
  if (!(label_smoothing >= 0 && label_smoothing <= 1))
    throw ValueError(str("label_smoothing is ", label_smoothing, "; it must lie in [0, 1]"));
  return Spec(kind == LossReduction::none ? in[1].shape : Shape{}, x.dtype, x.device);
}

void throw_bad_class(std::int64_t target, std::int64_t position, std::int64_t classes) {
  throw IndexError(str("class ", target, " at position ", position, " of the target is out of range: ",
                       "there are ", classes, " classes, 0 to ", classes - 1));
}

// loss_i = (1 - s) w_t (-log p_t) + s / C sum over c of w_c (-log p_c), with log p_c = x_c - m - log z,
// m the largest score and z the sum of e^(x_c - m).
void CrossEntropy::forward(Reference, const Io& io) const {
  const Samples samples(io);
  const LossReduction kind = reduction_kind();
  visit_float(io.in[0].dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const T* weight = static_cast<const T*>(io.in[2].data);
    const auto w = [&](std::int64_t c) {
      return weight ? Wide<T>(weight[c * io.in[2].strides[0]]) : Wide<T>(1);
    };
    T* y = static_cast<T*>(io.out[0].data);
    Wide<T> total = 0, total_weight = 0;
    std::int64_t number = 0;
    samples.each([&](std::int64_t scores_at, std::int64_t target) {
      Wide<T> loss = 0;
      if (target != ignore_index) {
        if (target < 0 || target >= samples.classes) throw_bad_class(target, number, samples.classes);
        const T* x = static_cast<const T*>(io.in[0].data) + scores_at;
        Wide<T> largest = -std::numeric_limits<Wide<T>>::infinity(), z = 0, smooth = 0;
        for (std::int64_t c = 0; c < samples.classes; ++c)
          largest = std::max(largest, Wide<T>(x[c * samples.class_step]));
        for (std::int64_t c = 0; c < samples.classes; ++c)
          z += std::exp(Wide<T>(x[c * samples.class_step]) - largest);
        const auto log_p = [&](std::int64_t c) {
          return (Wide<T>(x[c * samples.class_step]) - largest) - std::log(z);
        };
        if (label_smoothing > 0)
          for (std::int64_t c = 0; c < samples.classes; ++c) smooth -= w(c) * log_p(c);
        loss = -(1 - Wide<T>(label_smoothing)) * w(target) * log_p(target) +
               Wide<T>(label_smoothing) / static_cast<Wide<T>>(samples.classes) * smooth;
        total_weight += w(target);
      }
      if (kind == LossReduction::none) y[number] = convert<T>(loss);
      total += loss;
      ++number;
    });
    if (kind == LossReduction::mean) y[0] = convert<T>(total / total_weight);
    if (kind == LossReduction::sum) y[0] = convert<T>(total);
  });
}

// With q_c = w_c ((1 - s) [c = t] + s / C), 0 for ignored samples, loss = -sum over c of q_c log p_c.
// Since d log p_c / dx_k = [c = k] - p_k: dx = dy (p sum(q) - q); for the mean divided by the sum of w_t.
Tensors CrossEntropy::gradient(const Backward& b) const {
  const Tensor x = b.input(0), target = b.input(1).unsqueeze(1), weight = b.input(2);
  const std::int64_t classes = x.size(1);
  Shape along(x.dim());
  for (int i = 0; i < along.rank(); ++i) along[i] = i == 1 ? classes : 1;
  const Tensor numbers = arange(classes, {.dtype = DType::i64, .device = x.device()}).view(along);
  Tensor hot = eq(target, numbers).to(x.dtype()) * ne(target, Scalar(ignore_index)).to(x.dtype());
  const Tensor counts = ne(target, Scalar(ignore_index)).to(x.dtype());
  Tensor q = hot * Scalar(1 - label_smoothing) +
             counts * Scalar(label_smoothing / static_cast<double>(classes));
  if (weight.defined()) {
    q = q * weight.view(along);
    hot = hot * weight.view(along);
  }
  const LossReduction kind = reduction_kind();
  Tensor dy = kind == LossReduction::none ? b.dy().unsqueeze(1) : b.dy();
  if (kind == LossReduction::mean) dy = dy / hot.sum();
  return {dy * (softmax(x, 1) * q.sum({1}, /*keepdim=*/true) - q), Tensor(), Tensor()};
}

Tensor cross_entropy(const Tensor& input, const Tensor& target, CrossEntropyOptions options) {
  const CrossEntropy op{options.ignore_index, std::move(options.reduction), options.label_smoothing};
  if (input.dim() != 1 || target.dim() != 0) return apply(op, input, target, options.weight);
  const Tensor loss = apply(op, input.unsqueeze(0), target.unsqueeze(0), options.weight);
  return loss.dim() ? loss[0] : loss;
}

}  // namespace limpid

#include "limpid/ops/cross_entropy/cross_entropy.h"

#include <cmath>
#include <limits>

#include "limpid/core/quote.h"
#include "limpid/core/rows.h"
#include "limpid/core/str.h"
#include "limpid/ops/gather/gather.h"
#include "limpid/ops/pointwise/comparison.h"
#include "limpid/ops/pointwise/select.h"
#include "limpid/ops/scatter_add/scatter_add.h"
#include "limpid/ops/softmax/softmax.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

void check_options(const CrossEntropy& op) {
  if (op.reduction != "mean" && op.reduction != "sum" && op.reduction != "none")
    throw ValueError(
        str("reduction is ", quote(op.reduction), "; it must be 'mean', 'sum' or 'none'"));
  if (!(op.label_smoothing >= 0 && op.label_smoothing <= 1))
    throw ValueError(str("label_smoothing is ", op.label_smoothing, "; it must lie in [0, 1]"));
}

void check_target(const Spec& x, const Spec& target, int axis) {
  if (is_floating(target.dtype))
    throw DTypeError(
        str("target has dtype ", target.dtype,
            ", but it must hold class indices (int64); targets of class probabilities are "
            "not taken yet, argmax along the class axis gives indices"));
  if (target.dtype != DType::i64 && target.dtype != DType::u8)
    throw DTypeError(str("target has dtype ", target.dtype,
                         ", but class indices are int64; convert it "
                         "with .to(int64)"));
  Shape expected = x.shape;
  expected.erase(axis);
  if (target.shape == expected) return;
  Shape extra = x.shape;
  extra[axis] = 1;
  const bool squeezable = target.shape == extra;
  throw ShapeError(
      str("input ", x.shape, " has scores of ", x[axis], " classes at ", expected,
          " positions, but target has shape ", target.shape,
          squeezable ? str("; drop its axis of size 1 with .squeeze(", axis, ")")
                     : str("; it needs one class index for each position, shape ", expected)));
}

void check_weight(const Spec& x, const Spec& weight, std::int64_t classes) {
  if (!(weight.shape == Shape{classes}))
    throw ShapeError(str("weight has shape ", weight.shape, " but there are ", classes,
                         " classes; it needs shape (", classes, ",)"));
  if (weight.dtype != x.dtype)
    throw DTypeError(str("weight has dtype ", weight.dtype, " but input ", x.dtype,
                         "; convert weight with .to(", x.dtype, ")"));
}

}  // namespace

Spec CrossEntropy::infer(const Inputs& in) const {
  check_options(*this);
  const Spec& x = in[0];
  if (x.rank() == 0)
    throw ShapeError("input is 0-d; it needs an axis of classes: (C,), (N, C) or (N, C, d1, ...)");
  if (!is_floating(x.dtype))
    throw DTypeError(str("input has dtype ", x.dtype,
                         ", but scores are floats; convert it with "
                         ".to(float32)"));
  const int axis = class_axis(x.rank());
  check_target(x, in[1], axis);
  if (in.defined(2)) check_weight(x, in[2], x[axis]);
  return Spec(reduction == "none" ? in[1].shape : Shape(), x.dtype, x.device);
}

double CrossEntropy::flops(const Inputs& in) const {
  return 12.0 * static_cast<double>(numel(in[0].shape));
}

void CrossEntropy::read_classes(const AnyView& target, std::int64_t classes,
                                std::int64_t* out) const {
  std::int64_t i = 0;
  const auto read = [&](std::int64_t c) {
    if (c != ignore_index && (c < 0 || c >= classes)) {
      Shape place(target.rank);
      for (std::int64_t a = target.rank - 1, rest = i; a >= 0; rest /= target.shape[a--])
        place[static_cast<int>(a)] = rest % target.shape[a];
      const std::string at = target.rank == 1 ? str(i) : to_string(place);
      throw IndexError(str("class ", c, " at position ", at, ", but there are ", classes,
                           " classes (0 to ", classes - 1, ") and ignore_index is ", ignore_index));
    }
    out[i++] = c == ignore_index ? -1 : c;
  };
  walk<1>(shape_of(target), {target.strides}, [&](const auto& at) {
    if (target.dtype == DType::u8) read(static_cast<const std::uint8_t*>(target.data)[at[0]]);
    else read(static_cast<const std::int64_t*>(target.data)[at[0]]);
  });
}

// -log p_c = log(sum over j of e^(x_j - m)) + m - x_c, with m = max x.
void CrossEntropy::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &target = io.in[1], &weight = io.in[2];
  const int axis = class_axis(x.rank);
  const std::int64_t n = row_length(x, axis), step = row_step(x, axis);
  std::vector<std::int64_t> classes(static_cast<std::size_t>(target.numel));
  read_classes(target, n, classes.data());
  visit_float(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    using W = Wide<T>;
    const auto weight_of = [&](std::int64_t c) {
      return weight.defined() ? W(static_cast<const T*>(weight.data)[c * weight.strides[0]]) : W(1);
    };
    T* y = static_cast<T*>(io.out[0].data);
    W total = 0, counted = 0;
    std::size_t i = 0;
    walk_rows<1>(shape_of(x), axis, {x.strides}, [&](const auto& at) {
      const T* row = static_cast<const T*>(x.data) + at[0];
      const std::int64_t t = classes[i++];
      W loss = 0;
      if (t >= 0) {
        W largest = -std::numeric_limits<W>::infinity(), sum = 0;
        for (std::int64_t c = 0; c < n; ++c) largest = std::max(largest, W(row[c * step]));
        for (std::int64_t c = 0; c < n; ++c) sum += std::exp(W(row[c * step]) - largest);
        const auto surprise = [&](std::int64_t c) {
          return std::log(sum) + (largest - W(row[c * step]));
        };
        loss = W(1 - label_smoothing) * weight_of(t) * surprise(t);
        for (std::int64_t c = 0; label_smoothing > 0 && c < n; ++c)
          loss += W(label_smoothing) / W(n) * weight_of(c) * surprise(c);
        counted += weight_of(t);
      }
      total += loss;
      if (reduction == "none") y[i - 1] = convert<T>(loss);
    });
    if (reduction != "none") *y = convert<T>(reduction == "mean" ? total / counted : total);
  });
}

// The target at a position is a row q of weights: q_c = (1 - s) w_t [c = t] + (s / C) w_c, and 0 if
// it is ignored. The loss is l = sum over c of q_c (log(sum over j of e^x_j) - x_c), so dl/dx_c =
// p_c (sum of q) - q_c, with p = softmax(x).
Tensors CrossEntropy::gradient(const Backward& b) const {
  const Tensor x = b.input(0), target = b.input(1), weight = b.input(2);
  if (weight.defined() && b.needs(2))
    throw GraphError("cross_entropy has no gradient for weight; pass weight.detach()");
  const int axis = class_axis(x.dim());
  const std::int64_t classes = x.shape()[axis];
  const TensorOptions like{.dtype = x.dtype(), .device = x.device()};

  const Tensor counts = ne(target, ignore_index);
  const Tensor chosen = where(counts, target.to(DType::i64), 0);
  Tensor w = counts.to(x.dtype());
  if (weight.defined()) w = w * gather(weight, 0, chosen.reshape({-1})).reshape(target.shape());
  Tensor q = scatter_add(zeros(x.shape(), like), axis, chosen.unsqueeze(axis),
                         w.unsqueeze(axis) * (1 - label_smoothing));
  if (label_smoothing > 0) {
    Shape along(x.dim());
    for (int i = 0; i < x.dim(); ++i) along[i] = i == axis ? classes : 1;
    const Tensor each = weight.defined() ? weight : ones({classes}, like);
    q = q + counts.unsqueeze(axis).to(x.dtype()) * each.reshape(along) *
                (label_smoothing / static_cast<double>(classes));
  }
  Tensor dy = b.dy();
  if (reduction == "mean") {
    const Tensor total = w.sum();
    dy = dy / where(eq(total, 0), 1, total);  // nothing counts: q is 0, and so is the gradient
  }
  if (reduction == "none") dy = dy.unsqueeze(axis);
  return {dy * (softmax(x, axis) * q.sum({axis}, /*keepdim=*/true) - q), Tensor(), Tensor()};
}

Tensor cross_entropy(const Tensor& input, const Tensor& target,
                     const CrossEntropyOptions& options) {
  if (options.weight.defined() && options.weight.requires_grad())
    throw GraphError(
        "cross_entropy: weight requires a gradient, which the op does not give; pass "
        "weight.detach()");
  return apply(CrossEntropy{options.ignore_index, options.reduction, options.label_smoothing},
               input, target, options.weight);
}

}  // namespace limpid

// The fast cross entropy: two passes over each row of scores (maximum; sum of exponentials),
// nothing stored. Losses of the rows are kept in double and added in order, whatever the number of
// threads. The gradient is softmax, row by row in place, and then the target taken away.

#include <algorithm>
#include <cmath>

#include "limpid/backends/cpu/dense_rows.h"
#include "limpid/backends/cpu/row_loops.h"
#include "limpid/ops/cross_entropy/class_targets.h"
#include "limpid/ops/cross_entropy/cross_entropy.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

/// What a call needs to know of its targets, in double.
struct Targets {
  Scratch<std::int64_t> classes;  ///< of each row; -1 where it is ignored
  Scratch<double> weights;        ///< of each class; null: all 1
  std::int64_t class_count;
  double weight_sum = 0;  ///< over all classes
  double counted = 0;     ///< sum of the weights of the rows' classes

  Targets(const CrossEntropy& op, const AnyView& target, const AnyView& weight, std::int64_t count)
      : classes(target.numel), weights(weight.defined() ? count : 0), class_count(count) {
    read_classes(target, count, op.ignore_index, classes.data());
    if (weight.defined())
      visit_float(weight.dtype, [&](auto tag) {
        const auto* w = static_cast<const typename decltype(tag)::type*>(weight.data);
        for (std::int64_t c = 0; c < count; ++c)
          weights.data()[c] = static_cast<double>(w[c * weight.strides[0]]);
      });
    for (std::int64_t c = 0; c < count; ++c) weight_sum += weight_of(c);
    for (std::int64_t i = 0; i < target.numel; ++i)
      if (classes.data()[i] >= 0) counted += weight_of(classes.data()[i]);
  }
  double weight_of(std::int64_t c) const { return weights.data() ? weights.data()[c] : 1; }
};

/// The weights of the classes in the type that rows are computed in, where smoothing reads them
/// all; null: all 1.
template <class C>
class EvenWeights {
 public:
  EvenWeights(const Targets& targets, double smooth)
      : weights_(smooth > 0 && targets.weights.data() ? targets.class_count : 0) {
    if (weights_.data())
      std::transform(targets.weights.data(), targets.weights.data() + targets.class_count,
                     weights_.data(), [](double w) { return static_cast<C>(w); });
  }
  const C* data() const { return weights_.data(); }
  /// y_c -= share w_c
  void take_away(const RowLoops<C>& loops, C share, C* y, std::int64_t n) const {
    if (!data()) return loops.minus(y, share, C(0), y, n);
    std::transform(y, y + n, data(), y, [=](C v, C w) { return v - share * w; });
  }

 private:
  Scratch<C> weights_;
};

}  // namespace

void CrossEntropy::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &target = io.in[1];
  const int axis = class_axis(x.rank);
  const std::int64_t n = row_length(x, axis);
  const Targets targets(*this, target, io.in[2], n);
  const Scratch<double> losses(target.numel);
  const double smooth = label_smoothing;
  visit_float(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const RowLoops<RowType<T>>& loops = row_loops().of<RowType<T>>();
    const EvenWeights<RowType<T>> even(targets, smooth);
    for_each_row<T, 1>({x}, nullptr, axis, [&](std::int64_t row, const auto& from, auto*) {
      const std::int64_t t = targets.classes.data()[row];
      double& loss = losses.data()[row];
      loss = 0;
      if (t < 0) return;
      const auto m = loops.max(from[0], n);
      const double log_sum = std::log(static_cast<double>(loops.exp_minus(from[0], m, nullptr, n)));
      const double right = log_sum + (static_cast<double>(m) - static_cast<double>(from[0][t]));
      loss = (1 - smooth) * targets.weight_of(t) * right;
      if (smooth > 0)
        loss += smooth / static_cast<double>(n) *
                (targets.weight_sum * log_sum +
                 static_cast<double>(loops.dot_below(even.data(), from[0], m, n)));
    });
    T* y = static_cast<T*>(io.out[0].data);
    double total = 0;
    for (std::int64_t i = 0; i < target.numel; ++i) total += losses.data()[i];
    if (reduction == "mean") *y = convert<T>(total / targets.counted);
    else if (reduction == "sum") *y = convert<T>(total);
    else
      for (std::int64_t i = 0; i < target.numel; ++i) y[i] = convert<T>(losses.data()[i]);
  });
}

// dx_c = dy (p_c (sum of q) - q_c); q is defined in cross_entropy.cpp.
Tensors CrossEntropy::backward(Cpu, const Backward& b) const {
  if (b.needs(2)) return gradient(b);  // which says that there is none
  const Tensor x = b.input(0), target = b.input(1), weight = b.input(2), dy = b.dy().contiguous();
  const Tensor dx = empty(x.shape(), {.dtype = x.dtype()});
  const AnyView out = dx->as_view();
  const int axis = class_axis(out.rank);
  const std::int64_t n = row_length(out, axis);
  const Targets targets(*this, target->as_view(), weight.defined() ? weight->as_view() : AnyView{},
                        n);
  const double smooth = label_smoothing, even = smooth / static_cast<double>(n);
  const double divisor = reduction == "mean" ? targets.counted : 1;
  const bool each = reduction == "none";
  visit_float(x.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    using C = RowType<T>;
    const RowLoops<C>& loops = row_loops().of<C>();
    const EvenWeights<C> weights(targets, smooth);
    const T* slopes = dy.data<T>();
    for_each_row<T, 1>({x->as_view()}, &out, axis, [&](std::int64_t row, const auto& from, C* to) {
      const std::int64_t t = targets.classes.data()[row];
      if (t < 0) return static_cast<void>(std::fill(to, to + n, C(0)));
      const double slope = static_cast<double>(slopes[each ? row : 0]) / divisor;
      const double right = (1 - smooth) * targets.weight_of(t);
      const double mass = right + even * targets.weight_sum;
      const C m = loops.max(from[0], n);
      const C total = loops.exp_minus(from[0], m, to, n);
      loops.scale(to, static_cast<C>(slope * mass / static_cast<double>(total)), to, n);
      to[t] -= static_cast<C>(slope * right);
      if (smooth > 0) weights.take_away(loops, static_cast<C>(slope * even), to, n);
    });
  });
  return {dx, Tensor(), Tensor()};
}

}  // namespace limpid

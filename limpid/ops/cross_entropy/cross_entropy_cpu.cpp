// Scores as they come from a linear layer, (N, C) dense in float or double: the exponentials of a row
// are computed once, in vector instructions, in a scratch row. Everything else takes the reference.

#include <cmath>

#include "limpid/backends/cpu/row_loops.h"
#include "limpid/ops/cross_entropy/cross_entropy.h"
#include "limpid/ops/cross_entropy/samples.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

bool is_plain(const CrossEntropy& op, const AnyView& x, const AnyView& weight) {
  const bool dense = x.rank == 2 && x.contiguous && x.shape[1] > 0;
  const bool wide = x.dtype == DType::f32 || x.dtype == DType::f64;
  return dense && wide && !weight.defined() && op.label_smoothing == 0;
}

std::int64_t target_at(const AnyView& target, std::int64_t i) {
  return static_cast<const std::int64_t*>(target.data)[i * target.strides[0]];
}

template <class T>
void plain_losses(const CrossEntropy& op, const Io& io) {
  const AnyView &x = io.in[0], &target = io.in[1];
  const std::int64_t rows = x.shape[0], classes = x.shape[1];
  const LossReduction kind = op.reduction_kind();
  const RowLoops<T>& loops = row_loops().of<T>();
  std::vector<T> exponentials(static_cast<std::size_t>(classes));
  T* y = static_cast<T*>(io.out[0].data);
  double total = 0, count = 0;
  for (std::int64_t i = 0; i < rows; ++i) {
    const T* row = static_cast<const T*>(x.data) + i * classes;
    const std::int64_t t = target_at(target, i);
    double loss = 0;
    if (t != op.ignore_index) {
      if (t < 0 || t >= classes) throw_bad_class(t, i, classes);
      const auto largest = loops.max(row, classes);
      const auto z = loops.exp_minus(row, largest, exponentials.data(), classes);
      loss = std::log(static_cast<double>(z)) - (static_cast<double>(row[t]) - largest);
      count += 1;
    }
    if (kind == LossReduction::none) y[i] = static_cast<T>(loss);
    total += loss;
  }
  if (kind == LossReduction::mean) y[0] = static_cast<T>(total / count);
  if (kind == LossReduction::sum) y[0] = static_cast<T>(total);
}

/// dx = dy (softmax(x) - one_hot(target)), rows that are ignored 0; for the mean over those that count.
template <class T>
Tensor plain_gradient(const CrossEntropy& op, const Backward& b) {
  const Tensor x = b.input(0), dy = b.dy();
  const AnyView target = b.input(1)->as_view();
  const std::int64_t rows = x.size(0), classes = x.size(1);
  const RowLoops<T>& loops = row_loops().of<T>();
  const Tensor dx = empty(x.shape(), {.dtype = x.dtype()});
  const bool each = op.reduction_kind() == LossReduction::none;
  double count = 0;
  for (std::int64_t i = 0; i < rows; ++i) count += target_at(target, i) != op.ignore_index;
  const T share = op.reduction_kind() == LossReduction::mean ? static_cast<T>(1 / count) : T(1);
  for (std::int64_t i = 0; i < rows; ++i) {
    const T* row = x.data<T>() + i * classes;
    T* out = dx.data<T>() + i * classes;
    const std::int64_t t = target_at(target, i);
    if (t == op.ignore_index) {
      std::fill_n(out, classes, T(0));
      continue;
    }
    const T slope = dy.data<T>()[each ? i * dy.strides()[0] : 0] * share;
    const auto largest = loops.max(row, classes);
    const auto z = loops.exp_minus(row, largest, out, classes);
    loops.scale(out, slope / static_cast<T>(z), out, classes);
    out[t] -= slope;
  }
  return dx;
}

}  // namespace

void CrossEntropy::forward(Cpu, const Io& io) const {
  if (!is_plain(*this, io.in[0], io.in[2])) return forward(Reference{}, io);
  if (io.in[0].dtype == DType::f32) plain_losses<float>(*this, io);
  else plain_losses<double>(*this, io);
}

Tensors CrossEntropy::backward(Cpu, const Backward& b) const {
  const Tensor x = b.input(0), weight = b.input(2);
  if (!is_plain(*this, x->as_view(), weight.defined() ? weight->as_view() : AnyView{}))
    return gradient(b);
  Tensor dx = x.dtype() == DType::f32 ? plain_gradient<float>(*this, b) : plain_gradient<double>(*this, b);
  return {std::move(dx), Tensor(), Tensor()};
}

}  // namespace limpid

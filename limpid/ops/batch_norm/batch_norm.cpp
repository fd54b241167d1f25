#include "limpid/ops/batch_norm/batch_norm.h"

#include <cmath>

#include "limpid/autograd/grad_mode.h"
#include "limpid/core/str.h"
#include "limpid/core/walk.h"
#include "limpid/op/piecewise.h"
#include "limpid/ops/layer_norm/norm_inputs.h"
#include "limpid/ops/pointwise/pointwise.h"

namespace limpid {

namespace {

enum Input { kX, kWeight, kBias, kRunningMean, kRunningVar };

void check_channels(const Inputs& in) {
  static constexpr const char* names[] = {"input", "weight", "bias", "running_mean", "running_var"};
  const std::int64_t channels = in[kX][1];
  for (int i = kWeight; i <= kRunningVar; ++i) {
    if (!in.defined(i)) continue;
    if (in[i].rank() != 1 || in[i][0] != channels)
      throw ShapeError(str(names[i], " has shape ", in[i].shape, " but the input has ", channels,
                           " channels (dimension 1): it must be (", channels, ",)"));
    check_norm_dtype(names[i], in[i], in[kX].dtype);
  }
}

/// An element of an optional (C,) tensor of any floating dtype.
double channel_value(const AnyView& view, std::int64_t c, double otherwise) {
  return float_element(view, view.defined() ? c * view.strides[0] : 0, otherwise);
}

void set_channel(const AnyView& view, std::int64_t c, double value) {
  visit_dtype(view.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    static_cast<T*>(view.data)[c * view.strides[0]] = convert<T>(value);
  });
}

struct Statistics {
  long double mean = 0, var = 0;
};

/// The mean, then the mean of the squared distances from it.
template <class T, class Walk>
Statistics statistics(const T* x, std::int64_t count, Walk&& each) {
  Statistics s;
  if (count == 0) return s;
  each([&](std::int64_t at) { s.mean += static_cast<long double>(x[at]); });
  s.mean /= static_cast<long double>(count);
  each([&](std::int64_t at) {
    const long double distance = static_cast<long double>(x[at]) - s.mean;
    s.var += distance * distance;
  });
  s.var /= static_cast<long double>(count);
  return s;
}

}  // namespace

std::array<Spec, 3> BatchNorm::infer(const Inputs& in) const {
  const Spec& x = in[kX];
  if (x.rank() < 2)
    throw ShapeError(
        str("needs at least 2 dimensions (batch, channels, ...), got shape ", x.shape));
  check_norm_input(x, eps);
  check_channels(in);
  if (!training && (!in.defined(kRunningMean) || !in.defined(kRunningVar)))
    throw ValueError("evaluation (training = false) needs running_mean and running_var");
  if (training && x[1] > 0 && numel(x.shape) == x[1])
    throw ValueError(str("expected more than 1 value per channel when training, got input size ",
                         x.shape,
                         ": the variance of one value is 0; use a larger batch or eval()"));
  const Spec per_channel(Shape{x[1]}, statistics_dtype(x.dtype), x.device);
  return {x, per_channel, per_channel};
}

void BatchNorm::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[kX], &y = io.out[0];
  const std::int64_t channels = x.shape[1], count = channels ? x.numel / channels : 0;
  Shape rest{shape_of(x)};  // one channel: axis 1 shrunk to 1
  rest[1] = 1;
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    for (std::int64_t c = 0; c < channels; ++c) {
      const T* from = static_cast<const T*>(x.data) + c * x.strides[1];
      T* to = static_cast<T*>(y.data) + c * y.strides[1];
      Statistics s{channel_value(io.in[kRunningMean], c, 0),
                   channel_value(io.in[kRunningVar], c, 0)};
      if (training)
        s = statistics(from, count, [&](auto&& f) {
          walk<1>(rest, {x.strides}, [&](const auto& at) { f(at[0]); });
        });
      set_channel(io.out[1], c, static_cast<double>(s.mean));
      set_channel(io.out[2], c, static_cast<double>(s.var));
      const long double scale = 1 / std::sqrt(s.var + eps) * channel_value(io.in[kWeight], c, 1);
      const long double shift = channel_value(io.in[kBias], c, 0);
      walk<2>(rest, {x.strides, y.strides}, [&](const auto& at) {
        const auto value = (static_cast<long double>(from[at[0]]) - s.mean) * scale + shift;
        to[at[1]] = convert<T>(static_cast<double>(value));
      });
    }
  });
}

// The running statistics are not saved: training changes them in place, and evaluation hands them
// out as its outputs mean and var.
Saves BatchNorm::saves(Needs needs) {
  Saves saves{.specs = true};
  if (needs[kX]) saves.inputs |= 1 << kWeight;
  if (needs[kX] || needs[kWeight]) {
    saves.inputs |= 1 << kX;
    saves.outputs = 0b110;
  }
  return saves;
}

// With r = 1/sqrt(var + eps), h = (x - mean) r, and averages over all axes but 1:
//   dbias = sum dy,  dweight = sum dy h
//   evaluation: dx = weight r dy                                    (mean and var are constants)
//   training:   dx = weight r (dy - avg(dy) - h avg(dy h))
// The statistics are computed again from x here, so that second derivatives flow through them.
Tensors BatchNorm::gradient(const Backward& b) const {
  const Shape& shape = b.input_shape(kX);
  const DType wide = statistics_dtype(b.input_spec(kX).dtype);
  Shape axes, column(shape.rank());  // column: (1, C, 1, ...)
  for (int i = 0; i < shape.rank(); ++i) {
    if (i != 1) axes.push_back(i);
    column[i] = i == 1 ? shape[1] : 1;
  }
  const double share = numel(shape) ? 1 / static_cast<double>(numel(shape) / shape[1]) : 0;
  const auto total = [&](const Tensor& t) { return t.sum(axes, /*keepdim=*/true); };
  const auto average = [&](const Tensor& t) { return total(t) * share; };
  const auto as_input = [&](const Tensor& t, int i) {
    return t.reshape(b.input_shape(i)).to(b.input_spec(i).dtype);
  };

  Tensors gradients(5);  // none for the running statistics: they are measured, not learned
  const Tensor dy = b.dy().to(wide);
  if (b.needs(kBias)) gradients[kBias] = as_input(total(dy), kBias);
  if (!b.needs(kX) && !b.needs(kWeight)) return as_functions_of_inputs(std::move(gradients));

  const Tensor x = b.input(kX).to(wide);
  const Tensor centred = x - (training ? average(x) : b.output(1).reshape(column));
  const Tensor var = training ? average(centred * centred) : b.output(2).reshape(column);
  const Tensor r = 1 / sqrt(var + eps);
  const Tensor h = centred * r;
  if (b.needs(kWeight)) gradients[kWeight] = as_input(total(dy * h), kWeight);
  if (b.needs(kX)) {
    const Tensor weight = b.input(kWeight);
    const Tensor scale = weight.defined() ? r * weight.to(wide).reshape(column) : r;
    const Tensor inner = training ? dy - average(dy) - h * average(dy * h) : dy;
    gradients[kX] = as_input(inner * scale, kX);
  }
  return as_functions_of_inputs(std::move(gradients));
}

namespace {
/// running = (1 - momentum) running + momentum batch
void move_towards(Tensor running, const Tensor& batch, double momentum) {
  if (!running.defined()) return;
  running.mul_(1 - momentum).add_(batch * momentum);
}
}  // namespace

Tensor batch_norm(const Tensor& input, const Tensor& running_mean, const Tensor& running_var,
                  const Tensor& weight, const Tensor& bias, bool training, double momentum,
                  double eps) {
  const Tensors out = apply_many(BatchNorm{.training = training, .eps = eps}, input, weight, bias,
                                 running_mean, running_var);
  if (training && input.numel() > 0 && (running_mean.defined() || running_var.defined())) {
    NoGrad guard;
    const double count = static_cast<double>(input.numel()) / static_cast<double>(input.size(1));
    move_towards(running_mean, out[1], momentum);
    // The batch's own variance is a little small: count/(count-1) makes it right on average.
    move_towards(running_var, out[2] * (count / (count - 1)), momentum);
  }
  return out[0];
}

}  // namespace limpid

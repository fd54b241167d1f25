#include "limpid/explain/layer_bench.h"

#include <algorithm>
#include <chrono>

#include "limpid/autograd/engine.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/explain/timing.h"
#include "limpid/op/case.h"
#include "limpid/ops/avg_pool2d/avg_pool2d.h"
#include "limpid/ops/conv1d/conv1d.h"
#include "limpid/ops/conv2d/conv2d.h"
#include "limpid/ops/max_pool2d/max_pool2d.h"
#include "limpid/tensor/creation.h"
#if LIMPID_HAS_CPU
#include "limpid/ops/algorithms.h"
#endif

namespace limpid {

#if LIMPID_HAS_CPU

namespace {

/// A layer: what it computes, and the card whose ladder decides how.
struct Layer {
  std::string name, sizes;
  std::string op;             ///< whose ladder: "conv2d"
  AnyOp card;                 ///< the card that runs, for the plan
  std::vector<Shape> shapes;  ///< of the card's inputs
  std::vector<Tensor> inputs;
  std::function<Tensor(const std::vector<Tensor>&)> call;
};

Layer conv_layer(const std::string& what, const Shape& x, const Shape& w, ConvAttributes op) {
  Conv2d card;
  static_cast<ConvAttributes&>(card) = op;
  return {
      .name = str("conv2d ", what),
      .sizes = str(x, " -> ", w[0], " channels"),
      .op = "conv2d",
      .card = any(card),
      .shapes = {x, w, {w[0]}},
      .inputs = {randn(x, {.requires_grad = true}), randn(w, {.requires_grad = true}),
                 randn({w[0]}, {.requires_grad = true})},
      .call = [card](const std::vector<Tensor>& in) { return apply(card, in[0], in[1], in[2]); }};
}

Layer conv1d_layer(std::int64_t batch) {
  const Shape x{batch, 32, 512}, w{64, 32, 5};
  Conv2d card;  // conv1d is conv2d of images one pixel high
  card.padding = {0, 2};
  return {.name = "conv1d 5",
          .sizes = str(x, " -> ", w[0], " channels"),
          .op = "conv2d",
          .card = any(card),
          .shapes = {{x[0], x[1], 1, x[2]}, {w[0], w[1], 1, w[2]}, {w[0]}},
          .inputs = {randn(x, {.requires_grad = true}), randn(w, {.requires_grad = true}),
                     randn({w[0]}, {.requires_grad = true})},
          .call = [](const std::vector<Tensor>& in) {
            return conv1d(in[0], in[1], in[2], {.padding = 2});
          }};
}

template <class Card>
Layer pool_layer(const std::string& what, const Shape& x, const Card& card,
                 Tensor (*call)(const Tensor&)) {
  return {.name = str(Card::doc.name, " ", what),
          .sizes = str(x),
          .op = std::string(Card::doc.name),
          .card = any(card),
          .shapes = {x},
          .inputs = {randn(x, {.requires_grad = true})},
          .call = [call](const std::vector<Tensor>& in) { return call(in[0]); }};
}

/// The first of each op is a case for which figures of other frameworks exist.
std::vector<Layer> layers(std::int64_t n) {
  const Shape image{n, 16, 64, 64};
  std::vector<Layer> all;
  all.push_back(
      conv_layer("3x3 stride 2", image, {32, 16, 3, 3}, {.stride = {2, 2}, .padding = {1, 1}}));
  all.push_back(
      pool_layer("2x2", image, MaxPool2d{2, 2}, [](const Tensor& x) { return max_pool2d(x, 2); }));
  all.push_back(
      pool_layer("2x2", image, AvgPool2d{2, 2}, [](const Tensor& x) { return avg_pool2d(x, 2); }));
  all.push_back(conv_layer("3x3 on 32x32", {n, 32, 32, 32}, {32, 32, 3, 3}, {.padding = {1, 1}}));
  all.push_back(conv_layer("3x3 on 56x56", {n, 64, 56, 56}, {64, 64, 3, 3}, {.padding = {1, 1}}));
  all.push_back(conv_layer("1x1", {n, 64, 32, 32}, {64, 64, 1, 1}, {}));
  all.push_back(conv_layer("3x3 depthwise", {n, 64, 32, 32}, {64, 1, 3, 3},
                           {.padding = {1, 1}, .groups = 64}));
  all.push_back(conv_layer("3x3 in 4 groups", {n, 64, 32, 32}, {64, 16, 3, 3},
                           {.padding = {1, 1}, .groups = 4}));
  all.push_back(conv1d_layer(n));
  all.push_back(pool_layer("3x3 stride 2", image, MaxPool2d{3, 2, 1}, [](const Tensor& x) {
    return max_pool2d(x, 3, {.stride = 2, .padding = 1});
  }));
  return all;
}

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Seconds of the passes: forward, and backward with the gradients of all inputs.
std::pair<double, double> time_passes(const Layer& layer, const Tensor& dy) {
  double forward = 0, backward = 0;
  const Tensor seeds[] = {dy};
  for (int pass = 0; pass < kLayerPasses; ++pass) {
    double start = now();
    const Tensor y = layer.call(layer.inputs), outputs[] = {y};
    forward += now() - start;
    start = now();
    grad(outputs, layer.inputs, seeds);
    backward += now() - start;
  }
  return {forward, backward};
}

double median(std::vector<double> v) {
  std::sort(v.begin(), v.end());
  return v[v.size() / 2];
}

/// Least seconds of one forward pass: every tensor moved once, every operation at full speed.
double least_seconds(const Layer& layer, const Tensor& y) {
  double bytes = static_cast<double>(y.numel());
  for (const Tensor& input : layer.inputs) bytes += static_cast<double>(input.numel());
  double flops = 0;
  if (layer.op == "conv2d") {  // a window of the weight for each output
    const Tensor& w = layer.inputs[1];
    flops = 2 * static_cast<double>(y.numel()) * static_cast<double>(w.numel() / w.size(0));
  }
  const Roofline& limit = measured_roofline();
  return std::max(4 * bytes / limit.bytes_per_second, flops / limit.flops_per_second);
}

/// A rung as slow as this in one round is not worth the time of another.
constexpr double kSlowRound = 1;

/// The medians of what was measured of one rung, and their shares of the roofline.
void fill_in(LayerFigure& figure, const std::vector<double>& forward,
             const std::vector<double>& backward, const Layer& layer, double least) {
  figure.forward = median(forward), figure.backward = median(backward);
  figure.forward_share = least / figure.forward;
  // A backward pass does the work of a forward one for each operand with a gradient.
  figure.backward_share = (layer.op == "conv2d" ? 2 : 1) * least / figure.backward;
}

/// All rungs of one layer, measured in turn so that all see the same noise.
void measure(const Layer& layer, int rounds, std::vector<LayerFigure>& figures) {
  const Tensor y = layer.call(layer.inputs), dy = randn(y.shape());
  const AlgorithmPlan plan = algorithm_plan(layer.card, layer.shapes);
  const std::vector<AlgorithmPlan::Step>& rungs = plan.ladder;
  std::vector<LayerFigure> mine(rungs.size());
  std::vector<std::vector<double>> forward(rungs.size()), backward(rungs.size());
  for (int round = 0; round < rounds; ++round)
    for (std::size_t r = 0; r < rungs.size(); ++r) {
      if (!mine[r].refused.empty()) continue;
      if (round > 0 && forward[r][0] + backward[r][0] > kSlowRound) continue;
      const AlgorithmGuard guard(layer.op, rungs[r].name);
      try {
        const auto [f, b] = time_passes(layer, dy);
        forward[r].push_back(f), backward[r].push_back(b);
      } catch (const ValueError& refusal) {
        mine[r].refused = rungs[r].reason.empty() ? refusal.what() : rungs[r].reason;
      }
    }
  const double least = least_seconds(layer, y) * kLayerPasses;
  for (std::size_t r = 0; r < rungs.size(); ++r) {
    LayerFigure& figure = mine[r];
    figure.layer = layer.name, figure.sizes = layer.sizes;
    figure.algorithm = rungs[r].name, figure.chosen = rungs[r].name == plan.chosen;
    if (figure.refused.empty()) fill_in(figure, forward[r], backward[r], layer, least);
    figures.push_back(std::move(figure));
  }
}

}  // namespace

std::vector<LayerFigure> measure_layers(const LayerBenchOptions& options,
                                        const std::function<void(const std::string&)>& progress) {
  std::vector<LayerFigure> figures;
  for (const Layer& layer : layers(options.batch)) {
    progress(str(layer.name, ", ", layer.sizes));
    measure(layer, options.rounds, figures);
  }
  return figures;
}

#else

std::vector<LayerFigure> measure_layers(const LayerBenchOptions&,
                                        const std::function<void(const std::string&)>&) {
  throw ValueError("bench layers: this build has no kernels to choose from (LIMPID_CPU=OFF)");
}

#endif

}  // namespace limpid

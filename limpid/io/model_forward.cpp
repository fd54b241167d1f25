// Runs a model from its description. A layer whose op this build leaves out (LIMPID_OPS) has no
// entry in the table, so that the linker drops the op's kernels too.

#include <algorithm>

#include "limpid/config.h"
#include "limpid/core/error.h"
#include "limpid/core/layer_path.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/io/model_file.h"
#include "limpid/ops/adaptive_pool/adaptive_pool.h"
#include "limpid/ops/avg_pool2d/avg_pool2d.h"
#include "limpid/ops/batch_norm/batch_norm.h"
#include "limpid/ops/conv2d/conv2d.h"
#include "limpid/ops/layer_norm/layer_norm.h"
#include "limpid/ops/linear/linear.h"
#include "limpid/ops/log_softmax/log_softmax.h"
#include "limpid/ops/max_pool2d/max_pool2d.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/ops/softmax/softmax.h"

namespace limpid {

namespace {

/// The tensors of one layer.
class Parameters {
 public:
  Parameters(const ModelFile& model, std::size_t layer) : model_(model), prefix_(str(layer, ".")) {}
  /// Undefined when the layer has none of that name.
  Tensor operator[](std::string_view name) const {
    const std::string full = str(prefix_, name);
    const auto found = std::find_if(model_.state.begin(), model_.state.end(),
                                    [&](const auto& entry) { return entry.name == full; });
    return found == model_.state.end() ? Tensor() : found->tensor;
  }

 private:
  const ModelFile& model_;
  std::string prefix_;
};

using Run = Tensor (*)(const LayerSpec& layer, const Parameters& p, const Tensor& x);

Tensor run_linear(const LayerSpec&, const Parameters& p, const Tensor& x) {
  return linear(x, p["weight"], p["bias"]);
}
Tensor run_conv2d(const LayerSpec& layer, const Parameters& p, const Tensor& x) {
  const auto stride = layer.pair("stride"), padding = layer.pair("padding");
  const auto dilation = layer.pair("dilation");
  return conv2d(x, p["weight"], p["bias"],
                {.stride = {stride[0], stride[1]},
                 .padding = {padding[0], padding[1]},
                 .dilation = {dilation[0], dilation[1]},
                 .groups = layer.integer("groups")});
}
Tensor run_max_pool2d(const LayerSpec& layer, const Parameters&, const Tensor& x) {
  const auto kernel = layer.pair("kernel_size"), stride = layer.pair("stride");
  const auto padding = layer.pair("padding"), dilation = layer.pair("dilation");
  return max_pool2d(x, {kernel[0], kernel[1]},
                    {.stride = {stride[0], stride[1]},
                     .padding = {padding[0], padding[1]},
                     .dilation = {dilation[0], dilation[1]},
                     .ceil_mode = layer.flag("ceil_mode")});
}
Tensor run_avg_pool2d(const LayerSpec& layer, const Parameters&, const Tensor& x) {
  const auto kernel = layer.pair("kernel_size"), stride = layer.pair("stride");
  const auto padding = layer.pair("padding");
  return avg_pool2d(x, {kernel[0], kernel[1]},
                    {.stride = {stride[0], stride[1]},
                     .padding = {padding[0], padding[1]},
                     .ceil_mode = layer.flag("ceil_mode"),
                     .count_include_pad = layer.flag("count_include_pad")});
}
Tensor run_adaptive_avg_pool2d(const LayerSpec& layer, const Parameters&, const Tensor& x) {
  const auto size = layer.pair("output_size");
  return adaptive_avg_pool2d(x, IntPair(size[0], size[1]));
}
Tensor run_batch_norm(const LayerSpec& layer, const Parameters& p, const Tensor& x) {
  return batch_norm(x, p["running_mean"], p["running_var"], p["weight"], p["bias"],
                    /*training=*/false, layer.number("momentum"), layer.number("eps"));
}
Tensor run_layer_norm(const LayerSpec& layer, const Parameters& p, const Tensor& x) {
  return layer_norm(x, layer.shape("normalized_shape"), p["weight"], p["bias"],
                    layer.number("eps"));
}

/// An activation without numbers.
template <Tensor (*function)(const Tensor&)>
Tensor run(const LayerSpec&, const Parameters&, const Tensor& x) {
  return function(x);
}
Tensor run_leaky_relu(const LayerSpec& layer, const Parameters&, const Tensor& x) {
  return leaky_relu(x, layer.number("negative_slope"));
}
Tensor run_elu(const LayerSpec& layer, const Parameters&, const Tensor& x) {
  return elu(x, layer.number("alpha"));
}
Tensor run_gelu(const LayerSpec& layer, const Parameters&, const Tensor& x) {
  return gelu(x, layer.text("approximate"));
}
Tensor run_softplus(const LayerSpec& layer, const Parameters&, const Tensor& x) {
  return softplus(x, layer.number("beta"), layer.number("threshold"));
}
Tensor run_softmax(const LayerSpec& layer, const Parameters&, const Tensor& x) {
  return softmax(x, layer.integer("dim"));
}
Tensor run_log_softmax(const LayerSpec& layer, const Parameters&, const Tensor& x) {
  return log_softmax(x, layer.integer("dim"));
}
Tensor run_dropout(const LayerSpec&, const Parameters&, const Tensor& x) { return x; }
Tensor run_flatten(const LayerSpec& layer, const Parameters&, const Tensor& x) {
  return x.flatten(layer.integer("start_dim"), layer.integer("end_dim"));
}

struct Runner {
  std::string_view type;
  Run run;
};
constexpr Run if_selected(std::string_view op, Run run) { return op_selected(op) ? run : nullptr; }

constexpr Runner kRunners[] = {
    {"Linear", if_selected("linear", run_linear)},
    {"Conv2d", if_selected("conv2d", run_conv2d)},
    {"MaxPool2d", if_selected("max_pool2d", run_max_pool2d)},
    {"AvgPool2d", if_selected("avg_pool2d", run_avg_pool2d)},
    {"AdaptiveAvgPool2d", if_selected("adaptive_avg_pool2d", run_adaptive_avg_pool2d)},
    {"BatchNorm1d", if_selected("batch_norm", run_batch_norm)},
    {"BatchNorm2d", if_selected("batch_norm", run_batch_norm)},
    {"LayerNorm", if_selected("layer_norm", run_layer_norm)},
    {"ReLU", if_selected("relu", run<relu>)},
    {"ReLU6", if_selected("hardtanh", run<relu6>)},
    {"LeakyReLU", if_selected("leaky_relu", run_leaky_relu)},
    {"ELU", if_selected("elu", run_elu)},
    {"SELU", if_selected("elu", run<selu>)},
    {"GELU", if_selected("gelu", run_gelu)},
    {"SiLU", if_selected("silu", run<silu>)},
    {"Mish", if_selected("mish", run<mish>)},
    {"Softplus", if_selected("softplus", run_softplus)},
    {"Hardswish", if_selected("hardswish", run<hardswish>)},
    {"Sigmoid", if_selected("sigmoid", run<sigmoid>)},
    {"Tanh", if_selected("tanh", run<tanh>)},
    {"Softmax", if_selected("softmax", run_softmax)},
    {"LogSoftmax", if_selected("log_softmax", run_log_softmax)},
    {"Dropout", run_dropout},
    {"Flatten", run_flatten}};

Run runner_of(const LayerSpec& layer) {
  for (const Runner& runner : kRunners)
    if (runner.type == layer.type && runner.run) return runner.run;
  throw ValueError(str("this build cannot run a layer of type ", quote(layer.type)));
}

}  // namespace

Tensor forward(const ModelFile& model, const Tensor& input) {
  Tensor x = input;
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    const std::string name = str(i);
    const LayerScope scope(name);
    x = runner_of(model.layers[i])(model.layers[i], Parameters(model, i), x);
    if (x.numel() > kMaxActivation)
      throw ValueError(str("layer ", i, " (", model.layers[i].type, ") would give ",
                           to_string(x.shape()), ", too large to compute"));
  }
  return x;
}

}  // namespace limpid

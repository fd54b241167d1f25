// Runs a model from its description. A layer whose op this build leaves out (LIMPID_OPS) has no
// entry in the table, so that the linker drops the op's kernels too.

#include <algorithm>

#include "limpid/config.h"
#include "limpid/core/error.h"
#include "limpid/core/layer_path.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/io/model_file.h"
#include "limpid/ops/batch_norm/batch_norm.h"
#include "limpid/ops/conv2d/conv2d.h"
#include "limpid/ops/linear/linear.h"
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
                                    [&](const auto& entry) { return entry.first == full; });
    return found == model_.state.end() ? Tensor() : found->second;
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
Tensor run_batch_norm(const LayerSpec& layer, const Parameters& p, const Tensor& x) {
  return batch_norm(x, p["running_mean"], p["running_var"], p["weight"], p["bias"],
                    /*training=*/false, layer.number("momentum"), layer.number("eps"));
}
Tensor run_relu(const LayerSpec&, const Parameters&, const Tensor& x) { return relu(x); }
Tensor run_sigmoid(const LayerSpec&, const Parameters&, const Tensor& x) { return sigmoid(x); }
Tensor run_tanh(const LayerSpec&, const Parameters&, const Tensor& x) { return tanh(x); }
Tensor run_softmax(const LayerSpec& layer, const Parameters&, const Tensor& x) {
  return softmax(x, layer.integer("dim"));
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

constexpr Runner kRunners[] = {{"Linear", if_selected("linear", run_linear)},
                               {"Conv2d", if_selected("conv2d", run_conv2d)},
                               {"MaxPool2d", if_selected("max_pool2d", run_max_pool2d)},
                               {"BatchNorm1d", if_selected("batch_norm", run_batch_norm)},
                               {"BatchNorm2d", if_selected("batch_norm", run_batch_norm)},
                               {"ReLU", if_selected("relu", run_relu)},
                               {"Sigmoid", if_selected("sigmoid", run_sigmoid)},
                               {"Tanh", if_selected("tanh", run_tanh)},
                               {"Softmax", if_selected("softmax", run_softmax)},
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

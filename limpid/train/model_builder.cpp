#include "limpid/train/model_builder.h"

#include <algorithm>
#include <utility>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/nn/activation.h"
#include "limpid/nn/batch_norm.h"
#include "limpid/nn/conv.h"
#include "limpid/nn/dropout.h"
#include "limpid/nn/flatten.h"
#include "limpid/nn/layer_norm.h"
#include "limpid/nn/linear.h"
#include "limpid/nn/pooling.h"

namespace limpid {

namespace {

LayerSpec layer(std::string type, Json::Object attributes = {}) {
  return checked({std::move(type), std::move(attributes)});
}

/// The recipe's names of activations, which are those of the functions, and their layers.
constexpr std::pair<std::string_view, std::string_view> kActivations[] = {
    {"relu", "ReLU"},       {"leaky_relu", "LeakyReLU"},
    {"elu", "ELU"},         {"selu", "SELU"},
    {"gelu", "GELU"},       {"silu", "SiLU"},
    {"mish", "Mish"},       {"softplus", "Softplus"},
    {"relu6", "ReLU6"},     {"hardswish", "Hardswish"},
    {"sigmoid", "Sigmoid"}, {"tanh", "Tanh"}};

std::string activation_type(const Recipe& recipe) {
  for (const auto& [name, type] : kActivations)
    if (name == recipe.activation) return std::string(type);
  throw ValueError(str("there is no layer for the activation ", recipe.activation));
}

LayerSpec linear_layer(std::int64_t in, std::int64_t out) {
  return layer("Linear", {{"in_features", in}, {"out_features", out}});
}

/// flatten, then for each width: linear, [batch norm], activation, [dropout]; last: linear.
std::vector<LayerSpec> mlp_layers(const Recipe& recipe, std::int64_t inputs, std::int64_t classes,
                                  const std::vector<std::int64_t>& widths) {
  std::vector<LayerSpec> out{layer("Flatten")};
  for (std::int64_t width : widths) {
    out.push_back(linear_layer(inputs, width));
    if (recipe.batch_norm) out.push_back(layer("BatchNorm1d", {{"num_features", width}}));
    out.push_back(layer(activation_type(recipe)));
    if (recipe.dropout > 0) out.push_back(layer("Dropout", {{"p", recipe.dropout}}));
    inputs = width;
  }
  out.push_back(linear_layer(inputs, classes));
  return out;
}

/// For each number of channels: 3x3 convolution, [batch norm], activation, 2x2 max pooling while
/// the image is at least 4 wide and high; then flatten, [dropout], linear.
std::vector<LayerSpec> cnn_layers(const Recipe& recipe, const Shape& sample, std::int64_t classes) {
  std::int64_t channels = sample[0], height = sample[1], width = sample[2];
  std::vector<LayerSpec> out;
  for (std::int64_t next : recipe.hidden) {
    out.push_back(layer(
        "Conv2d",
        {{"in_channels", channels}, {"out_channels", next}, {"kernel_size", 3}, {"padding", 1}}));
    if (recipe.batch_norm) out.push_back(layer("BatchNorm2d", {{"num_features", next}}));
    out.push_back(layer(activation_type(recipe)));
    if (height >= 4 && width >= 4) {
      out.push_back(layer("MaxPool2d", {{"kernel_size", 2}}));
      height /= 2;
      width /= 2;
    }
    channels = next;
  }
  out.push_back(layer("Flatten"));
  if (recipe.dropout > 0) out.push_back(layer("Dropout", {{"p", recipe.dropout}}));
  out.push_back(linear_layer(channels * height * width, classes));
  return out;
}

IntPair pair(const LayerSpec& l, std::string_view name) {
  const auto both = l.pair(name);
  return {both[0], both[1]};
}

nn::Conv2d conv2d_layer(const LayerSpec& l) {
  return nn::Conv2d(l.integer("in_channels"), l.integer("out_channels"), pair(l, "kernel_size"),
                    {.stride = pair(l, "stride"),
                     .padding = pair(l, "padding"),
                     .dilation = pair(l, "dilation"),
                     .groups = l.integer("groups"),
                     .bias = l.flag("bias")});
}
nn::MaxPool2d max_pool2d_layer(const LayerSpec& l) {
  return nn::MaxPool2d(pair(l, "kernel_size"), {.stride = pair(l, "stride"),
                                                .padding = pair(l, "padding"),
                                                .dilation = pair(l, "dilation"),
                                                .ceil_mode = l.flag("ceil_mode")});
}
nn::AvgPool2d avg_pool2d_layer(const LayerSpec& l) {
  return nn::AvgPool2d(pair(l, "kernel_size"), {.stride = pair(l, "stride"),
                                                .padding = pair(l, "padding"),
                                                .ceil_mode = l.flag("ceil_mode"),
                                                .count_include_pad = l.flag("count_include_pad")});
}
template <class Layer>
Layer batch_norm_layer(const LayerSpec& l) {
  return Layer(
      l.integer("num_features"),
      {.eps = l.number("eps"), .momentum = l.number("momentum"), .affine = l.flag("affine")});
}
nn::LayerNorm layer_norm_layer(const LayerSpec& l) {
  return nn::LayerNorm(l.shape("normalized_shape"),
                       {.eps = l.number("eps"),
                        .elementwise_affine = l.flag("elementwise_affine"),
                        .bias = l.flag("bias")});
}

template <class M>
std::shared_ptr<nn::Module> shared(M module) {
  return std::make_shared<M>(std::move(module));
}

/// A layer without attributes.
template <class M>
std::shared_ptr<nn::Module> plain(const LayerSpec&) {
  return std::make_shared<M>();
}

struct Builder {
  std::string_view type;
  std::shared_ptr<nn::Module> (*build)(const LayerSpec&);
};
constexpr Builder kBuilders[] = {
    {"Linear",
     [](const LayerSpec& l) {
       return shared(nn::Linear(l.integer("in_features"), l.integer("out_features"),
                                {.bias = l.flag("bias")}));
     }},
    {"Conv2d", [](const LayerSpec& l) { return shared(conv2d_layer(l)); }},
    {"MaxPool2d", [](const LayerSpec& l) { return shared(max_pool2d_layer(l)); }},
    {"AvgPool2d", [](const LayerSpec& l) { return shared(avg_pool2d_layer(l)); }},
    {"AdaptiveAvgPool2d",
     [](const LayerSpec& l) { return shared(nn::AdaptiveAvgPool2d(pair(l, "output_size"))); }},
    {"BatchNorm1d",
     [](const LayerSpec& l) { return shared(batch_norm_layer<nn::BatchNorm1d>(l)); }},
    {"BatchNorm2d",
     [](const LayerSpec& l) { return shared(batch_norm_layer<nn::BatchNorm2d>(l)); }},
    {"LayerNorm", [](const LayerSpec& l) { return shared(layer_norm_layer(l)); }},
    {"Dropout", [](const LayerSpec& l) { return shared(nn::Dropout(l.number("p"))); }},
    {"ReLU", plain<nn::ReLU>},
    {"ReLU6", plain<nn::ReLU6>},
    {"LeakyReLU",
     [](const LayerSpec& l) { return shared(nn::LeakyReLU(l.number("negative_slope"))); }},
    {"ELU", [](const LayerSpec& l) { return shared(nn::ELU(l.number("alpha"))); }},
    {"SELU", plain<nn::SELU>},
    {"GELU", [](const LayerSpec& l) { return shared(nn::GELU(l.text("approximate"))); }},
    {"SiLU", plain<nn::SiLU>},
    {"Mish", plain<nn::Mish>},
    {"Softplus",
     [](const LayerSpec& l) {
       return shared(nn::Softplus(l.number("beta"), l.number("threshold")));
     }},
    {"Hardswish", plain<nn::Hardswish>},
    {"Sigmoid", plain<nn::Sigmoid>},
    {"Tanh", plain<nn::Tanh>},
    {"Softmax", [](const LayerSpec& l) { return shared(nn::Softmax(l.integer("dim"))); }},
    {"LogSoftmax", [](const LayerSpec& l) { return shared(nn::LogSoftmax(l.integer("dim"))); }},
    {"Flatten", [](const LayerSpec& l) {
       return shared(nn::Flatten(l.integer("start_dim"), l.integer("end_dim")));
     }}};

std::shared_ptr<nn::Module> build_layer(const LayerSpec& l) {
  for (const Builder& builder : kBuilders)
    if (builder.type == l.type) return builder.build(l);
  throw ValueError(str("no module runs a layer of type ", l.type));
}

}  // namespace

std::vector<LayerSpec> describe_model(const Recipe& recipe, const Shape& sample_shape,
                                      std::int64_t classes) {
  if (recipe.model == "cnn") return cnn_layers(recipe, sample_shape, classes);
  const std::int64_t inputs = numel(sample_shape);
  return mlp_layers(recipe, inputs, classes,
                    recipe.model == "linear" ? std::vector<std::int64_t>{} : recipe.hidden);
}

void check_batches(const Recipe& recipe, std::span<const LayerSpec> layers, std::int64_t samples) {
  const auto has_single = [&](std::int64_t size) { return size == 1 || samples % size == 1; };
  const bool normalises = std::any_of(layers.begin(), layers.end(), [](const LayerSpec& l) {
    return l.type == "BatchNorm1d";  // BatchNorm2d has a picture of at least 2 x 2 a sample
  });
  if (!normalises || !has_single(recipe.batch_size)) return;
  if (samples < 2) throw ValueError("--batch-norm needs more than one sample to train on");
  std::int64_t size = std::min(std::max<std::int64_t>(2, recipe.batch_size - 1), samples);
  while (has_single(size)) ++size;  // ends at `samples`, if not before
  throw ValueError(str("--batch-size ", recipe.batch_size, " leaves a batch of one sample of the ",
                       samples, " to train on, and --batch-norm needs two; --batch-size ", size,
                       " works"));
}

nn::Sequential build_model(std::span<const LayerSpec> layers) {
  nn::Sequential model;
  for (const LayerSpec& l : layers) model.append(build_layer(l));
  return model;
}

}  // namespace limpid

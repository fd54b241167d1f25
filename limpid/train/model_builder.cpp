#include "limpid/train/model_builder.h"

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/nn/activation.h"
#include "limpid/nn/batch_norm.h"
#include "limpid/nn/conv2d.h"
#include "limpid/nn/dropout.h"
#include "limpid/nn/flatten.h"
#include "limpid/nn/linear.h"
#include "limpid/nn/max_pool2d.h"

namespace limpid {

namespace {

LayerSpec layer(std::string type, Json::Object attributes = {}) {
  return checked({std::move(type), std::move(attributes)});
}

std::string activation_type(const Recipe& recipe) {
  if (recipe.activation == "sigmoid") return "Sigmoid";
  return recipe.activation == "tanh" ? "Tanh" : "ReLU";
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

std::shared_ptr<nn::Module> build_layer(const LayerSpec& l) {
  const auto pair = [&](std::string_view name) {
    const auto both = l.pair(name);
    return IntPair{both[0], both[1]};
  };
  if (l.type == "Linear")
    return std::make_shared<nn::Linear>(l.integer("in_features"), l.integer("out_features"),
                                        nn::LinearOptions{.bias = l.flag("bias")});
  if (l.type == "Conv2d")
    return std::make_shared<nn::Conv2d>(l.integer("in_channels"), l.integer("out_channels"),
                                        pair("kernel_size"),
                                        nn::Conv2dOptions{.stride = pair("stride"),
                                                          .padding = pair("padding"),
                                                          .dilation = pair("dilation"),
                                                          .groups = l.integer("groups"),
                                                          .bias = l.flag("bias")});
  if (l.type == "MaxPool2d")
    return std::make_shared<nn::MaxPool2d>(pair("kernel_size"),
                                           MaxPool2dOptions{.stride = pair("stride"),
                                                            .padding = pair("padding"),
                                                            .dilation = pair("dilation"),
                                                            .ceil_mode = l.flag("ceil_mode")});
  const auto batch_norm_options = [&] {
    return nn::BatchNormOptions{
        .eps = l.number("eps"), .momentum = l.number("momentum"), .affine = l.flag("affine")};
  };
  if (l.type == "BatchNorm1d")
    return std::make_shared<nn::BatchNorm1d>(l.integer("num_features"), batch_norm_options());
  if (l.type == "BatchNorm2d")
    return std::make_shared<nn::BatchNorm2d>(l.integer("num_features"), batch_norm_options());
  if (l.type == "Dropout") return std::make_shared<nn::Dropout>(l.number("p"));
  if (l.type == "ReLU") return std::make_shared<nn::ReLU>();
  if (l.type == "Sigmoid") return std::make_shared<nn::Sigmoid>();
  if (l.type == "Tanh") return std::make_shared<nn::Tanh>();
  if (l.type == "Softmax") return std::make_shared<nn::Softmax>(l.integer("dim"));
  if (l.type == "Flatten")
    return std::make_shared<nn::Flatten>(l.integer("start_dim"), l.integer("end_dim"));
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

nn::Sequential build_model(std::span<const LayerSpec> layers) {
  nn::Sequential model;
  for (const LayerSpec& l : layers) model.append(build_layer(l));
  return model;
}

}  // namespace limpid

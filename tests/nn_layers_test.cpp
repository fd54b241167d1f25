// Layers against results that PyTorch gave (tests/golden/make_layers.py): text, names, values and
// gradients; and what they do besides: evaluate, take sizes, refuse.

#include <doctest/doctest.h>

#include <memory>
#include <set>

#include "limpid/nn/nn.h"
#include "limpid/ops/max_pool2d/max_pool2d.h"
#include "limpid/tensor/creation.h"
#include "tests/golden_layers.h"
#include "tests/thrown.h"

namespace limpid::nn_layers_test {

using namespace testing;
using nlohmann::json;

namespace {

/// What PyTorch is told to build, and the same here.
struct Row {
  std::string text;
  std::unique_ptr<nn::Module> (*build)();
};

template <class M>
std::unique_ptr<nn::Module> made(M layer) {
  return std::unique_ptr<nn::Module>(new M(std::move(layer)));
}

const std::vector<Row> kWindows = {
    {"Conv1d(4, 6, 3)", [] { return made(nn::Conv1d(4, 6, 3)); }},
    {"Conv1d(4, 6, 3, stride=2, padding=1, dilation=2, groups=2, bias=False)",
     [] {
       return made(nn::Conv1d(
           4, 6, 3, {.stride = 2, .padding = 1, .dilation = 2, .groups = 2, .bias = false}));
     }},
    {"Conv1d(4, 6, 4, padding='same')",
     [] { return made(nn::Conv1d(4, 6, 4, {.padding = "same"})); }},
    {"Conv1d(4, 6, 3, padding=2, padding_mode='circular')",
     [] { return made(nn::Conv1d(4, 6, 3, {.padding = 2, .padding_mode = "circular"})); }},
    {"Conv1d(4, 6, 4, padding='same', padding_mode='replicate')",
     [] { return made(nn::Conv1d(4, 6, 4, {.padding = "same", .padding_mode = "replicate"})); }},
    {"Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(1, 0))",
     [] {
       return made(nn::Conv2d(4, 6, {3, 2}, {.stride = {2, 1}, .padding = {1, 0}}));
     }},
    {"Conv2d(4, 4, 3, padding=(2, 1), padding_mode='reflect')",
     [] {
       return made(nn::Conv2d(4, 4, 3, {.padding = {2, 1}, .padding_mode = "reflect"}));
     }},
    {"Conv3d(2, 4, 2)", [] { return made(nn::Conv3d(2, 4, 2)); }},
    {"Conv3d(2, 4, (1, 2, 3), stride=(1, 2, 1), padding=(0, 1, 1), groups=2)",
     [] {
       return made(
           nn::Conv3d(2, 4, {1, 2, 3}, {.stride = {1, 2, 1}, .padding = {0, 1, 1}, .groups = 2}));
     }},
    {"Conv3d(2, 3, 3, padding=1, padding_mode='replicate', bias=False)",
     [] {
       return made(nn::Conv3d(2, 3, 3, {.padding = 1, .bias = false, .padding_mode = "replicate"}));
     }},
    {"ConvTranspose1d(4, 6, 3)", [] { return made(nn::ConvTranspose1d(4, 6, 3)); }},
    {"ConvTranspose1d(4, 6, 3, stride=3, padding=1, output_padding=2, groups=2, dilation=2)",
     [] {
       return made(nn::ConvTranspose1d(
           4, 6, 3, {.stride = 3, .padding = 1, .output_padding = 2, .groups = 2, .dilation = 2}));
     }},
    {"ConvTranspose2d(4, 3, 3, stride=2)",
     [] { return made(nn::ConvTranspose2d(4, 3, 3, {.stride = 2})); }},
    {"ConvTranspose2d(4, 3, (3, 2), stride=(2, 1), padding=(1, 0), output_padding=(1, 0), "
     "bias=False)",
     [] {
       return made(nn::ConvTranspose2d(
           4, 3, {3, 2},
           {.stride = {2, 1}, .padding = {1, 0}, .output_padding = {1, 0}, .bias = false}));
     }},
    {"ConvTranspose3d(2, 3, 2, stride=2)",
     [] { return made(nn::ConvTranspose3d(2, 3, 2, {.stride = 2})); }},
    {"ConvTranspose3d(2, 4, (2, 3, 1), stride=(2, 1, 1), padding=(0, 1, 0), groups=2)",
     [] {
       return made(nn::ConvTranspose3d(2, 4, {2, 3, 1},
                                       {.stride = {2, 1, 1}, .padding = {0, 1, 0}, .groups = 2}));
     }},
    {"MaxPool1d(3)", [] { return made(nn::MaxPool1d(3)); }},
    {"MaxPool1d(3, stride=2, padding=1, dilation=2, ceil_mode=True)",
     [] {
       return made(nn::MaxPool1d(3, {.stride = 2, .padding = 1, .dilation = 2, .ceil_mode = true}));
     }},
    {"MaxPool2d(2)", [] { return made(nn::MaxPool2d(2)); }},
    {"MaxPool2d((3, 2), stride=(2, 1), padding=(1, 0))",
     [] {
       return made(nn::MaxPool2d({3, 2}, {.stride = {2, 1}, .padding = {1, 0}}));
     }},
    {"MaxPool3d(2)", [] { return made(nn::MaxPool3d(2)); }},
    {"MaxPool3d((1, 2, 3), stride=1, padding=(0, 1, 1))",
     [] {
       return made(nn::MaxPool3d({1, 2, 3}, {.stride = 1, .padding = {0, 1, 1}}));
     }},
    {"AvgPool1d(3)", [] { return made(nn::AvgPool1d(3)); }},
    {"AvgPool1d(3, stride=2, padding=1, ceil_mode=True, count_include_pad=False)",
     [] {
       return made(nn::AvgPool1d(
           3, {.stride = 2, .padding = 1, .ceil_mode = true, .count_include_pad = false}));
     }},
    {"AvgPool2d(2)", [] { return made(nn::AvgPool2d(2)); }},
    {"AvgPool2d((3, 2), stride=(2, 1), padding=(1, 0), divisor_override=5)",
     [] {
       return made(
           nn::AvgPool2d({3, 2}, {.stride = {2, 1}, .padding = {1, 0}, .divisor_override = 5}));
     }},
    {"AvgPool3d(2)", [] { return made(nn::AvgPool3d(2)); }},
    {"AvgPool3d((1, 2, 3), stride=1)",
     [] {
       return made(nn::AvgPool3d({1, 2, 3}, {.stride = 1}));
     }},
    {"AdaptiveAvgPool1d(3)", [] { return made(nn::AdaptiveAvgPool1d(3)); }},
    {"AdaptiveAvgPool2d(1)", [] { return made(nn::AdaptiveAvgPool2d(1)); }},
    {"AdaptiveAvgPool2d((3, None))",
     [] {
       return made(nn::AdaptiveAvgPool2d({3, std::nullopt}));
     }},
    {"AdaptiveMaxPool1d(3)", [] { return made(nn::AdaptiveMaxPool1d(3)); }},
    {"AdaptiveMaxPool2d((3, 4))",
     [] {
       return made(nn::AdaptiveMaxPool2d({3, 4}));
     }},
    {"LPPool1d(2, 3)", [] { return made(nn::LPPool1d(2, 3)); }},
    {"LPPool2d(2, (3, 2), stride=2, ceil_mode=True)",
     [] {
       return made(nn::LPPool2d(2, {3, 2}, {.stride = 2, .ceil_mode = true}));
     }},
};

const std::vector<Row> kActivations = {
    {"ReLU()", [] { return made(nn::ReLU()); }},
    {"ReLU6()", [] { return made(nn::ReLU6()); }},
    {"SELU()", [] { return made(nn::SELU()); }},
    {"SiLU()", [] { return made(nn::SiLU()); }},
    {"Mish()", [] { return made(nn::Mish()); }},
    {"Sigmoid()", [] { return made(nn::Sigmoid()); }},
    {"LogSigmoid()", [] { return made(nn::LogSigmoid()); }},
    {"Hardsigmoid()", [] { return made(nn::Hardsigmoid()); }},
    {"Hardswish()", [] { return made(nn::Hardswish()); }},
    {"Tanh()", [] { return made(nn::Tanh()); }},
    {"Tanhshrink()", [] { return made(nn::Tanhshrink()); }},
    {"Softsign()", [] { return made(nn::Softsign()); }},
    {"LeakyReLU()", [] { return made(nn::LeakyReLU()); }},
    {"LeakyReLU(0.2)", [] { return made(nn::LeakyReLU(0.2)); }},
    {"ELU()", [] { return made(nn::ELU()); }},
    {"ELU(alpha=0.5)", [] { return made(nn::ELU(0.5)); }},
    {"CELU(2.0)", [] { return made(nn::CELU(2.0)); }},
    {"Hardshrink()", [] { return made(nn::Hardshrink()); }},
    {"Hardshrink(1.5)", [] { return made(nn::Hardshrink(1.5)); }},
    {"Softshrink()", [] { return made(nn::Softshrink()); }},
    {"Softshrink(1.5)", [] { return made(nn::Softshrink(1.5)); }},
    {"Hardtanh()", [] { return made(nn::Hardtanh()); }},
    {"Hardtanh(-2.0, 0.5)", [] { return made(nn::Hardtanh(-2.0, 0.5)); }},
    {"Softplus()", [] { return made(nn::Softplus()); }},
    {"Softplus(beta=2.0, threshold=3.0)", [] { return made(nn::Softplus(2.0, 3.0)); }},
    {"Threshold(0.5, -3.0)", [] { return made(nn::Threshold(0.5, -3.0)); }},
    {"GELU()", [] { return made(nn::GELU()); }},
    {"GELU('tanh')", [] { return made(nn::GELU("tanh")); }},
    {"Softmax(dim=1)", [] { return made(nn::Softmax(1)); }},
    {"LogSoftmax(dim=0)", [] { return made(nn::LogSoftmax(0)); }},
    {"Softmin(dim=-1)", [] { return made(nn::Softmin(-1)); }},
    {"GLU()", [] { return made(nn::GLU()); }},
    {"GLU(dim=0)", [] { return made(nn::GLU(0)); }},
    {"Softmax2d()", [] { return made(nn::Softmax2d()); }},
    {"PReLU()", [] { return made(nn::PReLU()); }},
    {"PReLU(3)", [] { return made(nn::PReLU(3)); }},
};

const std::vector<Row> kOthers = {
    {"Linear(4, 3)", [] { return made(nn::Linear(4, 3)); }},
    {"Bilinear(3, 4, 5)", [] { return made(nn::Bilinear(3, 4, 5)); }},
    {"Bilinear(3, 4, 2, bias=False)", [] { return made(nn::Bilinear(3, 4, 2, {.bias = false})); }},
    {"Embedding(9, 4)", [] { return made(nn::Embedding(9, 4)); }},
    {"Embedding(9, 4, padding_idx=3)",
     [] { return made(nn::Embedding(9, 4, {.padding_idx = 3})); }},
    {"Embedding(9, 3, padding_idx=-1)",
     [] { return made(nn::Embedding(9, 3, {.padding_idx = -1})); }},
    {"Flatten()", [] { return made(nn::Flatten()); }},
    {"Unflatten(1, (2, -1))",
     [] {
       return made(nn::Unflatten(1, {2, -1}));
     }},
    {"Identity()", [] { return made(nn::Identity()); }},
    {"ZeroPad1d(2)", [] { return made(nn::ZeroPad1d(2)); }},
    {"ZeroPad2d((1, 0, 2, 1))",
     [] {
       return made(nn::ZeroPad2d({1, 0, 2, 1}));
     }},
    {"ZeroPad3d(1)", [] { return made(nn::ZeroPad3d(1)); }},
    {"ConstantPad1d((1, 2), 0.5)",
     [] {
       return made(nn::ConstantPad1d({1, 2}, 0.5));
     }},
    {"ConstantPad2d(1, 3.5)", [] { return made(nn::ConstantPad2d(1, 3.5)); }},
    {"ConstantPad2d((1, -1, -1, 0), -2.0)",
     [] {
       return made(nn::ConstantPad2d({1, -1, -1, 0}, -2.0));
     }},
    {"ConstantPad3d((1, 0, 0, 1, 2, 0), 1.0)",
     [] {
       return made(nn::ConstantPad3d({1, 0, 0, 1, 2, 0}, 1.0));
     }},
    {"ReflectionPad1d(2)", [] { return made(nn::ReflectionPad1d(2)); }},
    {"ReflectionPad2d((1, 2, 0, 1))",
     [] {
       return made(nn::ReflectionPad2d({1, 2, 0, 1}));
     }},
    {"ReflectionPad3d(1)", [] { return made(nn::ReflectionPad3d(1)); }},
    {"ReplicationPad1d((3, 1))",
     [] {
       return made(nn::ReplicationPad1d({3, 1}));
     }},
    {"ReplicationPad2d(2)", [] { return made(nn::ReplicationPad2d(2)); }},
    {"ReplicationPad3d((1, 0, 0, 2, 1, 1))",
     [] {
       return made(nn::ReplicationPad3d({1, 0, 0, 2, 1, 1}));
     }},
    {"CircularPad1d((3, 1))",
     [] {
       return made(nn::CircularPad1d({3, 1}));
     }},
    {"CircularPad2d(2)", [] { return made(nn::CircularPad2d(2)); }},
    {"CircularPad3d((1, 0, 0, 2, 1, 1))",
     [] {
       return made(nn::CircularPad3d({1, 0, 0, 2, 1, 1}));
     }},
    {"Upsample(scale_factor=2.0)", [] { return made(nn::Upsample({.scale_factor = {2.0}})); }},
    {"Upsample(size=5, mode='linear', align_corners=True)",
     [] { return made(nn::Upsample({.size = {5}, .mode = "linear", .align_corners = true})); }},
    {"Upsample(scale_factor=(2.0, 1.5), mode='bilinear')",
     [] {
       return made(nn::Upsample({.scale_factor = {2.0, 1.5}, .mode = "bilinear"}));
     }},
    {"Upsample(size=(4, 3), mode='bicubic')",
     [] {
       return made(nn::Upsample({.size = {4, 3}, .mode = "bicubic"}));
     }},
    {"UpsamplingNearest2d(size=(4, 3))",
     [] {
       return made(nn::UpsamplingNearest2d({.size = {4, 3}}));
     }},
    {"UpsamplingBilinear2d(scale_factor=2.0)",
     [] { return made(nn::UpsamplingBilinear2d({.scale_factor = {2.0}})); }},
    {"PixelShuffle(2)", [] { return made(nn::PixelShuffle(2)); }},
    {"PixelUnshuffle(2)", [] { return made(nn::PixelUnshuffle(2)); }},
    {"PixelUnshuffle(3)", [] { return made(nn::PixelUnshuffle(3)); }},
    {"ChannelShuffle(3)", [] { return made(nn::ChannelShuffle(3)); }},
    {"Unfold((2, 3), dilation=1, padding=1, stride=2)",
     [] {
       return made(nn::Unfold({2, 3}, {.dilation = 1, .padding = 1, .stride = 2}));
     }},
    {"Fold((4, 5), 2, stride=(1, 2))",
     [] {
       return made(nn::Fold({4, 5}, 2, {.stride = {1, 2}}));
     }},
    {"CosineSimilarity()", [] { return made(nn::CosineSimilarity()); }},
    {"CosineSimilarity(dim=0)", [] { return made(nn::CosineSimilarity(0)); }},
    {"PairwiseDistance()", [] { return made(nn::PairwiseDistance()); }},
    {"PairwiseDistance(p=1.0, keepdim=True)",
     [] { return made(nn::PairwiseDistance({.p = 1.0, .keepdim = true})); }},
};

std::unique_ptr<nn::Module> build(const std::string& text) {
  for (const auto* rows : {&kWindows, &kActivations, &kOthers})
    for (const Row& row : *rows)
      if (row.text == text) return row.build();
  FAIL("no row builds ", text);
  return nullptr;
}

/// Element i is (7 i + 3) mod 9.
Tensor ids(const Shape& shape) {
  std::vector<std::int64_t> values(static_cast<std::size_t>(numel(shape)));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = (7 * static_cast<std::int64_t>(i) + 3) % 9;
  return from_values(std::span<const std::int64_t>(values), shape);
}

std::vector<Tensor> inputs_of(const json& c) {
  std::vector<Tensor> inputs;
  for (const auto& sizes : c["inputs"].get<std::vector<std::vector<std::int64_t>>>()) {
    const Shape shape{std::span<const std::int64_t>(sizes)};
    if (c["layer"].get<std::string>().starts_with("Embedding")) return {ids(shape)};
    inputs.push_back(
        filled(shape, 5 + static_cast<std::int64_t>(inputs.size()), c["divisor"]).requires_grad_());
  }
  return inputs;
}

std::vector<std::string> state_names(const nn::Module& module) {
  std::vector<std::string> names;
  for (const NamedTensor& entry : module.state_dict()) names.push_back(entry.name);
  return names;
}

/// Sends 1 + i mod 3 into element i.
void send_back(const Tensor& y) {
  std::vector<float> weights(static_cast<std::size_t>(y.numel()));
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<float>(1 + i % 3);
  (y * from_values(std::span<const float>(weights), y.shape())).sum().backward();
}

}  // namespace

TEST_CASE("layers give what PyTorch gives: text, names, values and gradients") {
  const json golden = read_golden("layers.json");
  std::set<std::string> tested;
  for (const json& c : golden) {
    const std::string text = c["layer"];
    INFO(text);
    tested.insert(text);
    const std::unique_ptr<nn::Module> layer = build(text);
    CHECK(nn::to_string(*layer) == c["repr"].get<std::string>());
    CHECK(state_names(*layer) == c["state"].get<std::vector<std::string>>());
    fill_parameters(*layer, 40);
    const std::vector<Tensor> x = inputs_of(c);
    const Tensor y = x.size() == 2 ? (*layer)(x[0], x[1]) : (*layer)(x[0]);
    check_equal(y, c["result"]);
    send_back(y);
    for (std::size_t i = 0; i < c["input_gradients"].size(); ++i)
      check_equal(x[i].grad(), c["input_gradients"][i]);
    const std::vector<Tensor> parameters = layer->parameters();
    REQUIRE(parameters.size() == c["parameter_gradients"].size());
    for (std::size_t i = 0; i < parameters.size(); ++i)
      check_equal(parameters[i].grad(), c["parameter_gradients"][i]);
  }
  CHECK(tested.size() == kWindows.size() + kActivations.size() + kOthers.size());
}

TEST_CASE("layers without chance do the same in training and in evaluation") {
  for (const json& c : read_golden("layers.json")) {
    INFO(c["layer"].get<std::string>());
    const std::unique_ptr<nn::Module> layer = build(c["layer"]);
    fill_parameters(*layer, 40);
    layer->eval();
    const std::vector<Tensor> x = inputs_of(c);
    check_equal(x.size() == 2 ? (*layer)(x[0], x[1]) : (*layer)(x[0]), c["result"]);
  }
}

// ---- sizes

TEST_CASE("transposed convolutions reach every size that shrinks to the input's") {
  nn::Conv2d down(2, 3, 3, {.stride = 2, .padding = 1});
  nn::ConvTranspose2d up(3, 2, 3, {.stride = 2, .padding = 1});
  for (std::int64_t height : {5, 6})
    for (std::int64_t width : {7, 8}) {
      const Tensor x = ones({1, 2, height, width});
      CHECK(up(down(x), {height, width}).shape() == x.shape());
    }
  CHECK(nn::ConvTranspose1d(1, 1, 2, {.stride = 3})(ones({1, 1, 2}), 7).shape() == Shape{1, 1, 7});
  CHECK(nn::ConvTranspose3d(1, 1, 1, {.stride = 2})(ones({1, 2, 2, 2}), {3, 4, 3}).shape() ==
        Shape{1, 3, 4, 3});
  // What is beyond the cells of the smallest output is the bias alone.
  const Tensor small = up(ones({1, 3, 3, 4}), {5, 7}), large = up(ones({1, 3, 3, 4}), {6, 8});
  const Tensor common = large.narrow(2, 0, 5).narrow(3, 0, 7);
  CHECK(common.to_vector<float>() == small.to_vector<float>());
  CHECK_SAYS(ValueError,
             "ConvTranspose2d: output_size (7, 8) is not possible: entry 0 must lie in 5..6 for an "
             "input of size 3",
             up(ones({1, 3, 3, 4}), {7, 8}));
  CHECK_SAYS(ValueError, "entry 1 must lie in 7..8", up(ones({1, 3, 3, 4}), {5, INT64_MIN}));
}

TEST_CASE("MaxUnpool puts back what max pooling took") {
  const Tensor x = tensor({1.0, 5.0, 2.0, 8.0, 3.0, 4.0, 7.0, 6.0, 0.0}).reshape({1, 3, 3});
  const auto [values, indices] = max_pool2d_with_indices(x, 2, {.stride = 1});
  nn::MaxUnpool2d unpool(2, {.stride = 1});
  CHECK(nn::to_string(unpool) == "MaxUnpool2d(kernel_size=(2, 2), stride=(1, 1), padding=(0, 0))");
  CHECK(unpool(values, indices).to_vector<double>() ==
        std::vector<double>{0, 5, 0, 8, 0, 0, 0, 6, 0});
  CHECK(nn::to_string(nn::MaxUnpool1d(3)) ==
        "MaxUnpool1d(kernel_size=(3,), stride=(3,), padding=(0,))");
  CHECK_SAYS(ValueError, "MaxUnpool2d: takes 2 tensors (values, indices), got 1", unpool(values));
}

TEST_CASE("PixelUnshuffle takes back what PixelShuffle did") {
  const Tensor x = filled({2, 3, 18, 2, 5}, 1, 1);
  const Tensor large = nn::PixelShuffle(3)(x);
  CHECK(large.shape() == Shape{2, 3, 2, 6, 15});
  CHECK(nn::PixelUnshuffle(3)(large).to_vector<float>() == x.to_vector<float>());
  CHECK(nn::PixelUnshuffle(3)(large).shape() == x.shape());
  CHECK(nn::PixelShuffle(2)(zeros({0, 4, 1, 1})).shape() == Shape{0, 1, 2, 2});
}

// ---- what does not fit

TEST_CASE("layers refuse what they cannot be") {
  CHECK_SAYS(ValueError, "Conv1d: groups 3 must divide in_channels 4 and out_channels 6",
             nn::Conv1d(4, 6, 3, {.groups = 3}));
  CHECK_SAYS(ValueError, "Conv3d: kernel_size must be at least 1, got 0",
             nn::Conv3d(4, 6, {3, 0, 3}));
  CHECK_SAYS(ValueError, "ConvTranspose2d: stride must be at least 1, got 0",
             nn::ConvTranspose2d(4, 6, 3, {.stride = 0}));
  CHECK_SAYS(ValueError, "Conv2d: padding must be at least 0, got -1",
             nn::Conv2d(4, 6, 3, {.padding = -1}));
  CHECK_SAYS(ValueError, "Conv2d: dilation must be at most 2^30",
             nn::Conv2d(4, 6, 3, {.dilation = INT64_MAX}));
  CHECK_SAYS(ValueError, "Conv2d: padding 'same' needs stride 1, got 2",
             nn::Conv2d(4, 6, 3, {.stride = 2, .padding = "same"}));
  CHECK_SAYS(ValueError, "Conv1d: there is no padding_mode 'reflec' (did you mean 'reflect'?)",
             nn::Conv1d(4, 6, 3, {.padding_mode = "reflec"}));
  CHECK_SAYS(ValueError, "GELU: approximate must be 'none' or 'tanh', got 'erf'", nn::GELU("erf"));
  CHECK_SAYS(ValueError, "PReLU: num_parameters must be at least 1, got 0", nn::PReLU(0));
  CHECK_SAYS(ValueError, "Embedding: padding_idx 9 is out of range for 9 rows",
             nn::Embedding(9, 4, {.padding_idx = 9}));
  CHECK_SAYS(ValueError, "Embedding: embedding_dim must be at least 0, got -1",
             nn::Embedding(9, -1));
  CHECK_SAYS(ShapeError, "weights must be (num_embeddings, embedding_dim), got shape (3,)",
             nn::Embedding::from_pretrained(ones({3})));
  CHECK_SAYS(ValueError, "ReflectionPad2d: padding must be one size or 4, got (1, 2)",
             nn::ReflectionPad2d({1, 2}));
  CHECK_SAYS(ValueError, "PixelShuffle: upscale_factor must be at least 1, got 0",
             nn::PixelShuffle(0));
  CHECK_SAYS(ValueError, "PixelUnshuffle: downscale_factor must be at most 32768",
             nn::PixelUnshuffle(INT64_MAX));
  CHECK_SAYS(ValueError, "Bilinear: in1_features must be at least 1", nn::Bilinear(0, 1, 1));
}

TEST_CASE("layers name themselves and their path when an input does not fit") {
  struct Bad {
    std::shared_ptr<nn::Module> layer;
    Tensor input;
    std::string text;
  };
  const std::vector<Bad> rows = {
      {made(nn::Conv1d(4, 6, 3)), ones({2, 5, 9}), "conv1d: input has 5 channels"},
      {made(nn::Conv3d(2, 4, 2)), ones({2, 4}), "conv3d: input must be"},
      {made(nn::ConvTranspose1d(4, 6, 3)), ones({2, 5, 9}), "input has 5 channels"},
      {made(nn::MaxPool1d(3)), ones({2, 3, 2}), "max_pool1d"},
      {made(nn::AvgPool3d(3)), ones({2, 3}), "avg_pool3d"},
      {made(nn::AdaptiveAvgPool2d(1)), ones({2}), "adaptive_avg_pool2d"},
      {made(nn::Embedding(9, 4)), tensor({std::int64_t{2}, std::int64_t{9}}), "9"},
      {made(nn::ReflectionPad1d(4)), ones({2, 3}), "pad: "},
      {made(nn::Softmax2d()), ones({2, 3}), "Softmax2d: needs a tensor (N, C, H, W) or (C, H, W)"},
      {made(nn::PReLU(3)), ones({2, 4}), "prelu"},
      {made(nn::GLU()), ones({2, 3}), "glu: dimension -1 has the odd size 3"},
      {made(nn::Hardshrink()), ones({2}, {.dtype = DType::i64}), "hardshrink: int64"},
      {made(nn::Softshrink(-1)), ones({2}), "softshrink: lambd is -1"},
      {made(nn::CELU(0)), ones({2}), "celu: alpha is 0"},
      {made(nn::Upsample({.scale_factor = {2}})), ones({2, 3}), "interpolate"},
      {made(nn::PixelShuffle(2)), ones({1, 6, 2, 2}),
       "PixelShuffle: the input has 6 channels, which is no multiple of the square of "
       "upscale_factor, 4"},
      {made(nn::PixelUnshuffle(2)), ones({3, 4}), "PixelUnshuffle: needs a tensor (..., C, H, W)"},
      {made(nn::PixelUnshuffle(2)), ones({1, 4, 3}), "the input has 3 columns"},
      {made(nn::ChannelShuffle(2)), ones({1, 3, 4}), "the input has 3 channels"},
      {made(nn::ChannelShuffle(2)), ones({4, 4}), "at least 3 dimensions"},
      {made(nn::CosineSimilarity()), ones({3, 4}), "takes 2 tensors (x1, x2), got 1"},
      {made(nn::PairwiseDistance()), ones({3, 4}), "takes 2 tensors (x1, x2), got 1"},
      {made(nn::Bilinear(2, 3, 4)), ones({5, 2}), "takes 2 tensors (x1, x2), got 1"},
  };
  for (const Bad& row : rows) {
    nn::Sequential model(nn::Named{"wrong", row.layer});
    const std::string message = thrown<Error>([&] { model(row.input); });
    CHECK_MESSAGE(message.find(row.text) != std::string::npos, message);
    CHECK_MESSAGE(message.find("layer wrong]") != std::string::npos, message);
  }
  nn::Bilinear bilinear(2, 3, 4);
  CHECK_SAYS(ShapeError, "Bilinear: x2 must be (..., 3), got shape (5, 2)",
             bilinear(ones({5, 2}), ones({5, 2})));
}

}  // namespace limpid::nn_layers_test

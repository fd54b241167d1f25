#include <cmath>
#include <string>

#include "limpid/core/str.h"
#include "limpid/op/case.h"
#include "limpid/ops/conv2d/conv2d_relu.h"

namespace limpid {

namespace {

/// One convolution, from which a case of each of the three cards is made.
struct Example {
  std::string name;
  Shape x, w;
  ConvAttributes op = {};
  bool bias = true;
  DType dtype = DType::f32;
};

/// Hard sizes for all three cards: what is not square, not aligned, overlapping, or almost empty.
std::vector<Example> examples() {
  return {
      {"3x3", {2, 3, 5, 5}, {4, 3, 3, 3}},
      {"no bias adds none", {2, 3, 5, 5}, {4, 3, 3, 3}, {}, false},
      {"image that is not square", {1, 2, 4, 9}, {3, 2, 3, 3}},
      {"kernel that is not square", {1, 2, 6, 7}, {3, 2, 2, 5}},
      {"all different",
       {2, 3, 7, 10},
       {4, 3, 3, 2},
       {.stride = {2, 3}, .padding = {1, 0}, .dilation = {2, 1}}},
      {"padding 1", {2, 3, 4, 4}, {4, 3, 3, 3}, {.padding = {1, 1}}},
      {"padding wider than the image", {1, 1, 2, 2}, {1, 1, 3, 3}, {.padding = {4, 5}}},
      {"padding on one side", {1, 2, 4, 5}, {2, 2, 2, 2}, {.padding = {0, 0, 1, 1}}},
      {"stride 2, rows left over", {2, 2, 6, 8}, {3, 2, 3, 3}, {.stride = {2, 2}}},
      {"stride larger than the kernel", {1, 2, 7, 9}, {3, 2, 2, 2}, {.stride = {3, 4}}},
      {"dilation 2", {1, 2, 7, 8}, {3, 2, 3, 3}, {.dilation = {2, 2}}},
      {"dilation and stride",
       {1, 2, 9, 8},
       {3, 2, 3, 2},
       {.stride = {2, 1}, .padding = {2, 1}, .dilation = {2, 3}}},
      {"1x1", {2, 5, 4, 3}, {7, 5, 1, 1}},
      {"1x1 stride 2", {2, 5, 4, 5}, {7, 5, 1, 1}, {.stride = {2, 2}}},
      {"1x1 in groups", {2, 4, 3, 5}, {6, 2, 1, 1}, {.groups = 2}},
      {"kernel as large as the image", {3, 2, 4, 5}, {6, 2, 4, 5}},
      {"one output", {1, 1, 2, 2}, {1, 1, 2, 2}},
      {"two groups", {2, 4, 5, 5}, {6, 2, 3, 3}, {.padding = {1, 1}, .groups = 2}},
      {"groups of one input", {1, 3, 5, 4}, {6, 1, 3, 3}, {.groups = 3}},
      {"depthwise", {2, 5, 6, 6}, {5, 1, 3, 3}, {.padding = {1, 1}, .groups = 5}},
      {"depthwise stride 2", {1, 4, 7, 6}, {4, 1, 3, 3}, {.stride = {2, 2}, .groups = 4}},
      {"depthwise, more channels than a vector", {2, 19, 3, 4}, {19, 1, 2, 2}, {.groups = 19}},
      {"one image without a batch", {3, 5, 6}, {4, 3, 3, 3}},
      {"no batch, in groups", {4, 5, 6}, {4, 2, 3, 3}, {.padding = {1, 1}, .groups = 2}, false},
      {"batch of 0", {0, 3, 5, 5}, {4, 3, 3, 3}},
      {"digits", {3, 1, 8, 8}, {16, 1, 3, 3}, {.padding = {1, 1}}},
      {"wide enough for a vector", {1, 8, 5, 18}, {17, 8, 3, 3}, {.padding = {1, 1}}},
      {"f64", {2, 3, 6, 5}, {4, 3, 3, 3}, {.padding = {1, 1}}, true, DType::f64},
      {"f16", {2, 3, 6, 5}, {4, 3, 3, 3}, {.padding = {1, 1}}, true, DType::f16},
      {"bf16", {2, 3, 6, 5}, {4, 3, 3, 3}, {.padding = {1, 1}}, true, DType::bf16},
  };
}

/// "(2, 1)": a shape as Python writes it.
std::string python(const Shape& shape) { return to_string(shape); }

/// The call in PyTorch, of tensors named as given.
std::string torch_call(const Example& e, const std::string& x, const std::string& w,
                       const std::string& bias) {
  std::string input = x;
  Shape padding = e.op.padding;
  if (padding.rank() == 4) {  // F.pad counts from the last axis
    input = str("F.pad(", x, ", (", padding[1], ", ", padding[3], ", ", padding[0], ", ",
                padding[2], "))");
    padding = {0, 0};
  }
  return str("F.conv2d(", input, ", ", w, ", ", bias, ", ", python(e.op.stride), ", ",
             python(padding), ", ", python(e.op.dilation), ", ", e.op.groups, ")");
}

template <class Card>
Card card_of(const Example& e) {
  Card card;
  static_cast<ConvAttributes&>(card) = e.op;
  return card;
}

bool smooth(const Example& e) { return size_of(e.dtype) > 2; }

Case forward_case(const Example& e) {
  return {.name = e.name,
          .inputs = {{.shape = e.x, .dtype = e.dtype},
                     {.shape = e.w, .dtype = e.dtype},
                     {.shape = {e.w[0]}, .dtype = e.dtype, .defined = e.bias}},
          .op = any(card_of<Conv2d>(e)),
          .torch = torch_call(e, "a", "b", "c"),
          .smooth = smooth(e)};
}

/// Shape of the output, by the same rule as the card's own.
Shape output_of(const Example& e) {
  const auto along = [&](int axis) {
    const int p = e.op.padding.rank() == 4 ? 2 : 0;
    const std::int64_t padded =
        e.x[e.x.rank() - 2 + axis] + e.op.padding[axis] + e.op.padding[p + axis];
    return (padded - e.op.dilation[axis] * (e.w[2 + axis] - 1) - 1) / e.op.stride[axis] + 1;
  };
  Shape y = e.x;
  y[y.rank() - 3] = e.w[0], y[y.rank() - 2] = along(0), y[y.rank() - 1] = along(1);
  return y;
}

/// In PyTorch: the gradient of the output, taken with respect to one operand and differentiable
/// again. (Not so for an empty batch: there PyTorch's has no history.)
std::string torch_gradient(const Example& e, bool of_input) {
  if (e.x.rank() == 4 && e.x[0] == 0) return "";
  const std::string other = of_input ? python(e.x) : python(e.w);
  const std::string v = str("v := torch.zeros(", other, ", dtype=a.dtype, requires_grad=True)");
  const std::string call =
      of_input ? torch_call(e, "v", "b", "None") : torch_call(e, "a", "v", "None");
  const std::string dy = of_input ? "a" : "b";
  return str("(", v, ", torch.autograd.grad(", call, ", v, ", dy, ", create_graph=True)[0])[1]");
}

Case input_gradient_case(const Example& e) {
  auto card = card_of<Conv2dInputGradient>(e);
  card.size = {e.x[e.x.rank() - 2], e.x.back()};
  return {.name = e.name,
          .inputs = {{.shape = output_of(e), .dtype = e.dtype}, {.shape = e.w, .dtype = e.dtype}},
          .op = any(card),
          .torch = torch_gradient(e, true),
          .smooth = smooth(e)};
}

Case weight_gradient_case(const Example& e) {
  auto card = card_of<Conv2dWeightGradient>(e);
  card.kernel_size = {e.w[2], e.w[3]};
  return {.name = e.name,
          .inputs = {{.shape = e.x, .dtype = e.dtype}, {.shape = output_of(e), .dtype = e.dtype}},
          .op = any(card),
          .torch = torch_gradient(e, false),
          .smooth = smooth(e)};
}

Case refused_conv2d(std::string name, const Example& e, std::string error) {
  Case c = forward_case(e);
  c.name = std::move(name), c.torch = "", c.error = std::move(error);
  return c;
}

void add_refused(std::vector<Case>& all) {
  all.push_back(
      refused_conv2d("channels", {"", {8, 3, 32, 32}, {64, 4, 3, 3}},
                     "conv2d: input has 3 channels but weight (64, 4, 3, 3) expects 4 [input (8, "
                     "3, 32, 32), weight (64, 4, 3, 3), bias (64,)"));
  all.push_back(
      refused_conv2d("channels in groups", {"", {1, 6, 5, 5}, {4, 2, 3, 3}, {.groups = 2}},
                     "input has 6 channels but weight (4, 2, 3, 3) expects 4 in 2 groups"));
  all.push_back(refused_conv2d("outputs in groups", {"", {1, 4, 5, 5}, {3, 2, 3, 3}, {.groups = 2}},
                               "has 3 outputs, which do not divide into 2 groups"));
  all.push_back(
      refused_conv2d("kernel too high", {"", {1, 1, 3, 9}, {1, 1, 5, 2}},
                     "the kernel covers 5 along the height (size 5, dilation 1) but the padded "
                     "input has only 3"));
  all.push_back(refused_conv2d("kernel too wide with dilation",
                               {"", {1, 1, 9, 4}, {1, 1, 3, 3}, {.dilation = {1, 3}}},
                               "the kernel covers 7 along the width (size 3, dilation 3)"));
  all.push_back(refused_conv2d("stride 0", {"", {1, 1, 4, 4}, {1, 1, 2, 2}, {.stride = {1, 0}}},
                               "conv2d: stride must be at least 1, got (1, 0)"));
  all.push_back(refused_conv2d("dilation 0", {"", {1, 1, 4, 4}, {1, 1, 2, 2}, {.dilation = {0, 1}}},
                               "conv2d: dilation must be at least 1"));
  all.push_back(refused_conv2d("negative padding",
                               {"", {1, 1, 4, 4}, {1, 1, 2, 2}, {.padding = {-1, 0}}},
                               "conv2d: padding must not be negative"));
  all.push_back(refused_conv2d(
      "huge padding", {"", {1, 1, 4, 4}, {1, 1, 2, 2}, {.padding = {0, std::int64_t{1} << 62}}},
      "conv2d: padding (0, 4611686018427387904) is impossibly large"));
  all.push_back(refused_conv2d(
      "huge stride",
      {"", {1, 1, 4, 4}, {1, 1, 2, 2}, {.stride = {1, INT64_MAX}, .padding = {2, 2}}},
      "conv2d: stride (1, 9223372036854775807) is impossibly large"));
  all.push_back(refused_conv2d("huge dilation",
                               {"", {1, 1, 4, 4}, {1, 1, 2, 2}, {.dilation = {INT64_MAX, 1}}},
                               "conv2d: dilation (9223372036854775807, 1) is impossibly large"));
  all.push_back(
      refused_conv2d("huge number of groups",
                     {"", {1, 4, 4, 4}, {4, 4, 2, 2}, {.groups = (std::int64_t{1} << 62) + 1}},
                     "input has 4 channels but weight (4, 4, 2, 2) expects"));
  all.push_back(refused_conv2d("no groups", {"", {1, 1, 4, 4}, {1, 1, 2, 2}, {.groups = 0}},
                               "conv2d: groups must be at least 1"));
  all.push_back(refused_conv2d("empty kernel", {"", {1, 1, 4, 4}, {1, 1, 0, 2}},
                               "conv2d: weight (1, 1, 0, 2) is empty"));
  all.push_back(refused_conv2d("two dimensions", {"", {4, 4}, {1, 1, 2, 2}},
                               "conv2d: input must be (N, C, H, W)"));
  all.push_back(
      refused_conv2d("weight of three dimensions", {"", {1, 1, 4, 4}, {1, 2, 2}},
                     "conv2d: weight must be (out channels, in channels / groups, height, width)"));
  Case bias =
      refused_conv2d("bias", {"", {1, 1, 4, 4}, {3, 1, 2, 2}}, "conv2d: bias must have shape (3,)");
  bias.inputs[2].shape = {4};
  all.push_back(std::move(bias));
  Case mixed = refused_conv2d("two dtypes", {"", {1, 1, 4, 4}, {3, 1, 2, 2}},
                              "conv2d: input is float32 but weight is float64");
  mixed.inputs[1].dtype = DType::f64;
  all.push_back(std::move(mixed));
  Case images = refused_conv2d("bool images", {"", {1, 1, 4, 4}, {3, 1, 2, 2}},
                               "conv2d: takes floats and integers, not bool");
  images.inputs[0].dtype = DType::boolean;
  all.push_back(std::move(images));
  all.push_back(refused_conv2d("bool", {"", {1, 1, 4, 4}, {3, 1, 2, 2}, {}, true, DType::boolean},
                               "conv2d: takes floats and integers, not bool"));
}

}  // namespace

std::vector<Case> Conv2d::cases() {
  std::vector<Case> all;
  for (const Example& e : examples()) all.push_back(forward_case(e));
  for (const DType dtype : {DType::i64, DType::i32, DType::u8})
    all.push_back(
        forward_case({str(dtype), {2, 2, 4, 5}, {3, 2, 3, 2}, {.padding = {1, 1}}, true, dtype}));
  Case bare = forward_case({"no channels: the bias alone", {1, 0, 4, 4}, {2, 0, 2, 2}});
  bare.torch = "";  // PyTorch returns an output without channels
  all.push_back(std::move(bare));
  for (const auto& [name, how] :
       {std::pair{"transposed", Arrangement::transposed},
        std::pair{"strided", Arrangement::strided}, std::pair{"negative", Arrangement::negative}}) {
    Case c = forward_case({name, {2, 3, 6, 6}, {4, 3, 3, 3}, {.padding = {1, 1}}});
    for (CaseInput& input : c.inputs) input.arrangement = how;
    all.push_back(std::move(c));
  }
  Case nan = forward_case(
      {"padding is 0 even beside NaN", {1, 1, 2, 2}, {1, 1, 3, 3}, {.padding = {2, 2}}});
  nan.inputs[0].values = {1, INFINITY, NAN, 2};
  nan.smooth = false;
  all.push_back(std::move(nan));
  add_refused(all);
  Case small =
      forward_case({"digits, batch 64", {64, 16, 8, 8}, {32, 16, 3, 3}, {.padding = {1, 1}}});
  Case large =
      forward_case({"64 channels, 56x56", {8, 64, 56, 56}, {64, 64, 3, 3}, {.padding = {1, 1}}});
  small.speed = large.speed = true;
  all.push_back(std::move(small));
  all.push_back(std::move(large));
  return all;
}

std::vector<Case> Conv2dRelu::cases() {
  std::vector<Case> all;
  const auto add = [&](const Example& e) -> Case& {
    Case c = forward_case(e);
    c.op = any(card_of<Conv2dRelu>(e));
    c.torch = str("F.relu(", c.torch, ")");
    all.push_back(std::move(c));
    return all.back();
  };
  for (const Example& e : examples()) add(e);
  for (const DType dtype : {DType::i64, DType::i32})
    add({str(dtype), {2, 2, 4, 5}, {3, 2, 3, 2}, {.padding = {1, 1}}, true, dtype});
  Case& tiles = add({"tiles", {2, 17, 11, 10}, {20, 17, 3, 3}, {.padding = {1, 1}}});
  tiles.torch = "";      // its numbers would fill the golden file; the reference judges
  tiles.smooth = false;  // so many outputs that some lie at the kink
  Case& panels = add(
      {"depthwise, two panels", {1, 70, 12, 14}, {70, 1, 3, 3}, {.padding = {1, 1}, .groups = 70}});
  panels.torch = "", panels.smooth = false;
  Case& channels = add({"channels", {8, 3, 32, 32}, {64, 4, 3, 3}});
  channels.torch = "",
  channels.error = "conv2d_relu: input has 3 channels but weight (64, 4, 3, 3) expects 4";
  add({"64 channels, 56x56", {8, 64, 56, 56}, {64, 64, 3, 3}, {.padding = {1, 1}}}).speed = true;
  return all;
}

std::vector<Case> Conv2dInputGradient::cases() {
  std::vector<Case> all;
  for (const Example& e : examples()) all.push_back(input_gradient_case(e));
  Case wrong = input_gradient_case({"size of another output", {1, 2, 6, 6}, {3, 2, 3, 3}});
  wrong.inputs[0].shape = {1, 3, 5, 5};
  wrong.torch = "",
  wrong.error =
      "gradient has shape (1, 3, 5, 5) but the output of such a convolution has (1, 3, 4, 4)";
  all.push_back(std::move(wrong));
  for (const Shape& size : {Shape{-1, 6}, Shape{6, -1}, Shape{6}}) {
    Case c = input_gradient_case({str("size ", size), {1, 2, 6, 6}, {3, 2, 3, 3}});
    auto card = card_of<Conv2dInputGradient>({});
    card.size = size;
    c.op = any(card), c.torch = "", c.error = "size must be (height, width) of the image";
    all.push_back(std::move(c));
  }
  Case tiles = input_gradient_case({"tiles", {1, 20, 13, 14}, {17, 20, 3, 3}, {.padding = {1, 1}}});
  tiles.torch = "", tiles.smooth = false;
  all.push_back(std::move(tiles));
  Case large = input_gradient_case(
      {"64 channels, 56x56", {8, 64, 56, 56}, {64, 64, 3, 3}, {.padding = {1, 1}}});
  large.speed = true;
  all.push_back(std::move(large));
  return all;
}

std::vector<Case> Conv2dWeightGradient::cases() {
  std::vector<Case> all;
  for (const Example& e : examples()) all.push_back(weight_gradient_case(e));
  Case wrong = weight_gradient_case({"size of another output", {1, 2, 6, 6}, {3, 2, 3, 3}});
  wrong.inputs[1].shape = {1, 3, 4, 5};
  wrong.torch = "", wrong.error = "gradient has shape (1, 3, 4, 5)";
  all.push_back(std::move(wrong));
  Case tiles =
      weight_gradient_case({"tiles", {1, 16, 13, 14}, {17, 16, 3, 3}, {.padding = {1, 1}}});
  tiles.torch = "", tiles.smooth = false;
  all.push_back(std::move(tiles));
  Case large = weight_gradient_case(
      {"64 channels, 56x56", {8, 64, 56, 56}, {64, 64, 3, 3}, {.padding = {1, 1}}});
  large.speed = true;
  all.push_back(std::move(large));
  return all;
}

}  // namespace limpid

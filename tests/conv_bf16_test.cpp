// Convolutions of bfloat16 as products over the patches of all pixels: they are chosen on
// processors with AMX alone, but compute everywhere.

// covers: conv2d
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "limpid/autograd/engine.h"
#include "limpid/backends/cpu/threads.h"
#include "limpid/config.h"
#include "limpid/core/str.h"
#include "limpid/ops/conv2d/conv2d.h"
#include "limpid/ops/conv2d/conv_sizes.h"
#include "limpid/ops/conv2d/ladder.h"
#include "limpid/ops/conv2d/patch_rows.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"
#if LIMPID_HAS_ONEDNN
#include "limpid/backends/cpu/onednn.h"
#endif

namespace limpid::conv_bf16_test {

namespace {

struct Maps {
  Tensor x, w, bias, y;  // float64; y stands for its gradient, too
};

struct Drawn {
  Shape x, w;
  Shape stride{1, 1}, padding{0, 0}, dilation{1, 1};
};

ConvAttributes attributes_of(const Drawn& d) {
  return {.stride = d.stride, .padding = d.padding, .dilation = d.dilation};
}

Tensor rounded(const Tensor& t) { return t.to(DType::bf16).to(DType::f64); }

/// Elements as (N, H, W, C), or dense in their own order.
Tensor last(const Tensor& map, bool channels_last) {
  return channels_last ? map.permute({0, 2, 3, 1}).contiguous() : map.contiguous();
}
Tensor back(const Tensor& map, bool channels_last) {
  return channels_last ? map.permute({0, 3, 1, 2}) : map;
}

/// y, dx and dw by patches, as float64.
std::vector<Tensor> by_patches(const Drawn& d, const Maps& maps, bool channels_last,
                               bool* tame = nullptr) {
  const ConvolutionSizes s = conv_sizes(attributes_of(d), maps.x.shape(), maps.w.shape());
  Tensor x = last(maps.x.to(DType::bf16), channels_last),
         y = last(maps.y.to(DType::bf16), channels_last), w = maps.w.to(DType::bf16).contiguous(),
         bias = maps.bias.to(DType::bf16);
  std::vector<Tensor> results;
  for (const ConvolutionPass pass : {ConvolutionPass::forward, ConvolutionPass::input_gradient,
                                     ConvolutionPass::weight_gradient}) {
    Tensor out = (pass == ConvolutionPass::forward          ? y
                  : pass == ConvolutionPass::input_gradient ? x
                                                            : w)
                     .clone();
    Convolution c{s, x.data<BFloat16>(), w.data<BFloat16>(), y.data<BFloat16>()};
    (pass == ConvolutionPass::forward          ? c.y
     : pass == ConvolutionPass::input_gradient ? c.x
                                               : c.w) = out.data<BFloat16>();
    if (pass == ConvolutionPass::forward) c.bias = bias.data<BFloat16>();
    c.x_channels_last = c.y_channels_last = channels_last;
    c.dtype = DType::bf16;
    const bool strides = s.stride_height > 1 || s.stride_width > 1;
    if (pass == ConvolutionPass::input_gradient && strides) continue;
    const bool done = patch_rows_bf16({s, DType::bf16, pass}, c);
    if (tame) *tame = done;
    else CHECK(done);
    const bool map = pass != ConvolutionPass::weight_gradient;
    results.push_back(back(out.to(DType::f64), map && channels_last));
  }
  return results;
}

/// The same by the definition, in float64.
std::vector<Tensor> exact(const Drawn& d, const Maps& maps) {
  const Tensor x = maps.x.clone().requires_grad_(), w = maps.w.clone().requires_grad_();
  const Tensor y = conv2d(x, w, maps.bias,
                          {.stride = {static_cast<int>(d.stride[0]), static_cast<int>(d.stride[1])},
                           .padding = IntPair(d.padding[0], d.padding[1]),
                           .dilation = {d.dilation[0], d.dilation[1]}});
  const Tensor outputs[] = {y}, seeds[] = {maps.y}, inputs[] = {x, w};
  const std::vector<Tensor> gradients = grad(outputs, inputs, seeds);
  if (d.stride[0] > 1 || d.stride[1] > 1) return {y.detach(), gradients[1]};
  return {y.detach(), gradients[0], gradients[1]};
}

Maps draw(const Drawn& d) {
  const ConvolutionSizes s = conv_sizes(attributes_of(d), d.x, d.w);
  const TensorOptions f64{.dtype = DType::f64};
  return {rounded(randn(d.x, f64)), rounded(randn(d.w, f64)), rounded(randn({d.w[0]}, f64)),
          rounded(randn({s.batch, s.out_channels, s.out_height, s.out_width}, f64))};
}

const Drawn kDrawn[] = {
    {{2, 3, 5, 6}, {4, 3, 3, 3}, {1, 1}, {1, 1}},
    {{1, 4, 7, 5}, {3, 4, 2, 3}, {1, 1}, {0, 2}},
    {{3, 2, 6, 7}, {5, 2, 3, 2}, {1, 1}, {2, 1}, {2, 1}},
    {{2, 3, 8, 7}, {4, 3, 3, 3}, {2, 2}, {1, 1}},
    {{2, 5, 6, 9}, {2, 5, 1, 3}, {1, 2}, {0, 1}, {1, 2}},
    {{2, 6, 4, 4}, {3, 6, 1, 1}, {2, 1}},
    {{1, 3, 4, 5}, {2, 3, 2, 2}, {1, 1}, {3, 4}},  // padding beyond the kernel
    {{2, 2, 3, 2}, {3, 2, 3, 2}, {1, 1}, {5, 4}, {1, 3}},
    {{2, 2, 1, 3}, {3, 2, 2, 3}, {3, 2}, {4, 6}, {2, 3}},
    {{8, 16, 9, 9}, {24, 16, 3, 3}, {1, 1}, {1, 1}},
};

}  // namespace

TEST_CASE("conv2d: products over bfloat16 patches are the definition's sums, rounded once") {
  manual_seed(4);
  for (const Drawn& d : kDrawn)
    for (const bool channels_last : {true, false}) {
      INFO("x " << d.x << ", w " << d.w << ", channels last: " << channels_last);
      const Maps maps = draw(d);
      const std::vector<Tensor> got = by_patches(d, maps, channels_last), want = exact(d, maps);
      REQUIRE(got.size() == want.size());
      for (std::size_t i = 0; i < got.size(); ++i) {
        // half a unit in the last of 8 binary places, and what float32 loses of the sums
        const Tensor allowed = want[i].abs() / 256.0 + 1e-4;
        CHECK(((got[i] - want[i]).abs() <= allowed).all().item<bool>());
      }
    }
}

TEST_CASE("conv2d: products over bfloat16 patches leave infinities and NaN to others") {
  const Drawn d{{1, 2, 4, 4}, {2, 2, 3, 3}, {1, 1}, {1, 1}};
  const ConvolutionSizes s = conv_sizes(attributes_of(d), d.x, d.w);
  const TensorOptions bf16{.dtype = DType::bf16};
  for (const double odd :
       {static_cast<double>(INFINITY), -static_cast<double>(INFINITY), std::nan(""), 3e38}) {
    for (const ConvolutionPass pass : {ConvolutionPass::forward, ConvolutionPass::input_gradient,
                                       ConvolutionPass::weight_gradient})
      for (const bool in_w : {true, false}) {
        Tensor x = ones({s.x_numel()}, bf16), w = ones({s.w_numel()}, bf16),
               y = ones({s.y_numel()}, bf16);
        (in_w ? w : y)[-1].fill_(odd);
        const bool read = in_w == (pass != ConvolutionPass::weight_gradient);
        const bool leaves = read && !(std::fabs(odd) < 3.1e38);
        Convolution c{s, x.data<BFloat16>(), w.data<BFloat16>(), y.data<BFloat16>()};
        c.x_channels_last = c.y_channels_last = true;
        c.dtype = DType::bf16;
        INFO(odd << (in_w ? " in w" : " in y") << ", pass " << static_cast<int>(pass));
        CHECK(patch_rows_bf16({s, DType::bf16, pass}, c) == !leaves);
      }
  }
}

TEST_CASE("conv2d: one infinity among many gradients of bfloat16 is seen by whichever thread") {
  const Drawn d{{1, 1, 500, 500}, {1, 1, 1, 1}};
  const ConvolutionSizes s = conv_sizes(attributes_of(d), d.x, d.w);
  const TensorOptions bf16{.dtype = DType::bf16};
  const Tensor room = full({2 * s.y_numel()}, INFINITY, bf16);  // none of these before y counts
  Tensor x = ones({s.x_numel()}, bf16), w = ones({1}, bf16),
         y = room.narrow(0, s.y_numel(), s.y_numel()).fill_(1);
  Convolution c{s, x.data<BFloat16>(), w.data<BFloat16>(), y.data<BFloat16>()};
  c.x_channels_last = c.y_channels_last = true;
  c.dtype = DType::bf16;
  const int threads = get_num_threads();
  set_num_threads(3);
  const ConvProblem problem{s, DType::bf16, ConvolutionPass::weight_gradient};
  for (const std::int64_t place : {0, 100'000, 249'999}) {
    INFO("place " << place);
    y[place].fill_(INFINITY);
    CHECK_FALSE(patch_rows_bf16(problem, c));
    y[place].fill_(1);
  }
  CHECK(patch_rows_bf16(problem, c));
  set_num_threads(threads);
}

TEST_CASE("conv2d: products over bfloat16 patches suit small images with many channels") {
  using enum ConvolutionPass;
  const auto suits = [](const Drawn& d, ConvolutionPass pass) {
    return bf16_patch_rows_suit(conv_sizes(attributes_of(d), d.x, d.w), pass);
  };
  const auto square = [](std::int64_t batch, std::int64_t in, std::int64_t out, std::int64_t side,
                         std::int64_t stride = 1) {
    return Drawn{{batch, in, side, side}, {out, in, 3, 3}, {stride, stride}, {1, 1}};
  };
  struct Row {
    Drawn drawn;
    bool forward, input, weight;
  };
  const Row rows[] = {{square(64, 512, 512, 4), true, true, true},
                      {square(16, 512, 512, 4), true, true, true},  // 256 pixels
                      {square(15, 512, 512, 4), false, false, true},
                      {square(8, 512, 512, 4), false, false, true},  // 128 pixels
                      {square(7, 512, 512, 4), false, false, false},
                      {square(64, 512, 255, 4), false, true, true},  // 16 outputs a pixel
                      {square(64, 512, 256, 4), true, true, true},
                      {square(64, 255, 512, 4), true, false, true},
                      {square(64, 256, 256, 8), false, false, true},
                      {square(64, 128, 228, 8), false, false, true},  // 262,656 weights
                      {square(64, 128, 227, 8), false, false, false},
                      {square(64, 64, 128, 32, 2), false, false, true},
                      {square(64, 256, 512, 8, 2), true, false, true},
                      {square(64, 64, 64, 32), false, false, false},
                      {square(455, 512, 512, 4), true, true, true},  // 33,546,240 elements
                      {square(456, 512, 512, 4), false, false, false}};
  for (const auto& [drawn, forward_fast, input_fast, weight_fast] : rows) {
    INFO("x " << drawn.x << ", w " << drawn.w << ", strides " << drawn.stride);
    CHECK(suits(drawn, forward) == forward_fast);
    CHECK(suits(drawn, input_gradient) == input_fast);
    CHECK(suits(drawn, weight_gradient) == weight_fast);
  }
  for (const Shape& stride : {Shape{2, 1}, Shape{1, 2}})  // one stride is enough
    CHECK_FALSE(suits({{64, 512, 4, 4}, {512, 512, 3, 3}, stride, {1, 1}}, input_gradient));
  for (const Shape& stride : {Shape{2, 1}, Shape{1, 2}})
    CHECK(suits({{64, 64, 8, 8}, {64, 64, 3, 3}, stride, {1, 1}}, weight_gradient));
  CHECK(suits({{1024, 512, 5, 5}, {512, 512, 2, 2}}, forward));      // 2^25 elements
  CHECK_FALSE(suits({{64, 512, 4, 4}, {512, 512, 1, 1}}, forward));  // a product as it stands
  ConvAttributes in_groups = attributes_of(square(64, 512, 512, 4));
  in_groups.groups = 2;
  CHECK_FALSE(
      bf16_patch_rows_suit(conv_sizes(in_groups, {64, 512, 4, 4}, {512, 256, 3, 3}), forward));
}

TEST_CASE("conv2d: without AMX no convolution of bfloat16 becomes a product over patches") {
  const ConvolutionSizes s = conv_sizes({.padding = {1, 1}}, {64, 512, 4, 4}, {512, 512, 3, 3});
#if LIMPID_HAS_ONEDNN
  const bool amx = onednn_has_amx();
#else
  const bool amx = false;
#endif
  CHECK(bf16_patch_rows_are_fast(s, ConvolutionPass::forward) == amx);
  CHECK(conv_dtype(s, ConvolutionPass::weight_gradient, DType::bf16) ==
        (amx ? DType::bf16 : DType::f32));
}

}  // namespace limpid::conv_bf16_test

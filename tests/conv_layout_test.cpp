// Maps of convolutions in either order, NCHW or channels-last, read and written by every algorithm.

// covers: conv2d
#include <doctest/doctest.h>

#include <cmath>

#include "limpid/ops/algorithms.h"
#include "limpid/ops/conv2d/conv2d.h"
#include "limpid/ops/conv2d/conv_sizes.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"
#include "limpid/tensor/layout.h"

namespace limpid::conv_layout_test {

namespace {

/// The same numbers, channels-last in memory.
Tensor channels_last(const Tensor& t) {
  if (t.dim() == 3) return t.permute({1, 2, 0}).contiguous().permute({2, 0, 1});
  return t.permute({0, 2, 3, 1}).contiguous().permute({0, 3, 1, 2});
}

/// Runs the kernel of a card into an output that lies as `out` does.
void run_into(const AnyOp& op, std::initializer_list<Tensor> in, const Tensor& out) {
  std::vector<AnyView> inputs;
  for (const Tensor& t : in) inputs.push_back(t.defined() ? t.impl()->as_view() : AnyView{});
  const AnyView output = out.impl()->as_view();
  op.info().kernels[static_cast<std::size_t>(DeviceType::cpu)](op.get(), Io{inputs, {&output, 1}});
}

struct Problem {
  const char* what;
  Shape x, w;
  ConvAttributes op;
  DType dtype = DType::f32;
};

const Problem kProblems[] = {
    {"3x3", {2, 64, 5, 6}, {64, 64, 3, 3}, {.padding = {1, 1}}},
    {"3x3, no multiples of vectors", {2, 21, 9, 10}, {70, 21, 3, 3}, {.padding = {1, 1}}},
    {"3x3, few channels", {3, 3, 8, 8}, {5, 3, 3, 3}, {.padding = {1, 0}}},
    {"5x5", {2, 21, 5, 6}, {34, 21, 5, 5}, {.padding = {2, 2}}},
    {"5x5, fewer pixels than the image has", {2, 16, 8, 7}, {5, 16, 5, 5}, {}},
    {"1x3", {2, 21, 3, 10}, {34, 21, 1, 3}, {.padding = {0, 1}}},
    {"one input channel", {2, 1, 12, 12}, {20, 1, 5, 5}, {}},
    {"one output channel", {2, 20, 7, 7}, {1, 20, 3, 3}, {.padding = {1, 1}}},
    {"stride 2", {2, 16, 11, 13}, {32, 16, 3, 3}, {.stride = {2, 2}, .padding = {1, 1}}},
    {"stride 2, many pixels", {1, 4, 50, 47}, {5, 4, 3, 3}, {.stride = {2, 2}, .padding = {1, 1}}},
    {"strides, many pixels of several images, dilated",
     {3, 4, 30, 33},
     {5, 4, 3, 3},
     {.stride = {1, 2}, .padding = {1, 1}, .dilation = {2, 1}}},
    {"stride 2, long rows", {1, 2, 2, 1100}, {3, 2, 2, 3}, {.stride = {1, 2}, .padding = {1, 1}}},
    {"5x5, few outputs", {2, 16, 12, 12}, {16, 16, 5, 5}, {}},
    {"7x7 stride 2", {1, 3, 20, 20}, {16, 3, 7, 7}, {.stride = {2, 2}, .padding = {3, 3}}},
    {"1x1", {3, 24, 9, 5}, {40, 24, 1, 1}, {}},
    {"1x1 in groups", {2, 24, 6, 5}, {40, 6, 1, 1}, {.groups = 4}},
    {"1x1 in groups, many pixels", {1, 8, 27, 19}, {12, 4, 1, 1}, {.groups = 2}},
    {"1x1, more images than parts", {9, 6, 3, 2}, {4, 6, 1, 1}, {}},
    {"1x1 stride 2", {2, 16, 8, 9}, {8, 16, 1, 1}, {.stride = {2, 2}}},
    {"one row", {2, 16, 1, 40}, {24, 16, 1, 5}, {.padding = {0, 2}}},
    {"groups", {2, 32, 8, 9}, {64, 8, 3, 3}, {.padding = {1, 1}, .groups = 4}},
    {"depthwise", {2, 20, 9, 9}, {20, 1, 3, 3}, {.padding = {1, 1}, .groups = 20}},
    {"depthwise, stride 2", {2, 16, 9, 8}, {16, 1, 3, 3}, {{2, 2}, {1, 1}, {1, 1}, 16}},
    {"dilated", {1, 16, 12, 12}, {16, 16, 3, 3}, {.padding = {2, 2}, .dilation = {2, 2}}},
    {"one image", {12, 7, 6}, {18, 12, 3, 3}, {.padding = {1, 1}}},
    {"one pixel", {2, 32, 1, 1}, {48, 32, 1, 1}, {}},
    {"double", {2, 6, 7, 6}, {8, 6, 3, 3}, {.padding = {1, 1}}, DType::f64},
    {"double, 1x1", {2, 6, 7, 6}, {8, 6, 1, 1}, {}, DType::f64},
    {"half", {2, 16, 7, 6}, {24, 16, 3, 3}, {.padding = {1, 1}}, DType::f16},
    {"integers", {2, 6, 7, 6}, {8, 6, 3, 3}, {.padding = {1, 1}}, DType::i32},
};

template <class Card>
Card card_of(const Problem& p) {
  Card card;
  static_cast<ConvAttributes&>(card) = p.op;
  return card;
}

/// Numbers of a few bits, so that every order of adding them up gives the same sum (but in
/// Winograd's, which is near).
Tensor numbers(const Shape& shape, DType dtype) { return randint(-4, 5, shape).to(dtype); }

/// Each of the inputs and the output in either order; the results must be those of NCHW.
void check_orders(const AnyOp& op, const Tensor& a, const Tensor& b, bool b_is_map,
                  const Shape& out_shape, bool out_is_map, const Tensor& bias, bool exact) {
  const auto compute = [&](bool a_last, bool b_last, bool out_last) {
    Tensor out = full(out_shape, 77, {.dtype = a.dtype()});
    if (out_last) out = channels_last(out);
    const Tensor first = a_last ? channels_last(a) : a, second = b_last ? channels_last(b) : b;
    if (op.info().input_count == 3) run_into(op, {first, second, bias}, out);
    else run_into(op, {first, second}, out);
    return out.to(DType::f64);
  };
  const Tensor expected = compute(false, false, false);
  for (int bits = 1; bits < 8; ++bits) {
    const bool a_last = bits & 1, b_last = bits & 2, out_last = bits & 4;
    if ((b_last && !b_is_map) || (out_last && !out_is_map)) continue;
    INFO("channels-last: " << (a_last ? "first input " : "") << (b_last ? "second input " : "")
                           << (out_last ? "output" : ""));
    const Tensor error = (compute(a_last, b_last, out_last) - expected).abs().max();
    CHECK(error.item() <= (exact ? 0 : 2e-2));
  }
}

}  // namespace

TEST_CASE("conv2d: maps in either order give the same results, by every algorithm") {
  for (const Problem& p : kProblems)
    for (const char* name :
         {"auto", "loops", "rows", "im2col", "direct", "depthwise", "winograd"}) {
      const AlgorithmGuard guard("conv2d", name);
      const Shape inputs[] = {p.x, p.w};
      const auto forward = card_of<Conv2d>(p);
      if (algorithm_plan(any(forward), inputs, p.dtype).chosen.empty()) continue;
      INFO(p.what << " by " << name);
      const ConvolutionSizes sizes = conv_sizes(p.op, p.x, p.w);
      const Shape y_shape = output_shape(sizes, p.x.rank() == 4);
      const Tensor x = numbers(p.x, p.dtype), w = numbers(p.w, p.dtype),
                   dy = numbers(y_shape, p.dtype), bias = numbers({p.w[0]}, p.dtype);
      const bool winograd =
          std::string_view(name) == "winograd" || std::string_view(name) == "auto";
      check_orders(any(forward), x, w, false, y_shape, true, bias, !winograd);
      auto of_input = card_of<Conv2dInputGradient>(p);
      of_input.size = {sizes.height, sizes.width};
      check_orders(any(of_input), dy, w, false, p.x, true, {}, !winograd);
      auto of_weight = card_of<Conv2dWeightGradient>(p);
      of_weight.kernel_size = {p.w[2], p.w[3]};
      check_orders(any(of_weight), x, dy, true, p.w, false, {}, !winograd);
    }
}

TEST_CASE("conv2d: a map that lies in neither order") {
  const Tensor wide = randn({2, 24, 9, 20}), w = randn({16, 24, 3, 3});
  const Tensor part = wide.narrow(3, 2, 9), plain = part.contiguous();
  const Tensor turned = channels_last(wide);
  const Tensor y = conv2d(plain, w, {}, {.padding = 1});
  CHECK((conv2d(part, w, {}, {.padding = 1}) - y).abs().max().item() < 1e-3);
  CHECK((conv2d(turned.narrow(3, 2, 9), w, {}, {.padding = 1}) - y).abs().max().item() < 1e-3);
}

TEST_CASE("conv2d: maps that lie as one order does but for gaps or for one axis") {
  const Tensor many = channels_last(randn({2, 8, 6, 7})), images = randn({4, 1, 6, 7});
  const Index every_second = Slice(std::nullopt, std::nullopt, 2);
  for (const Tensor& x : {many.index({Slice(), every_second}), images.index({every_second}),
                          channels_last(randn({1, 4, 6, 6})).transpose(2, 3)}) {
    const Tensor w = randn({3, x.size(1), 3, 3});
    CHECK((conv2d(x, w) - conv2d(x.contiguous(), w)).abs().max().item() < 1e-4);
  }
}

TEST_CASE("conv2d: the order that outputs get") {
  const auto last = [](const Tensor& t) { return is_channels_last(*t.impl()); };
  const auto of_input = [](const Tensor& dy, const Tensor& w, const Shape& size,
                           std::int64_t groups = 1) {
    Conv2dInputGradient card;
    card.size = size, card.groups = groups;
    return apply(card, dy, w);
  };
  if (LIMPID_HAS_ONEDNN) {
    CHECK(last(conv2d(randn({1, 8, 40, 40}), randn({8, 8, 3, 3}))));
    CHECK(last(of_input(randn({64, 1, 8, 8}), randn({1, 8, 3, 3}), {10, 10})));
  }
  // Small depthwise ones, and products, follow the map that they are given.
  const Tensor few = channels_last(randn({1, 4, 6, 6})), taps = randn({4, 1, 3, 3});
  CHECK(last(conv2d(few, taps, {}, {.groups = 4})));
  CHECK(last(of_input(few, taps, {8, 8}, 4)));
  CHECK(!last(conv2d(few.to(DType::f64), taps.to(DType::f64), {}, {.groups = 4})));
  CHECK(!last(conv2d(few.contiguous(), taps, {}, {.groups = 4})));
  const Tensor maps = randn({2, 16, 30, 30}), w = randn({24, 16, 1, 1});
  CHECK(last(conv2d(channels_last(maps), w)));
  CHECK(!last(conv2d(maps, w)));
  CHECK(conv2d(randn({2, 16, 1, 400}), randn({24, 16, 1, 5})).is_contiguous());
}

TEST_CASE("conv2d: maps of one channel lie in both orders, and are not laid anew") {
  const Tensor x = randn({1, 1, 64, 64}), w = randn({64, 1, 3, 3});
  const std::int64_t before = layout_copies();
  conv2d(x, w);
  CHECK(layout_copies() == before);
}

TEST_CASE("conv2d: an infinity reaches the outputs that see it, in either order and every pass") {
  const AlgorithmGuard guard("conv2d", "winograd");
  for (const bool last : {false, true})
    for (const double wild : {INFINITY, -INFINITY, NAN}) {
      INFO("channels-last " << last << ", " << wild);
      const auto lay = [&](const Tensor& t) { return last ? channels_last(t) : t; };
      const Tensor w = randn({70, 20, 3, 3}), dy = randn({1, 70, 10, 10});
      Tensor x = lay(randn({1, 20, 10, 10}));
      x.index_put_({0, 19, 9, 9}, Tensor(Scalar(wild)));  // the last pixel of the last channel
      CHECK(isfinite(conv2d(x, w, {}, {.padding = 1})).sum().item<std::int64_t>() ==
            70 * (100 - 4));
      Conv2dWeightGradient of_weight;
      of_weight.padding = {1, 1}, of_weight.kernel_size = {3, 3};
      CHECK(isfinite(apply(of_weight, x, lay(dy))).sum().item<std::int64_t>() ==
            70 * 19 * 9 + 70 * 5);
      Tensor wild_dy = lay(dy);
      wild_dy.index_put_({0, 69, 5, 5}, Tensor(Scalar(wild)));
      Conv2dInputGradient of_input;
      of_input.padding = {1, 1}, of_input.size = {10, 10};
      CHECK(isfinite(apply(of_input, wild_dy, w)).sum().item<std::int64_t>() == 20 * (100 - 9));
      Tensor wild_w = w.clone();
      wild_w.index_put_({69, 19, 0, 0}, Tensor(Scalar(wild)));
      const Tensor seen = conv2d(lay(randn({1, 20, 10, 10})), wild_w, {}, {.padding = 1});
      CHECK(isfinite(seen).sum().item<std::int64_t>() == 69 * 100 + 19);
    }
}

}  // namespace limpid::conv_layout_test

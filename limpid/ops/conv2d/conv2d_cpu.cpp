// The fast kernels of the three convolutions: operands are made dense and computable (16-bit floats
// as float32, integers as int64), then an algorithm of the ladder runs. Maps stay in the order in
// which they lie, NCHW or channels-last.

#include <cstring>
#include <utility>

#include "limpid/backends/cpu/operand.h"
#include "limpid/backends/cpu/parallel.h"
#include "limpid/config.h"
#include "limpid/ops/conv2d/conv2d_relu.h"
#include "limpid/ops/conv2d/conv_sizes.h"
#include "limpid/ops/conv2d/ladder.h"
#include "limpid/ops/conv2d/patch_rows.h"
#include "limpid/ops/pointwise/relu_parts.h"
#include "limpid/tensor/layout.h"
#if LIMPID_HAS_ONEDNN
#include "limpid/backends/cpu/onednn.h"
#endif

namespace limpid {

namespace {

/// Zeros in `out` when there is nothing to add up, where an algorithm would have no loop to run.
bool nothing_to_add(const ConvolutionSizes& s, ConvolutionPass pass) {
  return pass != ConvolutionPass::forward && s.y_numel() == 0;
}

/// Whether the elements of a map (N, C, H, W) or (C, H, W) lie densely in the order (N, H, W, C).
bool lies_channels_last(const AnyView& map) {
  const int channels = map.rank - 3;
  std::int64_t step = 1;
  for (int axis : {channels, channels + 2, channels + 1, channels - 1}) {
    if (axis < 0) continue;
    if (map.shape[axis] != 1 && map.strides[axis] != step) return false;
    step *= map.shape[axis];
  }
  return true;
}

/// Which of x and y to take as channels-last: each as it lies, and like the other one where both
/// orders fit it (one channel, one pixel) or none.
std::pair<bool, bool> orders(const AnyView& x, const AnyView& y) {
  const bool x_last = lies_channels_last(x), y_last = lies_channels_last(y);
  const bool x_open = x_last == x.contiguous, y_open = y_last == y.contiguous;
  const bool first = x_open ? !y_open && y_last : x_last;
  return {first, y_open ? first : y_last};
}

/// The view of a map with its axes in the order in which kernels want its elements.
class InOrder {
 public:
  InOrder(const AnyView& map, bool channels_last) : view_(map) {
    if (!channels_last) return;
    const int channels = map.rank - 3;
    int to = 0;
    for (int axis : {channels - 1, channels + 1, channels + 2, channels}) {
      if (axis < 0) continue;
      shape_[to] = map.shape[axis];
      strides_[to++] = map.strides[axis];
    }
    view_.shape = shape_;
    view_.strides = strides_;
    view_.contiguous = lies_channels_last(map);
  }
  InOrder(const InOrder&) = delete;
  const AnyView& view() const { return view_; }

 private:
  AnyView view_;
  std::int64_t shape_[4], strides_[4];
};

using Finish = void (*)(DType dtype, void* elements, std::int64_t count);

/// Runs one of the passes; x, w and y stand for the gradients in the place of which they are
/// computed.
void run(const ConvolutionSizes& s, ConvolutionPass pass, const AnyView& x, const AnyView& w,
         const AnyView& y, const AnyView& bias, Finish finish = nullptr) {
  const AnyView& out = pass == ConvolutionPass::forward          ? y
                       : pass == ConvolutionPass::input_gradient ? x
                                                                 : w;
  if (out.numel == 0) return;
  if (nothing_to_add(s, pass)) {
    std::memset(out.data, 0, static_cast<std::size_t>(out.numel) * size_of(out.dtype));
    return;
  }
  const DType dtype = conv_dtype(s, pass, x.dtype);
  const auto [x_last, y_last] = orders(x, y);
  if (conv_prefers_channels_last(s, ConvolutionPass::forward, x.dtype, x))
    for (const AnyView* map : {&x, &y})  // the kernel brings it into that order
      if (map->contiguous && !lies_channels_last(*map)) count_layout_copy();
  const InOrder x_map(x, x_last), y_map(y, y_last);
  Operand ox(x_map.view(), dtype), ow(w, dtype), oy(y_map.view(), dtype), ob(bias, dtype);
  if (pass != ConvolutionPass::input_gradient) ox.read();
  if (pass != ConvolutionPass::weight_gradient) ow.read();
  if (pass != ConvolutionPass::forward) oy.read();
  Convolution c{s, ox.data(), ow.data(), oy.data()};
  if (bias.defined()) c.bias = ob.read().data();
  c.x_channels_last = x_last;
  c.y_channels_last = y_last;
  c.dtype = dtype;
  if (pass != ConvolutionPass::weight_gradient) c.given_w = &w;
  c.finish = finish;
  const ConvProblem problem{s, dtype, pass};
  if (s.group_inputs() == 0) kConvRows.run(problem, c);  // the bias alone: no sum to choose for
  else conv_ladder().run(problem, c);
  (pass == ConvolutionPass::forward          ? oy
   : pass == ConvolutionPass::input_gradient ? ox
                                             : ow)
      .write();
}

}  // namespace

void Conv2d::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &w = io.in[1];
  run(conv_sizes(*this, shape_of_view(x), shape_of_view(w)), ConvolutionPass::forward, x, w,
      io.out[0], io.in[2]);
}

void Conv2dRelu::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &w = io.in[1];
  run(conv_sizes(*this, shape_of_view(x), shape_of_view(w)), ConvolutionPass::forward, x, w,
      io.out[0], io.in[2], &relu_in_place);
}
Tensors Conv2dRelu::backward(Cpu, const Backward& b) const {
  return conv_gradients(*this, relu_gradient_in_one_pass(b.dy(), b.output()), b);
}

void Conv2dInputGradient::forward(Cpu, const Io& io) const {
  const AnyView &x = io.out[0], &w = io.in[1];
  run(conv_sizes(*this, shape_of_view(x), shape_of_view(w)), ConvolutionPass::input_gradient, x, w,
      io.in[0], AnyView{});
}

void Conv2dWeightGradient::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &w = io.out[0];
  run(conv_sizes(*this, shape_of_view(x), shape_of_view(w)), ConvolutionPass::weight_gradient, x, w,
      io.in[1], AnyView{});
}

// ---- the ladder

void finish_map(const Convolution& c) {
  if (!c.finish) return;
  const auto element = static_cast<std::int64_t>(size_of(c.dtype));
  parallel_for(0, c.sizes.y_numel(), 1 << 14, [&](std::int64_t first, std::int64_t last) {
    c.finish(c.dtype, static_cast<char*>(c.y) + first * element, last - first);
  });
}

Ladder<ConvProblem, Convolution>& conv_ladder() {
  static Ladder<ConvProblem, Convolution> ladder(
      "conv2d",
      {&kConvLoops, &kConvRows, &kConvIm2col, &kConvDirect, &kConvDepthwise, &kConvWinograd});
  return ladder;
}

/// Without AMX oneDNN 2.6 takes seven times as long for it as for the output.
bool bf16_weight_gradient_is_fast() {
#if LIMPID_HAS_ONEDNN
  return onednn_has_amx();
#else
  return false;
#endif
}

DType conv_dtype(const ConvolutionSizes& sizes, ConvolutionPass pass, DType dtype) {
  const DType usual = compute_dtype(dtype);
  if (dtype != DType::bf16) return usual;
  const AlgorithmChoice& choice = conv_ladder().choice();
  const int wanted = choice.wanted();
  if (wanted == AlgorithmChoice::kAuto) {
    if (sizes.is_depthwise()) return usual;
    if (bf16_patch_rows_are_fast(sizes, pass)) return dtype;  // mutate: equivalent -- without AMX
  } else if (wanted != choice.find("direct", "conv2d")) {
    return usual;
  }
  const ConvProblem problem{sizes, dtype, pass};
  if (pass == ConvolutionPass::weight_gradient && !bf16_weight_gradient_is_fast()) return usual;
  return kConvDirect.cannot(problem).empty() && kConvDirect.rather_not(problem).empty() ? dtype
                                                                                        : usual;
}

AlgorithmPlan conv_plan(const AnyOp& op, std::span<const Shape> in, DType dtype) {
  const auto plan = [&](const ConvolutionSizes& s, ConvolutionPass pass) {
    return conv_ladder().plan({s, conv_dtype(s, pass, dtype), pass});
  };
  if (&op.info() == &describe<Conv2dInputGradient>) {
    const auto& card = as<Conv2dInputGradient>(op.get());
    return plan(conv_sizes(card, image_of(card, in[0], in[1]), in[1]),
                ConvolutionPass::input_gradient);
  }
  if (&op.info() == &describe<Conv2dWeightGradient>) {
    const auto& card = as<Conv2dWeightGradient>(op.get());
    return plan(conv_sizes(card, in[0], weight_of(card, in[0], in[1])),
                ConvolutionPass::weight_gradient);
  }
  const bool relu = &op.info() == &describe<Conv2dRelu>;
  const ConvAttributes& card =
      relu ? static_cast<const ConvAttributes&>(as<Conv2dRelu>(op.get())) : as<Conv2d>(op.get());
  return plan(conv_sizes(card, in[0], in[1]), ConvolutionPass::forward);
}

}  // namespace limpid

// The fast kernels of the three convolutions: operands are made contiguous and computable (16-bit
// floats as float32, integers as int64), then an algorithm of the ladder runs.

#include <cstring>

#include "limpid/backends/cpu/operand.h"
#include "limpid/ops/conv2d/conv_sizes.h"
#include "limpid/ops/conv2d/ladder.h"

namespace limpid {

namespace {

/// Zeros in `out` when there is nothing to add up, where an algorithm would have no loop to run.
bool nothing_to_add(const ConvolutionSizes& s, ConvolutionPass pass) {
  return pass != ConvolutionPass::forward && s.y_numel() == 0;
}

/// Runs one of the passes; x, w and y stand for the gradients in the place of which they are
/// computed.
void run(const ConvolutionSizes& s, ConvolutionPass pass, const AnyView& x, const AnyView& w,
         const AnyView& y, const AnyView& bias) {
  const AnyView& out = pass == ConvolutionPass::forward          ? y
                       : pass == ConvolutionPass::input_gradient ? x
                                                                 : w;
  if (out.numel == 0) return;
  if (nothing_to_add(s, pass)) {
    std::memset(out.data, 0, static_cast<std::size_t>(out.numel) * size_of(out.dtype));
    return;
  }
  const DType dtype = compute_dtype(x.dtype);
  Operand ox(x, dtype), ow(w, dtype), oy(y, dtype), ob(bias, dtype);
  if (pass != ConvolutionPass::input_gradient) ox.read();
  if (pass != ConvolutionPass::weight_gradient) ow.read();
  if (pass != ConvolutionPass::forward) oy.read();
  const Convolution c{s, ox.data(), ow.data(), oy.data(),
                      bias.defined() ? ob.read().data() : nullptr};
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

Ladder<ConvProblem, Convolution>& conv_ladder() {
  static Ladder<ConvProblem, Convolution> ladder(
      "conv2d", {&kConvLoops, &kConvRows, &kConvIm2col, &kConvDirect, &kConvWinograd});
  return ladder;
}

AlgorithmPlan conv_plan(const AnyOp& op, std::span<const Shape> in, DType dtype) {
  const auto plan = [&](const ConvolutionSizes& s, ConvolutionPass pass) {
    return conv_ladder().plan({s, compute_dtype(dtype), pass});
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
  return plan(conv_sizes(as<Conv2d>(op.get()), in[0], in[1]), ConvolutionPass::forward);
}

}  // namespace limpid

// Makers of layers: one function each, arguments by position in the order of
// limpid/nn/modules/*.py.

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/nn/nn.h"
#include "nn.h"

namespace nb = nanobind;

namespace limpid::python {

namespace {

template <class L, class... A>
void plain(nb::module_& m, const char* name) {
  m.def(name, [](A... a) { return layer(L(a...)); });
}

// -- convolutions

/// A tuple of sizes, one an axis or one for all, as what a convolution of one, two or three axes
/// takes.
template <class Sizes>
Sizes sizes(const Shape& shape) {
  constexpr int kAxes = std::is_same_v<Sizes, IntTriple> ? 3
                        : std::is_same_v<Sizes, IntPair> ? 2
                                                         : 1;
  if (shape.rank() != 1 && shape.rank() != kAxes)
    throw ValueError(str("a layer of ", kAxes, kAxes == 1 ? " axis" : " axes",
                         " takes as many sizes, or one for all, got ", shape));
  if constexpr (kAxes == 1) return shape[0];
  else return shape.rank() == 1 ? Sizes(shape[0]) : nn::from_shape<Sizes>(shape);
}

/// Sizes, "same" or "valid".
template <class Padding, class Sizes>
Padding padding_of(nb::handle given) {
  if (nb::isinstance<nb::str>(given)) return Padding(nb::cast<std::string>(given).c_str());
  return Padding(sizes<Sizes>(nb::cast<Shape>(given)));
}

template <class Conv, class Sizes, class Padding>
void convolution(nb::module_& m, const char* name) {
  m.def(name, [](std::int64_t in, std::int64_t out, const Shape& kernel, const Shape& stride,
                 nb::handle padding, const Shape& dilation, std::int64_t groups, bool bias,
                 const std::string& padding_mode, MaybeDevice device, MaybeDType dtype) {
    return layer(Conv(in, out, sizes<Sizes>(kernel),
                      {.stride = sizes<Sizes>(stride),
                       .padding = padding_of<Padding, Sizes>(padding),
                       .dilation = sizes<Sizes>(dilation),
                       .groups = groups,
                       .bias = bias,
                       .padding_mode = padding_mode,
                       .device = on(device),
                       .dtype = of(dtype)}));
  });
}

template <class Conv, class Sizes>
void transposed(nb::module_& m, const char* name) {
  m.def(name, [](std::int64_t in, std::int64_t out, const Shape& kernel, const Shape& stride,
                 const Shape& padding, const Shape& output_padding, std::int64_t groups, bool bias,
                 const Shape& dilation, MaybeDevice device, MaybeDType dtype) {
    return layer(Conv(in, out, sizes<Sizes>(kernel),
                      {.stride = sizes<Sizes>(stride),
                       .padding = sizes<Sizes>(padding),
                       .output_padding = sizes<Sizes>(output_padding),
                       .groups = groups,
                       .bias = bias,
                       .dilation = sizes<Sizes>(dilation),
                       .device = on(device),
                       .dtype = of(dtype)}));
  });
}

Tensor conv_transpose_to(nn::Module& self, const Tensor& x, const Shape& size) {
  if (auto* conv = dynamic_cast<nn::ConvTranspose1d*>(&self)) return (*conv)(x, size[0]);
  if (auto* conv = dynamic_cast<nn::ConvTranspose2d*>(&self))
    return (*conv)(x, sizes<IntPair>(size));
  return as<nn::ConvTranspose3d>(self)(x, sizes<IntTriple>(size));
}

void add_convolutions(nb::module_& m) {
  convolution<nn::Conv1d, std::int64_t, Conv1dPadding>(m, "Conv1d");
  convolution<nn::Conv2d, IntPair, ConvPadding>(m, "Conv2d");
  convolution<nn::Conv3d, IntTriple, Conv3dPadding>(m, "Conv3d");
  transposed<nn::ConvTranspose1d, std::int64_t>(m, "ConvTranspose1d");
  transposed<nn::ConvTranspose2d, IntPair>(m, "ConvTranspose2d");
  transposed<nn::ConvTranspose3d, IntTriple>(m, "ConvTranspose3d");
  m.def("conv_transpose_to", conv_transpose_to);
}

// -- activations

void add_activations(nb::module_& m) {
  plain<nn::ReLU>(m, "ReLU");
  plain<nn::ReLU6>(m, "ReLU6");
  plain<nn::SELU>(m, "SELU");
  plain<nn::SiLU>(m, "SiLU");
  plain<nn::Mish>(m, "Mish");
  plain<nn::Sigmoid>(m, "Sigmoid");
  plain<nn::LogSigmoid>(m, "LogSigmoid");
  plain<nn::Hardsigmoid>(m, "Hardsigmoid");
  plain<nn::Hardswish>(m, "Hardswish");
  plain<nn::Tanh>(m, "Tanh");
  plain<nn::Tanhshrink>(m, "Tanhshrink");
  plain<nn::Softsign>(m, "Softsign");
  plain<nn::LeakyReLU, double>(m, "LeakyReLU");
  plain<nn::ELU, double>(m, "ELU");
  plain<nn::CELU, double>(m, "CELU");
  plain<nn::Hardshrink, double>(m, "Hardshrink");
  plain<nn::Softshrink, double>(m, "Softshrink");
  plain<nn::Hardtanh, double, double>(m, "Hardtanh");
  plain<nn::Softplus, double, double>(m, "Softplus");
  plain<nn::Threshold, double, double>(m, "Threshold");
  plain<nn::GELU, std::string>(m, "GELU");
  plain<nn::Softmax, std::int64_t>(m, "Softmax");
  plain<nn::LogSoftmax, std::int64_t>(m, "LogSoftmax");
  plain<nn::Softmin, std::int64_t>(m, "Softmin");
  plain<nn::Softmax2d>(m, "Softmax2d");
  plain<nn::GLU, std::int64_t>(m, "GLU");
  plain<nn::RReLU, double, double>(m, "RReLU");
  m.def("PReLU", [](std::int64_t count, double init, MaybeDevice device, MaybeDType dtype) {
    return layer(nn::PReLU(count, {.init = init, .device = on(device), .dtype = of(dtype)}));
  });
}

// -- padding

/// Sizes as PadSizes, which is made of one or of a list.
nn::PadSizes pad_sizes(const Shape& sizes) {
  nn::PadSizes out(0);
  out.sizes = sizes;
  return out;
}
template <class L>
void padding(nb::module_& m, const char* name) {
  m.def(name, [](const Shape& sizes) { return layer(L(pad_sizes(sizes))); });
}
template <class L>
void constant_padding(nb::module_& m, const char* name) {
  m.def(name, [](const Shape& sizes, double value) { return layer(L(pad_sizes(sizes), value)); });
}

void add_padding(nb::module_& m) {
  padding<nn::ZeroPad1d>(m, "ZeroPad1d");
  padding<nn::ZeroPad2d>(m, "ZeroPad2d");
  padding<nn::ZeroPad3d>(m, "ZeroPad3d");
  constant_padding<nn::ConstantPad1d>(m, "ConstantPad1d");
  constant_padding<nn::ConstantPad2d>(m, "ConstantPad2d");
  constant_padding<nn::ConstantPad3d>(m, "ConstantPad3d");
  padding<nn::ReflectionPad1d>(m, "ReflectionPad1d");
  padding<nn::ReflectionPad2d>(m, "ReflectionPad2d");
  padding<nn::ReflectionPad3d>(m, "ReflectionPad3d");
  padding<nn::ReplicationPad1d>(m, "ReplicationPad1d");
  padding<nn::ReplicationPad2d>(m, "ReplicationPad2d");
  padding<nn::ReplicationPad3d>(m, "ReplicationPad3d");
  padding<nn::CircularPad1d>(m, "CircularPad1d");
  padding<nn::CircularPad2d>(m, "CircularPad2d");
  padding<nn::CircularPad3d>(m, "CircularPad3d");
}

// -- shapes

void add_shapes(nb::module_& m) {
  plain<nn::Identity>(m, "Identity");
  plain<nn::Flatten, std::int64_t, std::int64_t>(m, "Flatten");
  plain<nn::Unflatten, std::int64_t, Shape>(m, "Unflatten");
  plain<nn::PixelShuffle, std::int64_t>(m, "PixelShuffle");
  plain<nn::PixelUnshuffle, std::int64_t>(m, "PixelUnshuffle");
  plain<nn::ChannelShuffle, std::int64_t>(m, "ChannelShuffle");
  m.def("Unfold", [](IntPair kernel, IntPair dilation, IntPair padding, IntPair stride) {
    return layer(nn::Unfold(kernel, {dilation, padding, stride}));
  });
  m.def("Fold",
        [](IntPair output, IntPair kernel, IntPair dilation, IntPair padding, IntPair stride) {
          return layer(nn::Fold(output, kernel, {dilation, padding, stride}));
        });
  m.def("Upsample", [](const Shape& size, std::vector<double> factors, const std::string& mode,
                       bool corners, bool recompute) {
    return layer(nn::Upsample({size, std::move(factors), mode, corners, recompute}));
  });
}

}  // namespace

void add_layers(nb::module_& m) {
  m.def("Linear", [](std::int64_t in, std::int64_t out, bool bias, MaybeDevice device,
                     MaybeDType dtype) {
    return layer(nn::Linear(in, out, {.bias = bias, .device = on(device), .dtype = of(dtype)}));
  });
  m.def("LinearReLU", [](std::int64_t in, std::int64_t out, bool bias, MaybeDevice device,
                         MaybeDType dtype) {
    return layer(nn::LinearReLU(in, out, {.bias = bias, .device = on(device), .dtype = of(dtype)}));
  });
  nb::class_<nn::FoldedBatchNorm>(m, "FoldedBatchNorm")
      .def(nb::init<>())
      .def("of", [](nn::FoldedBatchNorm& self, const Tensor& weight,
                    const std::optional<Tensor>& bias, const Tensor& mean, const Tensor& var,
                    const std::optional<Tensor>& bn_weight, const std::optional<Tensor>& bn_bias,
                    double eps) {
        const auto [w, b] =
            self.of(weight, or_none(bias), {mean, var, or_none(bn_weight), or_none(bn_bias), eps});
        return std::pair(w, b);
      });
  m.def("Bilinear", [](std::int64_t in1, std::int64_t in2, std::int64_t out, bool bias,
                       MaybeDevice device, MaybeDType dtype) {
    return layer(
        nn::Bilinear(in1, in2, out, {.bias = bias, .device = on(device), .dtype = of(dtype)}));
  });
  m.def("Embedding", [](std::int64_t rows, std::int64_t columns,
                        std::optional<std::int64_t> padding_idx, MaybeDevice device,
                        MaybeDType dtype) {
    return layer(nn::Embedding(
        rows, columns, {.padding_idx = padding_idx, .device = on(device), .dtype = of(dtype)}));
  });
  m.def("EmbeddingBag", [](std::int64_t rows, std::int64_t columns, const std::string& mode,
                           bool include_last_offset, std::optional<std::int64_t> padding_idx,
                           MaybeDevice device, MaybeDType dtype) {
    return layer(nn::EmbeddingBag(rows, columns,
                                  {.mode = mode,
                                   .include_last_offset = include_last_offset,
                                   .padding_idx = padding_idx,
                                   .device = on(device),
                                   .dtype = of(dtype)}));
  });
  plain<nn::Dropout, double>(m, "Dropout");
  plain<nn::Dropout1d, double>(m, "Dropout1d");
  plain<nn::Dropout2d, double>(m, "Dropout2d");
  plain<nn::Dropout3d, double>(m, "Dropout3d");
  plain<nn::AlphaDropout, double>(m, "AlphaDropout");
  m.def("PairwiseDistance", [](double p, double eps, bool keepdim) {
    return layer(nn::PairwiseDistance({p, eps, keepdim}));
  });
  plain<nn::CosineSimilarity, std::int64_t, double>(m, "CosineSimilarity");
  add_convolutions(m);
  add_activations(m);
  add_padding(m);
  add_shapes(m);
}

}  // namespace limpid::python

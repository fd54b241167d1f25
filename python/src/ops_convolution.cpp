// Convolutions and poolings (limpid/ops/conv2d, max_pool2d, ...), as in torch.nn.functional.

#include <array>
#include <span>

#include "limpid/core/str.h"
#include "limpid/ops/all_ops/convolution.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

/// A number for all axes, or one an axis, of which None keeps the input's.
template <std::size_t axes>
struct OutputSize {
  std::array<std::optional<std::int64_t>, axes> sizes;
  operator AdaptiveSize() const requires(axes == 2) { return {sizes[0], sizes[1]}; }
  operator AdaptiveSize3d() const requires(axes == 3) { return {sizes[0], sizes[1], sizes[2]}; }
};

namespace {

bool read_size(PyObject* item, std::optional<std::int64_t>& size) {
  size = std::nullopt;
  return item == Py_None || to_int(item, size.emplace());
}

bool read_sizes(PyObject* object, std::span<std::optional<std::int64_t>> sizes) {
  std::int64_t all = 0;
  if (to_int(object, all)) {
    for (auto& size : sizes) size = all;
    return true;
  }
  if (!PyTuple_Check(object) && !PyList_Check(object)) return false;
  if (PySequence_Fast_GET_SIZE(object) != std::ssize(sizes))
    return wrong_count(object, static_cast<int>(std::ssize(sizes)));
  Py_ssize_t i = 0;
  for (auto& size : sizes)
    if (!read_size(PySequence_Fast_GET_ITEM(object, i++), size)) return false;
  return true;
}

}  // namespace

}  // namespace limpid::python

template <std::size_t axes>
struct nanobind::detail::type_caster<limpid::python::OutputSize<axes>> {
  NB_TYPE_CASTER(limpid::python::OutputSize<axes>,
                 const_name("int | collections.abc.Sequence[int | None]"))
  bool from_python(handle source, std::uint8_t, cleanup_list*) noexcept {
    return limpid::python::read_sizes(source.ptr(), value.sizes);
  }
};

namespace limpid::python {

namespace {

/// IntSingle stands for the int64 of the 1-d options.
std::int64_t plain(const IntSingle& size) { return size.value; }
IntPair plain(const IntPair& sizes) { return sizes; }
IntTriple plain(const IntTriple& sizes) { return sizes; }
template <class Sizes>
auto plain(const std::optional<Sizes>& sizes) -> std::optional<decltype(plain(*sizes))> {
  return sizes ? std::optional(plain(*sizes)) : std::nullopt;
}

/// padding=: sizes, "same" or "valid".
template <class Sizes>
using Padding = std::variant<std::string, Sizes>;
template <class Wanted, class Sizes>
Wanted padding_of(const Padding<Sizes>& padding) {
  if (const auto* mode = std::get_if<std::string>(&padding)) return Wanted(mode->c_str());
  return Wanted(plain(std::get<Sizes>(padding)));
}

template <class Card, class Sizes, class Options,
          Tensor (*f)(const Tensor&, const Tensor&, const Tensor&, Options)>
void convolution(nb::module_& m) {
  op<Card>(
      m, kFunction,
      [](const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias,
         const Sizes& stride, const Padding<Sizes>& padding, const Sizes& dilation,
         std::int64_t groups) {
        return f(input, weight, or_none(bias),
                 {.stride = plain(stride),
                  .padding = padding_of<decltype(Options::padding)>(padding),
                  .dilation = plain(dilation),
                  .groups = groups});
      },
      "input"_a, "weight"_a, "bias"_a = nb::none(), "stride"_a = 1, "padding"_a = 0,
      "dilation"_a = 1, "groups"_a = 1);
}

template <class Card, class Sizes, class Options,
          Tensor (*f)(const Tensor&, const Tensor&, const Tensor&, Options)>
void transposed_convolution(nb::module_& m) {
  op<Card>(
      m, kFunction,
      [](const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias,
         const Sizes& stride, const Sizes& padding, const Sizes& output_padding,
         std::int64_t groups, const Sizes& dilation) {
        return f(input, weight, or_none(bias),
                 {.stride = plain(stride),
                  .padding = plain(padding),
                  .output_padding = plain(output_padding),
                  .groups = groups,
                  .dilation = plain(dilation)});
      },
      "input"_a, "weight"_a, "bias"_a = nb::none(), "stride"_a = 1, "padding"_a = 0,
      "output_padding"_a = 0, "groups"_a = 1, "dilation"_a = 1);
}

void add_convolutions(nb::module_& m) {
  convolution<Conv1d, IntSingle, Conv1dOptions, conv1d>(m);
  convolution<Conv2d, IntPair, Conv2dOptions, conv2d>(m);
  convolution<Conv2dRelu, IntPair, Conv2dOptions, conv2d_relu>(m);
  convolution<Conv3d, IntTriple, Conv3dOptions, conv3d>(m);
  transposed_convolution<ConvTranspose1d, IntSingle, ConvTranspose1dOptions, conv_transpose1d>(m);
  transposed_convolution<ConvTranspose2d, IntPair, ConvTranspose2dOptions, conv_transpose2d>(m);
  transposed_convolution<ConvTranspose3d, IntTriple, ConvTranspose3dOptions, conv_transpose3d>(m);
}

/// F.max_pool: (input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False,
/// return_indices=False)
template <class Card, class Sizes, class Options, class Result, class Kernel,
          Tensor (*plain_pool)(const Tensor&, Kernel, Options),
          Result (*with_indices)(const Tensor&, Kernel, Options)>
void max_pool(nb::module_& nn) {
  op<Card>(
      nn, kFunction,
      [](const Tensor& input, const Sizes& kernel, const std::optional<Sizes>& stride,
         const Sizes& padding, const Sizes& dilation, bool ceil_mode, bool return_indices) {
        Options options{
            .padding = plain(padding), .dilation = plain(dilation), .ceil_mode = ceil_mode};
        if (stride) options.stride = plain(*stride);
        if (!return_indices) return TensorOrTuple{{plain_pool(input, plain(kernel), options)}};
        const Result result = with_indices(input, plain(kernel), options);
        return TensorOrTuple{{result.values, result.indices}};
      },
      "input"_a, "kernel_size"_a, "stride"_a = nb::none(), "padding"_a = 0, "dilation"_a = 1,
      "ceil_mode"_a = false, "return_indices"_a = false);
}

void add_max_pools(nb::module_& nn) {
  max_pool<MaxPool1d, IntSingle, MaxPool1dOptions, MaxPoolResult, std::int64_t, max_pool1d,
           max_pool1d_with_indices>(nn);
  max_pool<MaxPool2d, IntPair, MaxPool2dOptions, MaxPool2dResult, IntPair, max_pool2d,
           max_pool2d_with_indices>(nn);
  max_pool<MaxPool3d, IntTriple, MaxPool3dOptions, MaxPoolResult, IntTriple, max_pool3d,
           max_pool3d_with_indices>(nn);
}

/// The sizes of the axes of the image, of all or only those.
Shape image_size(const Shape& size, int axes) {
  if (size.rank() != axes && size.rank() != axes + 2)
    throw ShapeError(str("output_size must have ", axes, " or ", axes + 2, " sizes, got ", size));
  return Shape(std::span<const std::int64_t>(size.end() - axes, size.end()));
}

void add_max_unpools(nb::module_& nn) {
  op<MaxUnpool1d>(
      nn, kFunction,
      [](const Tensor& input, const Tensor& indices, IntSingle kernel,
         std::optional<IntSingle> stride, IntSingle padding, const std::optional<Shape>& size) {
        MaxUnpool1dOptions options{.stride = plain(stride), .padding = plain(padding)};
        if (size) options.output_size = image_size(*size, 1)[0];
        return max_unpool1d(input, indices, plain(kernel), options);
      },
      "input"_a, "indices"_a, "kernel_size"_a, "stride"_a = nb::none(), "padding"_a = 0,
      "output_size"_a = nb::none());
  op<MaxUnpool2d>(
      nn, kFunction,
      [](const Tensor& input, const Tensor& indices, IntPair kernel, std::optional<IntPair> stride,
         IntPair padding, const std::optional<Shape>& size) {
        MaxUnpool2dOptions options{.stride = stride, .padding = padding};
        if (size) {
          const Shape image = image_size(*size, 2);
          options.output_size = IntPair(image[0], image[1]);
        }
        return max_unpool2d(input, indices, kernel, options);
      },
      "input"_a, "indices"_a, "kernel_size"_a, "stride"_a = nb::none(), "padding"_a = 0,
      "output_size"_a = nb::none());
  op<MaxUnpool3d>(
      nn, kFunction,
      [](const Tensor& input, const Tensor& indices, IntTriple kernel,
         std::optional<IntTriple> stride, IntTriple padding, const std::optional<Shape>& size) {
        MaxUnpool3dOptions options{.stride = stride, .padding = padding};
        if (size) {
          const Shape volume = image_size(*size, 3);
          options.output_size = IntTriple(volume[0], volume[1], volume[2]);
        }
        return max_unpool3d(input, indices, kernel, options);
      },
      "input"_a, "indices"_a, "kernel_size"_a, "stride"_a = nb::none(), "padding"_a = 0,
      "output_size"_a = nb::none());
}

template <class Card, class Sizes, class Options, class Kernel,
          Tensor (*f)(const Tensor&, Kernel, Options)>
void avg_pool_with_divisor(nb::module_& nn) {
  op<Card>(
      nn, kFunction,
      [](const Tensor& input, const Sizes& kernel, const std::optional<Sizes>& stride,
         const Sizes& padding, bool ceil_mode, bool count_include_pad,
         std::optional<std::int64_t> divisor) {
        return f(input, kernel,
                 {.stride = stride,
                  .padding = padding,
                  .ceil_mode = ceil_mode,
                  .count_include_pad = count_include_pad,
                  .divisor_override = divisor});
      },
      "input"_a, "kernel_size"_a, "stride"_a = nb::none(), "padding"_a = 0, "ceil_mode"_a = false,
      "count_include_pad"_a = true, "divisor_override"_a = nb::none());
}

template <class Card, class Sizes, class Options, class Kernel,
          Tensor (*f)(const Tensor&, double, Kernel, Options)>
void lp_pool(nb::module_& nn) {
  op<Card>(
      nn, kFunction,
      [](const Tensor& input, double norm_type, const Sizes& kernel,
         const std::optional<Sizes>& stride, bool ceil_mode) {
        return f(input, norm_type, plain(kernel),
                 {.stride = plain(stride), .ceil_mode = ceil_mode});
      },
      "input"_a, "norm_type"_a, "kernel_size"_a, "stride"_a = nb::none(), "ceil_mode"_a = false);
}

void add_mean_pools(nb::module_& nn) {
  op<AvgPool1d>(
      nn, kFunction,
      [](const Tensor& input, IntSingle kernel, std::optional<IntSingle> stride, IntSingle padding,
         bool ceil_mode, bool count_include_pad) {
        return avg_pool1d(input, plain(kernel),
                          {.stride = plain(stride),
                           .padding = plain(padding),
                           .ceil_mode = ceil_mode,
                           .count_include_pad = count_include_pad});
      },
      "input"_a, "kernel_size"_a, "stride"_a = nb::none(), "padding"_a = 0, "ceil_mode"_a = false,
      "count_include_pad"_a = true);
  avg_pool_with_divisor<AvgPool2d, IntPair, AvgPool2dOptions, IntPair, avg_pool2d>(nn);
  avg_pool_with_divisor<AvgPool3d, IntTriple, AvgPool3dOptions, IntTriple, avg_pool3d>(nn);
  lp_pool<LpPool1d, IntSingle, LpPool1dOptions, std::int64_t, lp_pool1d>(nn);
  lp_pool<LpPool2d, IntPair, LpPool2dOptions, IntPair, lp_pool2d>(nn);
  lp_pool<LpPool3d, IntTriple, LpPool3dOptions, IntTriple, lp_pool3d>(nn);
}

template <class Card, class Size, class Native, Tensor (*f)(const Tensor&, Native)>
void adaptive_avg_pool(nb::module_& nn) {
  op<Card>(
      nn, kFunction, [](const Tensor& input, const Size& size) { return f(input, size); },
      "input"_a, "output_size"_a);
}
template <class Card, class Size, class Native, AdaptiveMaxPoolResult (*f)(const Tensor&, Native)>
void adaptive_max_pool(nb::module_& nn) {
  op<Card>(
      nn, kFunction,
      [](const Tensor& input, const Size& size, bool return_indices) {
        const AdaptiveMaxPoolResult result = f(input, size);
        return return_indices ? TensorOrTuple{{result.values, result.indices}}
                              : TensorOrTuple{{result.values}};
      },
      "input"_a, "output_size"_a, "return_indices"_a = false);
}

void add_adaptive_pools(nb::module_& nn) {
  op<AdaptiveAvgPool1d>(
      nn, kFunction,
      [](const Tensor& input, IntSingle size) { return adaptive_avg_pool1d(input, size.value); },
      "input"_a, "output_size"_a);
  adaptive_avg_pool<AdaptiveAvgPool2d, OutputSize<2>, AdaptiveSize, adaptive_avg_pool2d>(nn);
  adaptive_avg_pool<AdaptiveAvgPool3d, OutputSize<3>, AdaptiveSize3d, adaptive_avg_pool3d>(nn);
  op<AdaptiveMaxPool1d>(
      nn, kFunction,
      [](const Tensor& input, IntSingle size, bool return_indices) {
        const AdaptiveMaxPoolResult result = adaptive_max_pool1d_with_indices(input, size.value);
        return return_indices ? TensorOrTuple{{result.values, result.indices}}
                              : TensorOrTuple{{result.values}};
      },
      "input"_a, "output_size"_a, "return_indices"_a = false);
  adaptive_max_pool<AdaptiveMaxPool2d, OutputSize<2>, AdaptiveSize,
                    adaptive_max_pool2d_with_indices>(nn);
  adaptive_max_pool<AdaptiveMaxPool3d, OutputSize<3>, AdaptiveSize3d,
                    adaptive_max_pool3d_with_indices>(nn);
}

void add_folds(nb::module_& nn) {
  op<Unfold>(
      nn, kFunction,
      [](const Tensor& input, IntPair kernel, IntPair dilation, IntPair padding, IntPair stride) {
        return unfold(input, kernel, {.dilation = dilation, .padding = padding, .stride = stride});
      },
      "input"_a, "kernel_size"_a, "dilation"_a = 1, "padding"_a = 0, "stride"_a = 1);
  op<Fold>(
      nn, kFunction,
      [](const Tensor& input, IntPair size, IntPair kernel, IntPair dilation, IntPair padding,
         IntPair stride) {
        return fold(input, size, kernel,
                    {.dilation = dilation, .padding = padding, .stride = stride});
      },
      "input"_a, "output_size"_a, "kernel_size"_a, "dilation"_a = 1, "padding"_a = 0,
      "stride"_a = 1);
}

}  // namespace

void add_convolution_ops(nb::module_& m) {
  nb::module_ nn = functional(m);
  add_convolutions(nn);
  add_max_pools(nn);
  add_max_unpools(nn);
  add_mean_pools(nn);
  add_adaptive_pools(nn);
  add_folds(nn);
}

}  // namespace limpid::python

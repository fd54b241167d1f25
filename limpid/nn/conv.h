#pragma once
// Convolutions of sequences, images and volumes as layers, and their transposes.

#include <string>

#include "limpid/core/random.h"
#include "limpid/nn/module.h"
#include "limpid/ops/conv1d/conv1d.h"
#include "limpid/ops/conv2d/conv2d.h"
#include "limpid/ops/conv3d/conv3d.h"
#include "limpid/ops/conv_transpose/conv_transpose.h"

namespace limpid::nn {

/// Sizes are one number, or as many as there are axes: `.stride = {2, 1}`.
template <class Sizes, class Padding>
struct ConvOptions {
  Sizes stride = 1;
  Padding padding = 0;  ///< sizes, "same" or "valid"
  Sizes dilation = 1;
  std::int64_t groups = 1;
  bool bias = true;
  std::string padding_mode = "zeros";  ///< or "reflect", "replicate", "circular": see limpid::pad
  Device device = kCpu;
  DType dtype = kDefaultDType;
  Generator* generator = nullptr;  ///< of the starting values; null: default_generator()
};
using Conv1dOptions = ConvOptions<std::int64_t, Conv1dPadding>;
using Conv2dOptions = ConvOptions<IntPair, ConvPadding>;
using Conv3dOptions = ConvOptions<IntTriple, Conv3dPadding>;

template <class Sizes>
struct ConvTransposeOptions {
  Sizes stride = 1;
  Sizes padding = 0;         ///< cut off the output on each side
  Sizes output_padding = 0;  ///< added to its end: several sizes have the same input size
  std::int64_t groups = 1;
  bool bias = true;
  Sizes dilation = 1;
  Device device = kCpu;
  DType dtype = kDefaultDType;
  Generator* generator = nullptr;
};
using ConvTranspose1dOptions = ConvTransposeOptions<std::int64_t>;
using ConvTranspose2dOptions = ConvTransposeOptions<IntPair>;
using ConvTranspose3dOptions = ConvTransposeOptions<IntTriple>;

/// A convolution layer, whatever its number of axes. Shapes have one entry an axis.
struct ConvDescription {
  const char* name;
  bool transposed;
  std::int64_t in_channels, out_channels;
  Shape kernel_size, stride, padding, dilation, output_padding;
  bool same;  ///< in place of padding
  std::int64_t groups;
  bool bias;
  std::string padding_mode;
};

/// What all of them share. Weight (out, in / groups, kernel...), of transposed ones (in, out /
/// groups, kernel...), and bias (out,) start uniform in +-1/sqrt(fan_in). ValueError for sizes
/// below 1, groups that do not divide the channels, and a padding_mode that does not exist.
class ConvBase : public Module {
 public:
  std::string extra_repr() const override;

  Tensor &weight, &bias;  ///< bias is undefined without one

 protected:
  const ConvDescription& description() const { return d_; }
  ConvBase(ConvDescription description, const TensorOptions& tensors, Generator* generator);
  /// The input with its padding around it when that is not made of zeros, else as it is.
  Tensor padded(const Tensor& input) const;
  /// `options` of a transposed convolution with the output_padding that leads to `output_size`.
  /// ValueError tells which sizes are possible.
  template <class Sizes, class Options>
  Options with_output_size(Options options, const Tensor& input, Sizes output_size) const;

 private:
  Shape output_padding_for(const Shape& input, const Shape& output_size) const;

  ConvDescription d_;
};

/// torch.nn.Conv1d: (N, in_channels, L) -> (N, out_channels, OL), or without N.
class Conv1d : public ConvBase {
 public:
  Conv1d(std::int64_t in_channels, std::int64_t out_channels, std::int64_t kernel_size,
         Conv1dOptions options = {});
  Tensor forward(const Tensor& input) override;

 private:
  limpid::Conv1dOptions options_;
};

/// torch.nn.Conv2d: (N, in_channels, H, W) -> (N, out_channels, OH, OW), or without N.
class Conv2d : public ConvBase {
 public:
  Conv2d(std::int64_t in_channels, std::int64_t out_channels, IntPair kernel_size,
         Conv2dOptions options = {});
  Tensor forward(const Tensor& input) override;
  /// A layer with the same options, whose parameters are still to be set.
  Conv2d like(bool with_bias) const;

 private:
  limpid::Conv2dOptions options_;
};

/// torch.nn.Conv3d: (N, in_channels, D, H, W) -> (N, out_channels, OD, OH, OW), or without N.
class Conv3d : public ConvBase {
 public:
  Conv3d(std::int64_t in_channels, std::int64_t out_channels, IntTriple kernel_size,
         Conv3dOptions options = {});
  Tensor forward(const Tensor& input) override;

 private:
  limpid::Conv3dOptions options_;
};

/// torch.nn.ConvTranspose1d: (N, in_channels, L) -> (N, out_channels, OL), or without N.
class ConvTranspose1d : public ConvBase {
 public:
  ConvTranspose1d(std::int64_t in_channels, std::int64_t out_channels, std::int64_t kernel_size,
                  ConvTranspose1dOptions options = {});
  Tensor forward(const Tensor& input) override;
  using Module::operator();
  /// With the size that the output is to have, among those that lead to the input's size.
  Tensor operator()(const Tensor& input, std::int64_t output_size);

 private:
  limpid::ConvTranspose1dOptions options_;
};

/// torch.nn.ConvTranspose2d: (N, in_channels, H, W) -> (N, out_channels, OH, OW), or without N.
class ConvTranspose2d : public ConvBase {
 public:
  ConvTranspose2d(std::int64_t in_channels, std::int64_t out_channels, IntPair kernel_size,
                  ConvTranspose2dOptions options = {});
  Tensor forward(const Tensor& input) override;
  using Module::operator();
  Tensor operator()(const Tensor& input, IntPair output_size);

 private:
  limpid::ConvTranspose2dOptions options_;
};

/// torch.nn.ConvTranspose3d: (N, in_channels, D, H, W) -> (N, out_channels, OD, OH, OW), or
/// without N.
class ConvTranspose3d : public ConvBase {
 public:
  ConvTranspose3d(std::int64_t in_channels, std::int64_t out_channels, IntTriple kernel_size,
                  ConvTranspose3dOptions options = {});
  Tensor forward(const Tensor& input) override;
  using Module::operator();
  Tensor operator()(const Tensor& input, IntTriple output_size);

 private:
  limpid::ConvTranspose3dOptions options_;
};

}  // namespace limpid::nn

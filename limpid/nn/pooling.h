#pragma once
// Pooling as layers. Options are those of the functions, in PyTorch's order; a size is one number,
// or as many as there are axes. The functions with _with_indices give the places of the winners,
// which MaxUnpool takes.

#include "limpid/nn/inputs.h"
#include "limpid/nn/python_text.h"
#include "limpid/nn/sizes.h"
#include "limpid/ops/adaptive_pool/adaptive_pool.h"
#include "limpid/ops/avg_pool2d/avg_pool2d.h"
#include "limpid/ops/lp_pool/lp_pool.h"
#include "limpid/ops/max_pool2d/max_pool2d.h"
#include "limpid/ops/max_pool_nd/max_pool_nd.h"
#include "limpid/ops/max_unpool/max_unpool.h"

namespace limpid::nn {

/// The stride that counts: the kernel's size when it is left out.
template <class Sizes>
Sizes stride_of(const std::optional<Sizes>& stride, Sizes kernel_size) {
  return stride.value_or(kernel_size);
}

// -- the largest element of each window

template <class Sizes, class Options, Tensor (*function)(const Tensor&, Sizes, Options)>
class MaxPoolLayer : public Module {
 public:
  explicit MaxPoolLayer(Sizes kernel_size, Options options = {})
      : kernel_size_(kernel_size), options_(options) {}
  Tensor forward(const Tensor& input) override { return function(input, kernel_size_, options_); }
  std::string extra_repr() const override {
    return str("kernel_size=", sizes_text(kernel_size_),
               ", stride=", sizes_text(stride_of(options_.stride, kernel_size_)),
               ", padding=", sizes_text(options_.padding),
               ", dilation=", sizes_text(options_.dilation),
               ", ceil_mode=", python_text(options_.ceil_mode));
  }

 private:
  Sizes kernel_size_;
  Options options_;
};

/// torch.nn.MaxPool1d, for (N, C, L) and (C, L).
class MaxPool1d : public MaxPoolLayer<std::int64_t, MaxPool1dOptions, max_pool1d> {
 public:
  using MaxPoolLayer::MaxPoolLayer;
};
/// torch.nn.MaxPool2d, for (N, C, H, W) and (C, H, W).
class MaxPool2d : public MaxPoolLayer<IntPair, MaxPool2dOptions, max_pool2d> {
 public:
  using MaxPoolLayer::MaxPoolLayer;
};
/// torch.nn.MaxPool3d, for (N, C, D, H, W) and (C, D, H, W).
class MaxPool3d : public MaxPoolLayer<IntTriple, MaxPool3dOptions, max_pool3d> {
 public:
  using MaxPoolLayer::MaxPoolLayer;
};

// -- the average of each window

template <class Sizes, class Options, Tensor (*function)(const Tensor&, Sizes, Options)>
class AvgPoolLayer : public Module {
 public:
  explicit AvgPoolLayer(Sizes kernel_size, Options options = {})
      : kernel_size_(kernel_size), options_(options) {}
  Tensor forward(const Tensor& input) override { return function(input, kernel_size_, options_); }
  std::string extra_repr() const override {
    return str("kernel_size=", text(kernel_size_),
               ", stride=", text(stride_of(options_.stride, kernel_size_)),
               ", padding=", text(options_.padding));
  }

 private:
  /// PyTorch's AvgPool1d shows a tuple of one.
  static std::string text(Sizes sizes) {
    if constexpr (std::is_same_v<Sizes, std::int64_t>) return str(as_shape(sizes));
    else return sizes_text(sizes);
  }

  Sizes kernel_size_;
  Options options_;
};

/// torch.nn.AvgPool1d, for (N, C, L) and (C, L).
class AvgPool1d : public AvgPoolLayer<std::int64_t, AvgPool1dOptions, avg_pool1d> {
 public:
  using AvgPoolLayer::AvgPoolLayer;
};
/// torch.nn.AvgPool2d, for (N, C, H, W) and (C, H, W).
class AvgPool2d : public AvgPoolLayer<IntPair, AvgPool2dOptions, avg_pool2d> {
 public:
  using AvgPoolLayer::AvgPoolLayer;
};
/// torch.nn.AvgPool3d, for (N, C, D, H, W) and (C, D, H, W).
class AvgPool3d : public AvgPoolLayer<IntTriple, AvgPool3dOptions, avg_pool3d> {
 public:
  using AvgPoolLayer::AvgPoolLayer;
};

// -- as many windows as the output is to have

inline std::string adaptive_text(std::int64_t size) { return str(size); }
/// "7", "(7, 5)" or "(7, None)".
inline std::string adaptive_text(const AdaptiveSize& s) {
  if (s.height && s.width && *s.height == *s.width) return str(*s.height);
  const auto text = [](std::optional<std::int64_t> n) { return n ? str(*n) : "None"; };
  return "(" + text(s.height) + ", " + text(s.width) + ")";
}

/// "7", "(7, 5, 3)" or "(7, None, 3)".
inline std::string adaptive_text(const AdaptiveSize3d& s) {
  if (s.depth && s.depth == s.height && s.depth == s.width) return str(*s.depth);
  const auto text = [](std::optional<std::int64_t> n) { return n ? str(*n) : "None"; };
  return "(" + text(s.depth) + ", " + text(s.height) + ", " + text(s.width) + ")";
}

template <class Sizes, Tensor (*function)(const Tensor&, Sizes)>
class AdaptivePoolLayer : public Module {
 public:
  explicit AdaptivePoolLayer(Sizes output_size) : output_size_(output_size) {}
  Tensor forward(const Tensor& input) override { return function(input, output_size_); }
  std::string extra_repr() const override { return "output_size=" + adaptive_text(output_size_); }

 private:
  Sizes output_size_;
};

/// torch.nn.AdaptiveAvgPool1d, for (N, C, L) and (C, L).
class AdaptiveAvgPool1d : public AdaptivePoolLayer<std::int64_t, adaptive_avg_pool1d> {
 public:
  using AdaptivePoolLayer::AdaptivePoolLayer;
};
/// torch.nn.AdaptiveAvgPool2d, for (N, C, H, W) and (C, H, W); AdaptiveAvgPool2d({7, std::nullopt})
/// keeps the width.
class AdaptiveAvgPool2d : public AdaptivePoolLayer<AdaptiveSize, adaptive_avg_pool2d> {
 public:
  using AdaptivePoolLayer::AdaptivePoolLayer;
};
/// torch.nn.AdaptiveMaxPool1d, for (N, C, L) and (C, L).
class AdaptiveMaxPool1d : public AdaptivePoolLayer<std::int64_t, adaptive_max_pool1d> {
 public:
  using AdaptivePoolLayer::AdaptivePoolLayer;
};
/// torch.nn.AdaptiveMaxPool2d, for (N, C, H, W) and (C, H, W).
class AdaptiveMaxPool2d : public AdaptivePoolLayer<AdaptiveSize, adaptive_max_pool2d> {
 public:
  using AdaptivePoolLayer::AdaptivePoolLayer;
};

/// torch.nn.AdaptiveAvgPool3d, for (N, C, D, H, W) and (C, D, H, W).
class AdaptiveAvgPool3d : public AdaptivePoolLayer<AdaptiveSize3d, adaptive_avg_pool3d> {
 public:
  using AdaptivePoolLayer::AdaptivePoolLayer;
};
/// torch.nn.AdaptiveMaxPool3d, for (N, C, D, H, W) and (C, D, H, W).
class AdaptiveMaxPool3d : public AdaptivePoolLayer<AdaptiveSize3d, adaptive_max_pool3d> {
 public:
  using AdaptivePoolLayer::AdaptivePoolLayer;
};

// -- the p-norm of each window

template <class Sizes, class Options, Tensor (*function)(const Tensor&, double, Sizes, Options)>
class LPPoolLayer : public Module {
 public:
  LPPoolLayer(double norm_type, Sizes kernel_size, Options options = {})
      : norm_type_(norm_type), kernel_size_(kernel_size), options_(options) {}
  Tensor forward(const Tensor& input) override {
    return function(input, norm_type_, kernel_size_, options_);
  }
  std::string extra_repr() const override {
    return str("norm_type=", norm_type_, ", kernel_size=", sizes_text(kernel_size_),
               ", stride=", options_.stride ? sizes_text(*options_.stride) : "None",
               ", ceil_mode=", python_text(options_.ceil_mode));
  }

 private:
  double norm_type_;
  Sizes kernel_size_;
  Options options_;
};

/// torch.nn.LPPool1d, for (N, C, L) and (C, L).
class LPPool1d : public LPPoolLayer<std::int64_t, LpPool1dOptions, lp_pool1d> {
 public:
  using LPPoolLayer::LPPoolLayer;
};
/// torch.nn.LPPool2d, for (N, C, H, W) and (C, H, W).
class LPPool2d : public LPPoolLayer<IntPair, LpPool2dOptions, lp_pool2d> {
 public:
  using LPPoolLayer::LPPoolLayer;
};
/// torch.nn.LPPool3d, for (N, C, D, H, W) and (C, D, H, W).
class LPPool3d : public LPPoolLayer<IntTriple, LpPool3dOptions, lp_pool3d> {
 public:
  using LPPoolLayer::LPPoolLayer;
};

// -- back from what max pooling gave

/// Called with the values and the places: unpool(values, indices).
template <class Sizes, class Options,
          Tensor (*function)(const Tensor&, const Tensor&, Sizes, Options)>
class MaxUnpoolLayer : public Module {
 public:
  explicit MaxUnpoolLayer(Sizes kernel_size, Options options = {})
      : kernel_size_(kernel_size), options_(options) {}
  Tensor forward_many(std::span<const Tensor> inputs) override {
    check_input_count(*this, inputs, 2, "values, indices");
    return function(inputs[0], inputs[1], kernel_size_, options_);
  }
  std::string extra_repr() const override {
    return str("kernel_size=", as_shape(kernel_size_),
               ", stride=", as_shape(stride_of(options_.stride, kernel_size_)),
               ", padding=", as_shape(options_.padding));
  }

 private:
  Sizes kernel_size_;
  Options options_;
};

/// torch.nn.MaxUnpool1d; output_size is an option here.
class MaxUnpool1d : public MaxUnpoolLayer<std::int64_t, MaxUnpool1dOptions, max_unpool1d> {
 public:
  using MaxUnpoolLayer::MaxUnpoolLayer;
};
/// torch.nn.MaxUnpool2d; output_size is an option here.
class MaxUnpool2d : public MaxUnpoolLayer<IntPair, MaxUnpool2dOptions, max_unpool2d> {
 public:
  using MaxUnpoolLayer::MaxUnpoolLayer;
};
/// torch.nn.MaxUnpool3d; output_size is an option here.
class MaxUnpool3d : public MaxUnpoolLayer<IntTriple, MaxUnpool3dOptions, max_unpool3d> {
 public:
  using MaxUnpoolLayer::MaxUnpoolLayer;
};

}  // namespace limpid::nn

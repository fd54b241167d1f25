// With a 1x1 kernel of stride 1 and no padding, maps are matrices as they stand. With a row for
// each pixel and a column for each channel,
//   forward          Y  = X W^T        (pixels x C) (C x K)
//   input gradient   dX = dY W         (pixels x K) (K x C)
//   weight gradient  dW = dY^T X       summed over images
// Channels-last, all images are one such matrix. In the order NCHW each image is one, transposed,
// which gemm() reads as it is.

#include <algorithm>

#include "limpid/backends/cpu/gemm.h"
#include "limpid/backends/cpu/parallel.h"
#include "limpid/backends/cpu/scratch.h"
#include "limpid/backends/cpu/strided_copy.h"
#include "limpid/ops/conv2d/product.h"

namespace limpid {

namespace {

using Int = std::int64_t;

/// A map as a matrix of pixels x channels.
template <class T>
struct PixelMatrix {
  T* data;
  bool channels_last;
  Int channels, pixels;  ///< of an image

  /// From the first pixel of an image and a channel on.
  T* at(Int image, Int channel) const {
    return data + image * channels * pixels + (channels_last ? channel : channel * pixels);
  }
  MatrixRef from(Int image, Int channel) const {
    return {at(image, channel), channels_last ? channels : 1, channels_last ? 1 : pixels};
  }
};

template <class T>
struct Product {
  const Convolution& c;
  const ConvolutionSizes& s = c.sizes;
  PixelMatrix<T> x{static_cast<T*>(c.x), c.x_channels_last, s.in_channels, s.image()};
  PixelMatrix<T> y{static_cast<T*>(c.y), c.y_channels_last, s.out_channels, s.image()};
  const T* turned = nullptr;  ///< the weight of each group as (C, K), where there is such a copy

  Int inputs() const { return s.group_inputs(); }
  Int outputs() const { return s.group_outputs(); }
  /// The weight of a group, (K, C), and transposed.
  MatrixRef weight(Int group) const {
    return {static_cast<const T*>(c.w) + group * outputs() * inputs(), inputs(), 1};
  }
  MatrixRef turned_weight(Int group) const {
    if (turned) return {turned + group * outputs() * inputs(), outputs(), 1};
    return weight(group).transposed();
  }
  Int work(Int pixels) const { return outputs() * inputs() * pixels; }

  /// `count` pixels of y from those of an image on, or with `gradient` of dx.
  void map_to_map(Int image, Int count, Int group, bool gradient) const {
    const PixelMatrix<T>&in = gradient ? y : x, &out = gradient ? x : y;
    const Int k = gradient ? outputs() : inputs(), n = gradient ? inputs() : outputs();
    const MatrixRef a = in.from(image, group * k);
    const MatrixRef w = gradient ? weight(group) : turned_weight(group);  // (k, n)
    T* to = out.at(image, group * n);
    const T* bias = c.bias ? static_cast<const T*>(c.bias) + group * n : nullptr;
    if (out.channels_last)
      return gemm({.dtype = dtype_of<T>(),
                   .m = count,
                   .n = n,
                   .k = k,
                   .a = a,
                   .b = w,
                   .c = to,
                   .c_row_stride = out.channels,
                   .bias = bias,
                   .finish = c.finish});
    if (bias)
      for (Int i = 0; i < n; ++i) std::fill_n(to + i * out.pixels, count, bias[i]);
    gemm({.dtype = dtype_of<T>(),
          .m = n,
          .n = count,
          .k = k,
          .a = w.transposed(),
          .b = a.transposed(),
          .c = to,
          .c_row_stride = out.pixels,
          .beta = bias ? 1.0 : 0.0,
          .finish = c.finish});
  }

  /// to = sum over images [begin, end) of dY^T X.
  void weight_gradient(Int begin, Int end, Int group, T* to) const {
    const bool joined = x.channels_last && y.channels_last;
    const Int pixels = joined ? (end - begin) * s.image() : s.image();
    for (Int n = begin; n < (joined ? begin + 1 : end); ++n)
      gemm({.dtype = dtype_of<T>(),
            .m = outputs(),
            .n = inputs(),
            .k = pixels,
            .a = y.from(n, group * outputs()).transposed(),
            .b = x.from(n, group * inputs()),
            .c = to + group * outputs() * inputs(),
            .c_row_stride = inputs(),
            .beta = n == begin ? 0.0 : 1.0});
  }
};

/// f(first, last) over [0, steps): from several threads when there are enough, else in this one,
/// and gemm() uses the threads.
template <class F>
void in_steps(Int steps, Int work_of_a_step, const F& f) {
  if (steps < get_num_threads()) f(0, steps);
  else parallel_for(0, steps, (1 << 16) / (work_of_a_step + 1) + 1, f);
}

/// Channels-last, all images and pixels are one product, which gemm() shares out among the threads.
template <class T>
void all_pixels(Product<T> p, bool gradient) {
  const ConvolutionSizes& s = p.s;
  const bool joined = p.x.channels_last && p.y.channels_last;
  const Int images = joined ? 1 : s.batch, pixels = joined ? s.batch * s.image() : s.image();
  // Where many pixels read the weight, gemm() is faster with one that runs along the outputs.
  constexpr Int kMany = 512;
  const Scratch<T> turned(joined && !gradient && pixels > kMany ? s.w_numel() : 0);
  if (turned.data()) {
    const Int shape[] = {s.groups, p.inputs(), p.outputs()}, whole = p.inputs() * p.outputs(),
              from[] = {whole, 1, p.inputs()}, to[] = {whole, p.outputs(), 1};
    copy_strided_in_parallel(turned.data(), to, p.c.w, from, shape, sizeof(T));
    p.turned = turned.data();
  }
  in_steps(images * s.groups, p.work(pixels), [&](Int first, Int last) {
    for (Int i = first; i < last; ++i) p.map_to_map(i / s.groups, pixels, i % s.groups, gradient);
  });
}

template <class T>
void all_weights(const Product<T>& p) {
  const ConvolutionSizes& s = p.s;
  if (p.x.channels_last && p.y.channels_last) {
    in_steps(s.groups, p.work(s.batch * s.image()), [&](Int first, Int last) {
      for (Int g = first; g < last; ++g) p.weight_gradient(0, s.batch, g, static_cast<T*>(p.c.w));
    });
    return;
  }
  // Images are added in order within one part of the batch, and the parts at the end: eight parts
  // whatever the number of threads, so that the result does not depend on it.
  const Int parts = std::min<Int>(s.batch, 8), size = s.w_numel();
  const Scratch<T> others((parts - 1) * size);
  T* const sum = static_cast<T*>(p.c.w);
  in_steps(parts, p.work(s.image() * s.batch / parts), [&](Int first, Int last) {
    for (Int part = first; part < last; ++part)
      for (Int g = 0; g < s.groups; ++g)
        p.weight_gradient(part * s.batch / parts, (part + 1) * s.batch / parts, g,
                          part == 0 ? sum : others.data() + (part - 1) * size);
  });
  for (Int part = 1; part < parts; ++part)
    for (Int i = 0; i < size; ++i) sum[i] += others.data()[(part - 1) * size + i];
}

template <class T>
void run_as(const Convolution& c, ConvolutionPass pass) {
  const Product<T> product{c};
  if (pass == ConvolutionPass::weight_gradient) all_weights(product);
  else all_pixels(product, pass == ConvolutionPass::input_gradient);
}

}  // namespace

void product_convolution(const ConvProblem& p, const Convolution& c) {
  if (p.dtype == DType::f32) run_as<float>(c, p.pass);
  else if (p.dtype == DType::f64) run_as<double>(c, p.pass);
  else run_as<std::int64_t>(c, p.pass);
}

}  // namespace limpid

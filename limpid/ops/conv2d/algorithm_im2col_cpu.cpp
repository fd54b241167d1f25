// Convolution as a product of matrices.
//
// For one image and one group, im2col writes under each output pixel the patch that it sees, as a
// column: patches has a row for each (c, i, j) and a column for each (oy, ox),
//   patches[(c, i, j), (oy, ox)] = x[c, oy*stride + i*dilation - top, ox*stride + j*dilation -
//   left]
// (zero outside the image). With the weight as a matrix W of rows k and columns (c, i, j):
//   forward          y  = W patches                          (K x OH OW)
//   weight gradient  dW = dy patches^T, summed over images
//   input gradient   W^T dy is a gradient for each entry of patches; col2im adds each to the pixel
//   it
//                    was copied from. Patches overlap, so it must add, not write.
// Each pixel is copied kh kw times, but the product runs at the speed of gemm(). A 1x1 kernel with
// stride 1 and no padding needs no copy: patches is the image (product_cpu.cpp). Of maps that lie
// channels-last the gradients take patches as rows (patch_rows_cpu.cpp); otherwise they are copied
// first. (Chellapilla, Puri, Simard: High Performance Convolutional Neural Networks for
// Document Processing, 2006.)

#include <algorithm>
#include <cstring>

#include "limpid/backends/cpu/gemm.h"
#include "limpid/backends/cpu/parallel.h"
#include "limpid/backends/cpu/scratch.h"
#include "limpid/core/str.h"
#include "limpid/ops/conv2d/ladder.h"
#include "limpid/ops/conv2d/maps_in_order.h"
#include "limpid/ops/conv2d/patch_rows.h"
#include "limpid/ops/conv2d/product.h"

namespace limpid {

namespace {

std::int64_t patch_rows(const ConvolutionSizes& s) { return s.group_inputs() * s.kernel(); }

/// Calls f(first, last, from) for row (i, j) of the patches and output row oy: columns [first,
/// last) see the pixels from, from + stride, ... of an image row; the others see padding.
template <class F>
void for_each_patch_row(const ConvolutionSizes& s, F&& f) {
  for (std::int64_t c = 0; c < s.group_inputs(); ++c)
    for (std::int64_t i = 0; i < s.kernel_height; ++i)
      for (std::int64_t j = 0; j < s.kernel_width; ++j) {
        const std::int64_t shift = j * s.dilation_width - s.left, step = s.stride_width;
        const std::int64_t first =
            shift < 0 ? std::min((-shift + step - 1) / step, s.out_width) : 0;
        const std::int64_t end = s.width - shift <= 0 ? 0 : (s.width - shift - 1) / step + 1;
        const std::int64_t last = std::clamp(end, first, s.out_width);
        for (std::int64_t oy = 0; oy < s.out_height; ++oy) {
          const std::int64_t y = oy * s.stride_height + i * s.dilation_height - s.top;
          const bool inside = y >= 0 && y < s.height;
          const std::int64_t from = (c * s.height + y) * s.width + first * step + shift;
          f(inside ? first : s.out_width, inside ? last : s.out_width, from);
        }
      }
}

template <class T>
void im2col(const ConvolutionSizes& s, const T* image, T* patches) {
  for_each_patch_row(s, [&](std::int64_t first, std::int64_t last, std::int64_t from) {
    std::fill(patches, patches + first, T(0));
    if (s.stride_width == 1) {
      if (last > first)
        std::memcpy(patches + first, image + from,
                    static_cast<std::size_t>(last - first) * sizeof(T));
    } else {
      for (std::int64_t ox = first; ox < last; ++ox)
        patches[ox] = image[from + (ox - first) * s.stride_width];
    }
    std::fill(patches + last, patches + s.out_width, T(0));
    patches += s.out_width;
  });
}

/// The other way round: adds every entry to its pixel.
template <class T>
void col2im(const ConvolutionSizes& s, const T* patches, T* image) {
  std::fill_n(image, s.group_inputs() * s.image(), T(0));
  for_each_patch_row(s, [&](std::int64_t first, std::int64_t last, std::int64_t from) {
    for (std::int64_t ox = first; ox < last; ++ox)
      image[from + (ox - first) * s.stride_width] += patches[ox];
    patches += s.out_width;
  });
}

/// The part of the operands that belongs to one image and one group.
template <class T>
struct Part {
  T *x, *w, *y;
  Part(const Convolution& c, std::int64_t n, std::int64_t g)
      : x(static_cast<T*>(c.x) +
          (n * c.sizes.in_channels + g * c.sizes.group_inputs()) * c.sizes.image()),
        w(static_cast<T*>(c.w) + g * c.sizes.group_outputs() * patch_rows(c.sizes)),
        y(static_cast<T*>(c.y) +
          (n * c.sizes.out_channels + g * c.sizes.group_outputs()) * c.sizes.out_image()) {}
};

/// The patches of a part.
template <class T>
class Patches {
 public:
  explicit Patches(const ConvolutionSizes& s) : s_(s), room_(patch_rows(s) * s.out_image()) {}
  const T* of(const T* image) {
    im2col(s_, image, room_.data());
    return room_.data();
  }
  T* room() { return room_.data(); }

 private:
  const ConvolutionSizes& s_;
  Scratch<T> room_;
};

/// y = W patches, added to the bias of each row.
template <class T>
void forward(const Convolution& c, std::int64_t n, std::int64_t g, Patches<T>& patches) {
  const ConvolutionSizes& s = c.sizes;
  const Part<T> part(c, n, g);
  const std::int64_t pixels = s.out_image(), rows = patch_rows(s), outputs = s.group_outputs();
  if (c.bias)
    for (std::int64_t k = 0; k < outputs; ++k)
      std::fill_n(part.y + k * pixels, pixels, static_cast<const T*>(c.bias)[g * outputs + k]);
  gemm({.dtype = dtype_of<T>(),
        .m = outputs,
        .n = pixels,
        .k = rows,
        .a = {part.w, rows, 1},
        .b = {patches.of(part.x), pixels, 1},
        .c = part.y,
        .c_row_stride = pixels,
        .beta = c.bias ? 1.0 : 0.0,
        .finish = c.finish});
}

/// dx = col2im(W^T dy).
template <class T>
void input_gradient(const Convolution& c, std::int64_t n, std::int64_t g, Patches<T>& patches) {
  const ConvolutionSizes& s = c.sizes;
  const Part<T> part(c, n, g);
  const std::int64_t pixels = s.out_image(), rows = patch_rows(s);
  gemm({.dtype = dtype_of<T>(),
        .m = rows,
        .n = pixels,
        .k = s.group_outputs(),
        .a = {part.w, 1, rows},
        .b = {part.y, pixels, 1},
        .c = patches.room(),
        .c_row_stride = pixels});
  col2im(s, patches.room(), part.x);
}

/// dW += dy patches^T; `first` starts anew.
template <class T>
void weight_gradient(const Convolution& c, std::int64_t n, std::int64_t g, Patches<T>& patches,
                     bool first) {
  const ConvolutionSizes& s = c.sizes;
  const Part<T> part(c, n, g);
  const std::int64_t pixels = s.out_image(), rows = patch_rows(s);
  gemm({.dtype = dtype_of<T>(),
        .m = s.group_outputs(),
        .n = rows,
        .k = pixels,
        .a = {part.y, pixels, 1},
        .b = {patches.of(part.x), 1, pixels},
        .c = part.w,
        .c_row_stride = rows,
        .beta = first ? 0.0 : 1.0});
}

/// Multiply-adds of one image and group, and how many of those a thread should have at least.
std::int64_t grain(const ConvolutionSizes& s) {
  return (1 << 16) / (s.group_outputs() * patch_rows(s) * s.out_image() + 1) + 1;
}

/// Calls f(image, group, patches) for all of them: in several threads when there are enough, else
/// one after the other, and gemm() uses the threads.
template <class T, class F>
void for_each_part(const Convolution& c, F&& f) {
  const ConvolutionSizes& s = c.sizes;
  const std::int64_t parts = s.batch * s.groups;
  const auto run = [&](std::int64_t first, std::int64_t last) {
    Patches<T> patches(s);
    for (std::int64_t p = first; p < last; ++p) f(p / s.groups, p % s.groups, patches);
  };
  if (parts < get_num_threads()) run(0, parts);
  else parallel_for(0, parts, grain(s), run);
}

/// Images are added in order within one part of the batch, and the parts at the end: eight parts
/// whatever the number of threads, so that the result does not depend on it.
template <class T>
void all_weight_gradients(const Convolution& c) {
  const ConvolutionSizes& s = c.sizes;
  const std::int64_t parts = std::min<std::int64_t>(s.batch, 8), size = s.w_numel();
  const Scratch<T> others((parts - 1) * size);
  const auto place = [&](std::int64_t part) {
    return part == 0 ? static_cast<T*>(c.w) : others.data() + (part - 1) * size;
  };
  const auto run = [&](std::int64_t first, std::int64_t last) {
    Patches<T> patches(s);
    for (std::int64_t part = first; part < last; ++part) {
      Convolution own = c;
      own.w = place(part);
      const std::int64_t begin = part * s.batch / parts, end = (part + 1) * s.batch / parts;
      for (std::int64_t n = begin; n < end; ++n)
        for (std::int64_t g = 0; g < s.groups; ++g)
          weight_gradient<T>(own, n, g, patches, n == begin);
    }
  };
  if (parts < get_num_threads()) run(0, parts);
  else parallel_for(0, parts, grain(s), run);
  T* sum = static_cast<T*>(c.w);
  for (std::int64_t part = 1; part < parts; ++part)
    for (std::int64_t i = 0; i < size; ++i) sum[i] += place(part)[i];
}

/// Whether zeros of the padding would meet an infinity or NaN in the product, and make NaN where
/// the definition skips them. (0 x is 0 unless x is infinite or NaN.)
template <class T>
bool padding_would_show(const Convolution& c, ConvolutionPass pass) {
  const ConvolutionSizes& s = c.sizes;
  if constexpr (!is_float_type<T>) return false;
  if (pass == ConvolutionPass::input_gradient || (s.top | s.left | s.bottom | s.right) == 0)
    return false;
  const bool forward = pass == ConvolutionPass::forward;
  const T* factor = static_cast<const T*>(forward ? c.w : c.y);
  const std::int64_t size = forward ? s.w_numel() : s.y_numel();
  T sums[16] = {};  // apart from one another, so that the loop becomes one of vectors
  std::int64_t i = 0;
  for (; i + 16 <= size; i += 16)
    for (int p = 0; p < 16; ++p) sums[p] += T(0) * factor[i + p];
  for (; i < size; ++i) sums[0] += T(0) * factor[i];
  return std::any_of(sums, sums + 16, [](T sum) { return sum != T(0); });
}

template <class T>
void run_as(const Convolution& c, ConvolutionPass pass) {
  if (pass == ConvolutionPass::weight_gradient) return all_weight_gradients<T>(c);
  const bool gradient = pass == ConvolutionPass::input_gradient;
  for_each_part<T>(c, [&](std::int64_t n, std::int64_t g, Patches<T>& patches) {
    if (gradient) input_gradient<T>(c, n, g, patches);
    else forward<T>(c, n, g, patches);
  });
}

void run(const ConvProblem& p, const Convolution& c) {
  const bool shows = p.dtype == DType::f32   ? padding_would_show<float>(c, p.pass)
                     : p.dtype == DType::f64 ? padding_would_show<double>(c, p.pass)
                                             : false;
  if (p.dtype == DType::bf16) {
    if (!patch_rows_bf16(p, c)) kConvDirect.run(p, c);
    return;
  }
  if (shows) return kConvRows.run(p, c);
  if (p.sizes.is_product()) return product_convolution(p, c);
  const bool lie_last = c.x_channels_last && c.y_channels_last;
  const bool rows = p.sizes.groups == 1 && (lie_last || patch_rows_are_fast(p.sizes, p.pass));
  if (rows && p.pass != ConvolutionPass::forward) return patch_rows_gradient(p, c);
  const MapsInOrder maps(p, c, false);
  if (p.dtype == DType::f32) run_as<float>(maps.operands(), p.pass);
  else if (p.dtype == DType::f64) run_as<double>(maps.operands(), p.pass);
  else run_as<std::int64_t>(maps.operands(), p.pass);
  maps.write();
}

std::string rather_not(const ConvProblem& p) {
  if (p.sizes.group_outputs() == 1 && p.sizes.group_inputs() == 1)
    return "each group has one input and one output channel: matrices of one row gain nothing";
  return "";
}

}  // namespace

extern const ConvRung kConvIm2col{"im2col", "patches as a matrix, then one product of matrices",
                                  &run, nullptr, &rather_not};

}  // namespace limpid

#include "limpid/ops/repeat/repeat.h"

#include <algorithm>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/ops/index_select/index_select.h"
#include "limpid/ops/stack/stack.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

/// Views input as (r0, n0, r1, n1, ...) of axes to repeat and axes to keep, and makes (r0 n0, ...).
Tensor repeat_axes(const Tensor& input, const Shape& sizes) {
  const int front = sizes.rank() - input.dim();
  Shape split, wanted, merged;
  for (int i = 0; i < sizes.rank(); ++i) {
    const std::int64_t n = i < front ? 1 : input.shape()[i - front];
    std::int64_t total = 0;
    if (sizes[i] < 0)
      throw ValueError(str(sizes[i], " repeats of dimension ", i, " are less than none"));
    if (__builtin_mul_overflow(n, sizes[i], &total))
      throw ShapeError(str("dimension ", i, " would be larger than fits an int64"));
    merged.push_back(total);
    if (sizes[i] != 1) {  // axes that stay need no pair
      split.push_back(1);
      wanted.push_back(sizes[i]);
    }
    split.push_back(n);
    wanted.push_back(n);
  }
  checked_numel(merged);
  return input.reshape(split).expand(wanted).clone().view(merged);
}

}  // namespace

Tensor repeat(const Tensor& input, const Shape& sizes) {
  return composite<Repeat>({input}, [&] {
    if (sizes.rank() < input.dim())
      throw ShapeError(str("sizes ", sizes, " must have a number for each of the ", input.dim(),
                           " axes; tile() repeats the last ones"));
    return repeat_axes(input, sizes);
  });
}
Tensor Tensor::repeat(const Shape& sizes) const { return limpid::repeat(*this, sizes); }

Tensor tile(const Tensor& input, const Shape& dims) {
  return composite<Tile>({input}, [&] {
    Shape sizes = dims;
    while (sizes.rank() < input.dim()) sizes.insert(0, 1);
    return repeat_axes(input, sizes);
  });
}

Tensor repeat_interleave(const Tensor& input, std::int64_t repeats, std::int64_t dim) {
  return composite<RepeatInterleave>({input}, [&]() -> Tensor {
    const int axis = normalize_axis(dim, input.dim());
    const Tensor x = input.dim() ? input : input.reshape({1});
    if (repeats < 0) throw ValueError(str(repeats, " repeats are less than none"));
    Shape wanted = x.shape(), merged = x.shape();
    if (__builtin_mul_overflow(merged[axis], repeats, &merged[axis]))
      throw ShapeError("the result would be larger than fits an int64");
    wanted.insert(axis + 1, repeats);
    std::int64_t behind = 1;  // elements that stay together
    for (int i = axis + 1; i < x.dim(); ++i) behind *= x.shape()[i];
    constexpr std::int64_t kFew = 16;
    if (repeats > 0 && repeats <= kFew &&
        behind < kFew)  // long runs of a copy, not short ones of all
      return stack(std::vector<Tensor>(static_cast<std::size_t>(repeats), x), axis + 1)
          .view(merged);
    return x.unsqueeze(axis + 1).expand(wanted).clone().view(merged);
  });
}
Tensor repeat_interleave(const Tensor& input, std::int64_t repeats) {
  return composite<RepeatInterleave>(
      {input}, [&] { return repeat_interleave(input.reshape({-1}), repeats, 0); });
}

Tensor repeat_interleave(const Tensor& input, const Tensor& repeats, std::int64_t dim) {
  return composite<RepeatInterleave>({input, repeats}, [&]() -> Tensor {
    const int axis = normalize_axis(dim, input.dim());
    const Tensor x = input.dim() ? input : input.reshape({1});
    const std::int64_t n = x.shape()[axis];
    if (!is_integer(repeats.dtype()))
      throw DTypeError(str("repeats are ", repeats.dtype(), ", not integers"));
    if (repeats.dim() > 1 || (repeats.numel() != n && repeats.numel() != 1))
      throw ShapeError(str("repeats of shape ", repeats.shape(), " do not fit dimension ", axis,
                           " of size ", n, "; one number for each, or", " one for all"));
    const std::vector<std::int64_t> counts = repeats.to_vector<std::int64_t>();
    const auto count = [&](std::int64_t i) {
      return counts[counts.size() == 1 ? 0 : static_cast<std::size_t>(i)];
    };
    std::int64_t total = 0;
    for (std::int64_t i = 0; i < n; ++i) {
      if (count(i) < 0)
        throw ValueError(str(count(i), " repeats at position ", i, " are less than none"));
      if (__builtin_add_overflow(total, count(i), &total))
        throw ShapeError("the result would be larger than fits an int64");
    }
    const Tensor index = empty({total}, {.dtype = DType::i64, .device = input.device()});
    std::int64_t* to = index.data<std::int64_t>();
    for (std::int64_t i = 0; i < n; ++i) to = std::fill_n(to, count(i), i);
    return index_select(x, axis, index);
  });
}

}  // namespace limpid

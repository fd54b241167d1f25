#include "limpid/ops/split/split.h"

#include <algorithm>

#include "limpid/autograd/grad_mode.h"
#include "limpid/autograd/inplace.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/op/composite.h"

namespace limpid {

namespace {

int checked_axis(const Tensor& input, std::int64_t dim) {
  if (input.dim() == 0) throw ShapeError("a 0-d tensor has no dimension to cut");
  return normalize_axis(dim, input.dim());
}

/// There may be more sizes than a shape has axes.
std::string listed(std::span<const std::int64_t> sizes) {
  return sizes.size() > static_cast<std::size_t>(Shape::kMaxRank)
             ? str("the ", sizes.size(), " sizes")
             : str("the sizes ", Shape(sizes));
}

Tensor part(const Tensor& input, int axis, std::int64_t start, std::int64_t length) {
  const Tensor view = input.narrow(axis, start, length);
  if (is_grad_enabled()) mark_one_of_several(view, "split");
  return view;
}

}  // namespace

std::vector<Tensor> split(const Tensor& input, std::int64_t size, std::int64_t dim) {
  return composite<Split>({input}, [&] {
    const int axis = checked_axis(input, dim);
    const std::int64_t n = input.shape()[axis];
    if (size < 0 || (size == 0 && n > 0))
      throw ValueError(
          str("parts of size ", size, " cannot make up dimension ", axis, " of size ", n));
    std::vector<Tensor> parts;
    std::int64_t start = 0;
    do {
      const std::int64_t length = std::min(size, n - start);
      parts.push_back(part(input, axis, start, length));
      start += length;
    } while (start < n);
    return parts;
  });
}

std::vector<Tensor> split(const Tensor& input, std::span<const std::int64_t> sizes,
                          std::int64_t dim) {
  return composite<Split>({input}, [&] {
    const int axis = checked_axis(input, dim);
    const std::int64_t n = input.shape()[axis];
    std::int64_t total = 0;
    bool fits = true;
    for (std::int64_t size : sizes)
      fits = fits && size >= 0 && size <= n - total && ((total += size), true);
    if (!fits || total != n)
      throw ShapeError(str(listed(sizes), " do not add up to dimension ", axis, " of size ", n));
    std::vector<Tensor> parts;
    std::int64_t start = 0;
    for (std::int64_t size : sizes) {
      parts.push_back(part(input, axis, start, size));
      start += size;
    }
    return parts;
  });
}

std::vector<Tensor> chunk(const Tensor& input, std::int64_t chunks, std::int64_t dim) {
  return composite<Chunk>({input}, [&]() -> std::vector<Tensor> {
    const int axis = checked_axis(input, dim);
    if (chunks < 1) throw ValueError(str("needs at least 1 part, not ", chunks));
    const std::int64_t n = input.shape()[axis];
    if (n == 0)
      return std::vector<Tensor>(static_cast<std::size_t>(chunks), input.narrow(axis, 0, 0));
    return split(input, (n - 1) / chunks + 1, axis);
  });
}

}  // namespace limpid

#include "limpid/ops/axes/axes.h"

#include <algorithm>

#include "limpid/autograd/grad_mode.h"
#include "limpid/autograd/inplace.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/ops/split/split.h"

namespace limpid {

// ---- shapes

Tensor reshape(const Tensor& input, const Shape& shape) { return input.reshape(shape); }
Tensor reshape_as(const Tensor& input, const Tensor& other) { return input.reshape(other.shape()); }
Tensor view_as(const Tensor& input, const Tensor& other) { return input.view(other.shape()); }
Tensor flatten(const Tensor& input, std::int64_t start_dim, std::int64_t end_dim) {
  return input.flatten(start_dim, end_dim);
}
Tensor ravel(const Tensor& input) { return input.reshape({-1}); }

Tensor unflatten(const Tensor& input, std::int64_t dim, const Shape& sizes) {
  return composite<Unflatten>({input}, [&] {
    if (input.dim() == 0) throw ShapeError("a 0-d tensor has no dimension to split");
    const int axis = normalize_axis(dim, input.dim());
    const std::int64_t n = input.shape()[axis];
    const auto refuse = [&] {
      throw ShapeError(
          str("dimension ", axis, " of size ", n, " cannot be split into sizes ", sizes));
    };
    std::int64_t known = 1, unknown = 0;
    bool overflow = false;
    for (std::int64_t size : sizes) {
      if (size < -1) refuse();
      if (size == -1) ++unknown;
      else overflow |= __builtin_mul_overflow(known, size, &known);
    }
    if (sizes.empty() || unknown > 1 || overflow) refuse();
    if (unknown ? known == 0 || n % known != 0 : known != n) refuse();
    Shape out = input.shape();
    out.erase(axis);
    for (int i = 0; i < sizes.rank(); ++i)
      out.insert(axis + i, sizes[i] == -1 ? n / known : sizes[i]);
    return input.view(out);
  });
}
Tensor Tensor::unflatten(std::int64_t dim, const Shape& sizes) const {
  return limpid::unflatten(*this, dim, sizes);
}

// ---- the order and number of axes

Tensor transpose(const Tensor& input, std::int64_t dim0, std::int64_t dim1) {
  return input.transpose(dim0, dim1);
}
Tensor swapaxes(const Tensor& input, std::int64_t axis0, std::int64_t axis1) {
  return input.transpose(axis0, axis1);
}
Tensor swapdims(const Tensor& input, std::int64_t dim0, std::int64_t dim1) {
  return input.transpose(dim0, dim1);
}
Tensor permute(const Tensor& input, const Shape& dims) { return input.permute(dims); }
Tensor t(const Tensor& input) { return input.t(); }

Tensor movedim(const Tensor& input, const Shape& source, const Shape& destination) {
  return composite<Movedim>({input}, [&]() -> Tensor {
    const int rank = input.dim();
    if (source.rank() != destination.rank())
      throw ShapeError(
          str("source ", source, " and destination ", destination, " must name equally many axes"));
    if (rank == 0) {  // no axis to move, but the ones named must be 0 or -1 all the same
      for (std::int64_t axis : source) normalize_axis(axis, rank);
      for (std::int64_t axis : destination) normalize_axis(axis, rank);
      return input;
    }
    Shape from(rank);  // from[i]: the axis that comes to place i
    std::fill(from.begin(), from.end(), -1);
    std::uint64_t taken = 0;
    for (int i = 0; i < source.rank(); ++i) {
      const int axis = normalize_axis(source[i], rank),
                place = normalize_axis(destination[i], rank);
      if (taken >> axis & 1 || from[place] >= 0)
        throw ShapeError(str(taken >> axis & 1 ? "source " : "destination ",
                             taken >> axis & 1 ? source : destination, " names axis ",
                             taken >> axis & 1 ? axis : place, " twice"));
      taken |= std::uint64_t{1} << axis;
      from[place] = axis;
    }
    int next = 0;
    for (std::int64_t& axis : from) {
      if (axis >= 0) continue;
      while (taken >> next & 1) ++next;
      axis = next++;
    }
    return input.permute(from);
  });
}
Tensor movedim(const Tensor& input, std::int64_t source, std::int64_t destination) {
  return composite<Movedim>({input},
                            [&] { return movedim(input, Shape{source}, Shape{destination}); });
}
Tensor moveaxis(const Tensor& input, std::int64_t source, std::int64_t destination) {
  return movedim(input, source, destination);
}
Tensor moveaxis(const Tensor& input, const Shape& source, const Shape& destination) {
  return movedim(input, source, destination);
}
Tensor Tensor::movedim(std::int64_t source, std::int64_t destination) const {
  return limpid::movedim(*this, source, destination);
}

Tensor squeeze(const Tensor& input) { return input.squeeze(); }
Tensor squeeze(const Tensor& input, std::int64_t dim) { return input.squeeze(dim); }
Tensor squeeze(const Tensor& input, const Shape& dims) {
  return composite<Squeeze>({input}, [&] {
    std::uint64_t named = 0;
    for (std::int64_t dim : dims) {
      const int axis = normalize_axis(dim, input.dim());
      if (named >> axis & 1) throw ShapeError(str("dims ", dims, " name axis ", axis, " twice"));
      named |= std::uint64_t{1} << axis;
    }
    Shape out;
    for (int i = 0; i < input.dim(); ++i)
      if (!(named >> i & 1) || input.shape()[i] != 1) out.push_back(input.shape()[i]);
    return out.rank() == input.dim() ? input : input.view(out);
  });
}
Tensor unsqueeze(const Tensor& input, std::int64_t dim) { return input.unsqueeze(dim); }

Tensor broadcast_to(const Tensor& input, const Shape& size) {
  return composite<BroadcastTo>({input}, [&] { return input.expand(size); });
}
Tensor expand_as(const Tensor& input, const Tensor& other) { return input.expand(other.shape()); }
std::vector<Tensor> broadcast_tensors(std::span<const Tensor> tensors) {
  Shape common;
  for (const Tensor& tensor : tensors) common = broadcast_shapes(common, tensor.shape());
  std::vector<Tensor> out;
  for (const Tensor& tensor : tensors) out.push_back(tensor.expand(common));
  return out;
}

// ---- parts along an axis

Tensor select(const Tensor& input, std::int64_t dim, std::int64_t index) {
  return input.select(dim, index);
}
Tensor narrow(const Tensor& input, std::int64_t dim, std::int64_t start, std::int64_t length) {
  return input.narrow(dim, start, length);
}

namespace {

int checked_axis(const Tensor& input, std::int64_t dim) {
  if (input.dim() == 0) throw ShapeError("a 0-d tensor has no dimension to cut");
  return normalize_axis(dim, input.dim());
}

}  // namespace

std::vector<Tensor> unbind(const Tensor& input, std::int64_t dim) {
  return composite<Unbind>({input}, [&] {
    const int axis = checked_axis(input, dim);
    std::vector<Tensor> out;
    for (std::int64_t i = 0; i < input.shape()[axis]; ++i) {
      out.push_back(input.select(axis, i));
      if (is_grad_enabled()) mark_one_of_several(out.back(), "unbind");
    }
    return out;
  });
}
std::vector<Tensor> Tensor::unbind(std::int64_t dim) const { return limpid::unbind(*this, dim); }
std::vector<Tensor> Tensor::split(std::int64_t size, std::int64_t dim) const {
  return limpid::split(*this, size, dim);
}
std::vector<Tensor> Tensor::chunk(std::int64_t chunks, std::int64_t dim) const {
  return limpid::chunk(*this, chunks, dim);
}

std::vector<Tensor> tensor_split(const Tensor& input, std::int64_t sections, std::int64_t dim) {
  return composite<TensorSplit>({input}, [&] {
    const int axis = checked_axis(input, dim);
    if (sections < 1) throw ValueError(str("needs at least 1 part, not ", sections));
    constexpr std::int64_t kMost = std::int64_t{1}
                                   << 24;  // more would fill memory with empty views
    const std::int64_t n = input.shape()[axis];
    if (sections > std::max(n, kMost))
      throw ValueError(str(sections, " parts of dimension ", axis, " of size ", n,
                           " are too many: nearly all would be empty"));
    std::vector<Tensor> parts;
    std::int64_t start = 0;
    for (std::int64_t i = 0; i < sections; ++i) {
      const std::int64_t length = n / sections + (i < n % sections);
      parts.push_back(input.narrow(axis, start, length));
      start += length;
    }
    return parts;
  });
}

// As in Python, x[start:stop] of bounds that do not ascend is empty.
std::vector<Tensor> tensor_split(const Tensor& input, const Shape& indices, std::int64_t dim) {
  return composite<TensorSplit>({input}, [&] {
    const int axis = checked_axis(input, dim);
    const std::int64_t n = input.shape()[axis];
    std::vector<Tensor> parts;
    std::int64_t start = 0;
    for (int i = 0; i <= indices.rank(); ++i) {
      const std::int64_t index = i < indices.rank() ? indices[i] : n;
      const std::int64_t stop = std::clamp<std::int64_t>(index < 0 ? index + n : index, 0, n);
      parts.push_back(input.narrow(axis, start, std::max<std::int64_t>(stop - start, 0)));
      start = stop;
    }
    return parts;
  });
}

namespace {

int split_axis(const Tensor& input, int least_rank, int axis) {
  if (input.dim() < least_rank)
    throw ShapeError(str("needs at least ", least_rank, " dimensions, got shape ", input.shape()));
  return input.dim() == 1 ? 0 : axis;
}
std::vector<Tensor> split_evenly(const Tensor& input, std::int64_t sections, int axis) {
  if (sections < 1) throw ValueError(str("needs at least 1 part, not ", sections));
  if (input.shape()[axis] % sections)
    throw ShapeError(str(sections, " equal parts do not make up dimension ", axis, " of size ",
                         input.shape()[axis], "; tensor_split() allows unequal ones"));
  return tensor_split(input, sections, axis);
}

}  // namespace

std::vector<Tensor> hsplit(const Tensor& input, std::int64_t sections) {
  return composite<Hsplit>({input},
                           [&] { return split_evenly(input, sections, split_axis(input, 1, 1)); });
}
std::vector<Tensor> hsplit(const Tensor& input, const Shape& indices) {
  return composite<Hsplit>({input},
                           [&] { return tensor_split(input, indices, split_axis(input, 1, 1)); });
}
std::vector<Tensor> vsplit(const Tensor& input, std::int64_t sections) {
  return composite<Vsplit>({input},
                           [&] { return split_evenly(input, sections, split_axis(input, 2, 0)); });
}
std::vector<Tensor> vsplit(const Tensor& input, const Shape& indices) {
  return composite<Vsplit>({input},
                           [&] { return tensor_split(input, indices, split_axis(input, 2, 0)); });
}
std::vector<Tensor> dsplit(const Tensor& input, std::int64_t sections) {
  return composite<Dsplit>({input},
                           [&] { return split_evenly(input, sections, split_axis(input, 3, 2)); });
}
std::vector<Tensor> dsplit(const Tensor& input, const Shape& indices) {
  return composite<Dsplit>({input},
                           [&] { return tensor_split(input, indices, split_axis(input, 3, 2)); });
}

}  // namespace limpid

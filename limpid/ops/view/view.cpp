#include "limpid/ops/view/view.h"

#include <numeric>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/core/walk.h"
#include "limpid/op/composite.h"
#include "limpid/ops/axes/axes.h"
#include "limpid/tensor/layout.h"

namespace limpid {

namespace {

/// `size` with its -1 replaced.
Shape resolve_size(const Shape& size, const Shape& from) {
  Shape out = size;
  std::int64_t known = 1;
  int unknown = -1;
  bool overflow = false;
  for (int i = 0; i < size.rank(); ++i) {
    if (size[i] == -1 && unknown < 0) unknown = i;
    else if (size[i] == -1) throw ShapeError(str("only one size may be -1, got ", size));
    else if (size[i] < 0)
      throw ShapeError(str("size ", size[i], " at dimension ", i, " is negative"));
    else overflow |= __builtin_mul_overflow(known, size[i], &known);
  }
  if (overflow) throw ShapeError(str("shape ", size, " has more elements than can be addressed"));
  const std::int64_t total = numel(from);
  if (unknown >= 0 && known > 0 && total % known == 0) out[unknown] = total / known;
  if (unknown >= 0 && known == 0)
    throw ShapeError(str("-1 in ", size, " stands for no certain size, as another size is 0"));
  if ((unknown >= 0 && out[unknown] < 0) || checked_numel(out) != total)
    throw ShapeError(str("shape ", from, " has ", total, " elements, which do not fit ", size));
  return out;
}

/// Strides that show memory of (shape, strides) as `size`, where that can be done without a copy:
/// runs of axes that lie in memory as one axis may be split and merged freely.
std::optional<Strides> view_strides(const Shape& shape, const Strides& strides, const Shape& size) {
  if (numel(shape) == 0) return contiguous_strides(size);
  Strides out(size.rank());
  int next = size.rank() - 1;
  std::int64_t run = 1, viewed = 1;  // elements of this run, and of those placed
  std::int64_t step = shape.rank() ? strides.back() : 1;  // stride of the run's last axis
  for (int i = shape.rank() - 1; i >= 0; --i) {
    run *= shape[i];
    const bool ends = i == 0 || (shape[i - 1] != 1 && strides[i - 1] != run * step);
    if (!ends) continue;
    while (next >= 0 && (viewed < run || size[next] == 1)) {
      out[next] = viewed * step;
      viewed *= size[next--];
    }
    if (viewed != run) return std::nullopt;
    if (i > 0) step = strides[i - 1];
    run = viewed = 1;
  }
  for (; next >= 0; --next) out[next] = 1;  // a 0-d tensor seen as (1, 1, ...)
  return out;
}

}  // namespace

// ---- view

Layout View::layout(const Inputs& in) const {
  Shape shape = resolve_size(size, in[0].shape);
  std::optional<Strides> strides = view_strides(in[0].shape, in.impl(0)->strides, shape);
  if (!strides)
    throw ShapeError(str("strides ", in.strides(0), " of shape ", in[0].shape,
                         " cannot be seen as ", shape, " without a copy; use reshape()"));
  return {std::move(shape), std::move(*strides)};
}

void View::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    std::vector<T> elements;
    walk<1>(shape_of(x), {x.strides},
            [&](const auto& at) { elements.push_back(static_cast<const T*>(x.data)[at[0]]); });
    std::size_t k = 0;
    walk<1>(shape_of(y), {y.strides},
            [&](const auto& at) { static_cast<T*>(y.data)[at[0]] = elements[k++]; });
  });
}

Tensors View::gradient(const Backward& b) const { return {b.dy().reshape(b.input_shape())}; }

Tensor Tensor::view(const Shape& shape) const { return apply(View{shape}, *this); }

Tensor Tensor::reshape(const Shape& size) const {
  return composite<Reshape>({*this}, [&]() -> Tensor {
    const Shape resolved = resolve_size(size, shape());
    lay_row_major(*impl());  // a layout that the engine chose gives way, before strides are read
    if (view_strides(shape(), impl()->strides, resolved)) return apply(View{resolved}, *this);
    return apply(View{resolved}, contiguous());
  });
}

Tensor Tensor::flatten(std::int64_t start_dim, std::int64_t end_dim) const {
  return composite<Flatten>({*this}, [&]() -> Tensor {
    const int first = normalize_axis(start_dim, dim()), last = normalize_axis(end_dim, dim());
    if (first > last)
      throw ShapeError(str("start_dim ", start_dim, " lies behind end_dim ", end_dim));
    if (dim() == 0) return reshape({1});
    Shape out;
    std::int64_t merged = 1;
    for (int i = 0; i < dim(); ++i) {
      if (i < first || i > last) out.push_back(shape()[i]);
      else merged *= shape()[i];
      if (i == last) out.push_back(merged);
    }
    return reshape(out);
  });
}

Tensor Tensor::unsqueeze(std::int64_t dim) const {
  return composite<Unsqueeze>({*this}, [&]() -> Tensor {
    Shape out = shape();
    out.insert(normalize_axis(dim, this->dim() + 1), 1);
    return view(out);
  });
}

Tensor Tensor::squeeze(std::int64_t dim) const {
  return composite<Squeeze>({*this}, [&]() -> Tensor {
    const int axis = normalize_axis(dim, this->dim());
    if (this->dim() == 0 || shape()[axis] != 1) return *this;
    Shape out = shape();
    out.erase(axis);
    return view(out);
  });
}

Tensor Tensor::squeeze() const {
  return composite<Squeeze>({*this}, [&]() -> Tensor {
    Shape out;
    for (std::int64_t size : shape())
      if (size != 1) out.push_back(size);
    return out.rank() == dim() ? *this : view(out);
  });
}

// ---- permute

Layout Permute::layout(const Inputs& in) const {
  const Shape& shape = in[0].shape;
  if (dims.rank() != shape.rank())
    throw ShapeError(str("dims ", dims, " must name each of the ", shape.rank(), " axes once"));
  Layout out{Shape(shape.rank()), Strides(shape.rank())};
  std::uint64_t seen = 0;
  for (int i = 0; i < dims.rank(); ++i) {
    const int axis = normalize_axis(dims[i], shape.rank());
    if (seen >> axis & 1) throw ShapeError(str("dims ", dims, " name axis ", axis, " twice"));
    seen |= std::uint64_t{1} << axis;
    out.shape[i] = shape[axis];
    out.strides[i] = in.strides(0)[axis];
  }
  return out;
}

void Permute::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  Strides into(x.rank);  // y's strides in the order of x's axes
  for (int i = 0; i < y.rank; ++i) into[normalize_axis(dims[i], x.rank)] = y.strides[i];
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    walk<2>(shape_of(x), {x.strides, into.data()}, [&](const auto& at) {
      static_cast<T*>(y.data)[at[1]] = static_cast<const T*>(x.data)[at[0]];
    });
  });
}

// dx = dy with the axes back in their order.
Tensors Permute::gradient(const Backward& b) const {
  Shape inverse(dims.rank());
  for (int i = 0; i < dims.rank(); ++i) inverse[normalize_axis(dims[i], dims.rank())] = i;
  return {apply(Permute{inverse}, b.dy())};
}

Tensor Tensor::permute(std::span<const std::int64_t> dims) const {
  return apply(Permute{Shape(dims)}, *this);
}

Tensor Tensor::transpose(std::int64_t dim0, std::int64_t dim1) const {
  return composite<Transpose>({*this}, [&]() -> Tensor {
    const int first = normalize_axis(dim0, dim()), second = normalize_axis(dim1, dim());
    if (dim() == 0) return permute({});
    Shape dims(dim());
    std::iota(dims.begin(), dims.end(), 0);
    std::swap(dims[first], dims[second]);
    return apply(Permute{dims}, *this);
  });
}

Tensor Tensor::t() const {
  if (dim() > 2)
    throw ShapeError(str("t: needs at most 2 dimensions, got shape ", shape(),
                         "; use transpose() or permute()"));
  return dim() < 2 ? *this : transpose(0, 1);
}

// ---- expand

Layout Expand::layout(const Inputs& in) const {
  const Shape& shape = in[0].shape;
  const int shift = size.rank() - shape.rank();
  if (shift < 0)
    throw ShapeError(str("size ", size, " has fewer dimensions than the input ", shape));
  Layout out{size, Strides(size.rank())};
  for (int i = 0; i < size.rank(); ++i) {
    const std::int64_t own = i < shift ? 1 : shape[i - shift];
    if (size[i] == -1 && i >= shift) out.shape[i] = own;
    if (out.shape[i] < 0 || (own != 1 && own != out.shape[i]))
      throw ShapeError(str("dimension ", i - size.rank(), " has size ", own,
                           " and cannot be expanded to ", size[i], " (wanted ", size, ")"));
    out.strides[i] = i < shift || (own == 1 && out.shape[i] != 1) ? 0 : in.strides(0)[i - shift];
  }
  return out;
}

void Expand::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const Strides from = broadcast_strides(x, shape_of(y));
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    walk<2>(shape_of(y), {from.data(), y.strides}, [&](const auto& at) {
      static_cast<T*>(y.data)[at[1]] = static_cast<const T*>(x.data)[at[0]];
    });
  });
}

Tensor Tensor::expand(const Shape& size) const { return apply(Expand{size}, *this); }

}  // namespace limpid

#include "limpid/ops/masked_select/masked_select.h"

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/core/walk.h"
#include "limpid/ops/cat/cat.h"
#include "limpid/ops/composite/sum_to_size.h"
#include "limpid/ops/masked_fill/masked_fill.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

void check_mask(const Spec& mask) {
  if (!is_bool(mask.dtype))
    throw DTypeError(str("the mask must be bool, not ", mask.dtype,
                         "; convert it with .to(DType::boolean), or compare"));
}

/// An element as T, at the offset that its own strides give.
template <class T>
const T& element(const AnyView& view, std::int64_t offset) {
  return static_cast<const T*>(view.data)[offset];
}

Shape common_shape(const AnyView& x, const AnyView& mask) {
  return broadcast_shapes(Shape(shape_of(x)), Shape(shape_of(mask)));
}

}  // namespace

// ---- masked_select

Spec MaskedSelect::infer(const Inputs& in) const {
  check_mask(in[1]);
  return Spec({-1}, in[0].dtype, in[0].device);
}

Shape MaskedSelect::measure(Reference, const Inputs& in) const {
  const AnyView mask = in.view(1);
  const Shape shape = common_shape(in.view(0), mask);
  const Strides strides = broadcast_strides(mask, shape);
  std::int64_t count = 0;
  walk<1>(shape, {strides.data()}, [&](const auto& at) { count += element<bool>(mask, at[0]); });
  return {count};
}

void MaskedSelect::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &mask = io.in[1], &y = io.out[0];
  const Shape shape = common_shape(x, mask);
  const Strides xs = broadcast_strides(x, shape), ms = broadcast_strides(mask, shape);
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    T* out = static_cast<T*>(y.data);
    walk<2>(shape, {xs.data(), ms.data()}, [&](const auto& at) {
      if (element<bool>(mask, at[1])) *out++ = element<T>(x, at[0]);
    });
  });
}

// dx = dy put back where the mask is true, 0 elsewhere, summed over what was broadcast.
Tensors MaskedSelect::gradient(const Backward& b) const {
  const Tensor mask = b.input(1);
  const Spec& x = b.input_spec();
  const Tensor zero =
      zeros(broadcast_shapes(x.shape, mask.shape()), {.dtype = x.dtype, .device = x.device});
  return {sum_to_size(masked_scatter(zero, mask, b.dy()), x.shape), Tensor()};
}

Tensor masked_select(const Tensor& input, const Tensor& mask) {
  return apply(MaskedSelect{}, input, mask);
}

// ---- masked_scatter

Spec MaskedScatter::infer(const Inputs& in) const {
  check_mask(in[1]);
  if (in[2].dtype != in[0].dtype)
    throw DTypeError(str("source is ", in[2].dtype, " but the input is ", in[0].dtype,
                         "; convert one with .to()"));
  return Spec(broadcast_shapes(in[0].shape, in[1].shape), in[0].dtype, in[0].device);
}

void MaskedScatter::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &mask = io.in[1], &source = io.in[2], &y = io.out[0];
  const Strides xs = broadcast_strides(x, shape_of(y)), ms = broadcast_strides(mask, shape_of(y));
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    std::vector<T> values;
    walk<1>(shape_of(source), {source.strides},
            [&](const auto& at) { values.push_back(element<T>(source, at[0])); });
    std::size_t next = 0;
    walk<3>(shape_of(y), {xs.data(), ms.data(), y.strides}, [&](const auto& at) {
      const bool here = element<bool>(mask, at[1]);
      if (here && next == values.size())
        throw ValueError(
            str("the mask is true at more places than the ", values.size(), " elements of source"));
      static_cast<T*>(y.data)[at[2]] = here ? T(values[next++]) : element<T>(x, at[0]);
    });
  });
}

// d input = dy where the mask is false; d source = dy where it is true, then 0 for what was not
// used.
Tensors MaskedScatter::gradient(const Backward& b) const {
  const Tensor mask = b.input(1);
  Tensor dx, dsource;
  if (b.needs(0)) dx = sum_to_size(masked_fill(b.dy(), mask, 0), b.input_shape(0));
  if (b.needs(2)) {
    const Spec& source = b.input_spec(2);
    const Tensor used = masked_select(b.dy(), mask);
    const Tensor unused = zeros({numel(source.shape) - used.numel()},
                                {.dtype = source.dtype, .device = source.device});
    dsource = cat({used, unused}).view(source.shape);
  }
  return {dx, Tensor(), dsource};
}

Tensor masked_scatter(const Tensor& input, const Tensor& mask, const Tensor& source) {
  return apply(MaskedScatter{}, input, mask, source);
}

Tensor Tensor::masked_select(const Tensor& mask) const {
  return limpid::masked_select(*this, mask);
}

}  // namespace limpid

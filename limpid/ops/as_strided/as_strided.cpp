#include "limpid/ops/as_strided/as_strided.h"

#include <algorithm>
#include <map>
#include <optional>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/core/walk.h"
#include "limpid/ops/index_select/index_select.h"
#include "limpid/ops/pointwise/arithmetic.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

/// Where in its memory a tensor begins, in elements. (Meta tensors have none.)
std::int64_t offset_of(const TensorImpl& x) {
  if (!x.data) return 0;
  const auto bytes = static_cast<const char*>(x.data) - static_cast<const char*>(x.storage->data);
  return bytes / static_cast<std::int64_t>(size_of(x.spec.dtype));
}

void check_sizes(const Shape& size, const Strides& stride, std::int64_t offset) {
  if (size.rank() != stride.rank())
    throw ShapeError(str("size ", size, " and stride ", stride, " must have one length"));
  checked_numel(size);
  for (std::int64_t s : stride)
    if (s < 0) throw ValueError(str("strides must not be negative, got ", stride));
  if (offset < 0) throw ValueError(str("storage_offset must not be negative, got ", offset));
}

/// The last element, or -1 where there is none.
std::int64_t last_place(const Shape& size, const Strides& stride, std::int64_t offset) {
  if (numel(size) == 0) return -1;
  std::int64_t last = offset;
  for (int i = 0; i < size.rank(); ++i) {
    std::int64_t way;
    if (__builtin_mul_overflow(size[i] - 1, stride[i], &way) ||
        __builtin_add_overflow(last, way, &last))
      throw ShapeError(str("size ", size, " with stride ", stride, " goes beyond all memory"));
  }
  return last;
}

/// The place of each element in memory, in row-major order.
std::vector<std::int64_t> places_of(const Shape& size, const Strides& stride, std::int64_t offset) {
  std::vector<std::int64_t> places;
  walk<1>(size, {stride.data()}, [&](const auto& at) { places.push_back(offset + at[0]); });
  return places;
}

}  // namespace

Layout AsStrided::layout(const Inputs& in) const {
  check_sizes(size, stride, storage_offset);
  const TensorImpl& x = *in.impl(0);
  if (!(in.strides(0) == input_stride) || offset_of(x) != input_offset)
    throw ShapeError(str("the input has strides ", in.strides(0), " and offset ", offset_of(x),
                         ", not ", input_stride, " and ", input_offset, " as was said"));
  const std::int64_t elements = static_cast<std::int64_t>(x.storage->bytes / size_of(x.spec.dtype));
  const std::int64_t last = last_place(size, stride, storage_offset);
  if (x.data && last >= elements)
    throw ShapeError(str("size ", size, " with stride ", stride, " and storage_offset ",
                         storage_offset, " reaches element ", last, " of a memory of ", elements));
  return {size, stride, storage_offset - input_offset};
}

void AsStrided::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const T* from = static_cast<const T*>(x.data) + storage_offset - input_offset;
    walk<2>(shape_of(y), {stride.data(), y.strides},
            [&](const auto& at) { static_cast<T*>(y.data)[at[1]] = from[at[0]]; });
  });
}

// An element of memory gets the sum of dy wherever y shows it; x reads it from there. One that x
// shows several times shares it out.
Tensors AsStrided::gradient(const Backward& b) const {
  const Spec& x = b.input_spec();
  std::vector<std::int64_t> from = places_of(x.shape, input_stride, input_offset);
  std::vector<std::int64_t> to = places_of(size, stride, storage_offset);
  std::map<std::int64_t, std::int64_t> numbers, shown;  // of the places of x, and how often
  for (std::int64_t& place : from) {
    place = numbers.try_emplace(place, static_cast<std::int64_t>(numbers.size())).first->second;
    ++shown[place];
  }
  const auto spare = static_cast<std::int64_t>(numbers.size());  // for what x does not show
  for (std::int64_t& place : to) {
    const auto found = numbers.find(place);
    place = found == numbers.end() ? spare : found->second;
  }
  const TensorOptions on{.device = x.device};
  const Tensor memory = index_add(zeros({spare + 1}, {.dtype = x.dtype, .device = x.device}), 0,
                                  tensor(to, on), b.dy().reshape({-1}));
  Tensor dx = index_select(memory, 0, tensor(from, on));
  if (from.size() > numbers.size()) {
    std::vector<double> share;
    for (std::int64_t place : from) share.push_back(1.0 / static_cast<double>(shown[place]));
    dx = dx * tensor(share, on).to(x.dtype);
  }
  return {dx.reshape(x.shape)};
}

Tensor as_strided(const Tensor& input, const Shape& size, const Strides& stride,
                  std::optional<std::int64_t> storage_offset) {
  const std::int64_t begins = input.defined() ? offset_of(*input.impl()) : 0;
  return apply(AsStrided{size, stride, storage_offset.value_or(begins),
                         input.defined() ? input.strides() : Strides(), begins},
               input);
}

}  // namespace limpid

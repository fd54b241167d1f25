#include "limpid/ops/searchsorted/searchsorted.h"

#include <limits>

#include "limpid/core/str.h"
#include "limpid/core/walk.h"
#include "limpid/op/composite.h"

namespace limpid {

Spec SearchSorted::infer(const Inputs& in) const {
  const Shape &s = in[0].shape, &v = in[1].shape;
  if (s.rank() == 0) throw ShapeError("a 0-d tensor is no sequence; it needs an axis to search");
  bool fits = s.rank() == 1 || s.rank() == v.rank();
  for (int i = 0; fits && i + 1 < s.rank(); ++i) fits = s[i] == v[i];
  if (!fits)
    throw ShapeError(str("sequences of shape ", s, " and elements of shape ", v,
                         " must agree in all axes but the last, or there is one sequence"));
  if (out_int32 && s.back() > std::numeric_limits<std::int32_t>::max())
    throw ValueError(str("sequences of ", s.back(), " elements need int64 indices"));
  return Spec(v, out_int32 ? DType::i32 : DType::i64, in[0].device);
}

void SearchSorted::forward(Reference, const Io& io) const {
  const AnyView &s = io.in[0], &v = io.in[1], &y = io.out[0];
  const std::int64_t n = s.shape[s.rank - 1], step = s.strides[s.rank - 1];
  Strides sequence(v.rank);  // from an element to its sequence
  for (int i = 0; i < v.rank; ++i) sequence[i] = s.rank > 1 && i + 1 < v.rank ? s.strides[i] : 0;
  visit_dtype(v.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    walk<3>(shape_of(v), {v.strides, sequence.data(), y.strides}, [&](const auto& at) {
      const Wide<T> value(static_cast<const T*>(v.data)[at[0]]);
      const T* from = static_cast<const T*>(s.data) + at[1];
      std::int64_t i = 0, end = n;  // bisection: also says what comes of sequences with NaN
      while (i < end) {
        const std::int64_t middle = (i + end) / 2;
        const Wide<T> there(from[middle * step]);
        if (right ? there > value : there >= value) end = middle;
        else i = middle + 1;
      }
      if (out_int32) static_cast<std::int32_t*>(y.data)[at[2]] = static_cast<std::int32_t>(i);
      else static_cast<std::int64_t*>(y.data)[at[2]] = i;
    });
  });
}

Tensor searchsorted(const Tensor& sorted_sequence, const Tensor& input,
                    SearchSortedOptions options) {
  return apply(SearchSorted{options.out_int32, options.right}, sorted_sequence, input);
}
Tensor bucketize(const Tensor& input, const Tensor& boundaries, SearchSortedOptions options) {
  return composite<Bucketize>({input, boundaries}, [&] {
    if (boundaries.dim() != 1)
      throw ShapeError(str("boundaries must have one axis, not shape ", boundaries.shape()));
    return searchsorted(boundaries, input, options);
  });
}

}  // namespace limpid

#include "limpid/ops/index_put/index_put.h"

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/ops/composite/sum_to_size.h"
#include "limpid/ops/index/index.h"
#include "limpid/ops/index/index_arrays.h"
#include "limpid/tensor/creation.h"

namespace limpid {

Spec IndexPut::infer(const Inputs& in) const {
  if (in.size() < 3) throw ValueError("needs an input, values and at least one index array");
  const Shape positions = common_index_shape(axes, in[0].shape, in, 2);
  const Shape place = gathered_shape(axes, in[0].shape, positions);
  if (!broadcasts_to(in[1].shape, place))
    throw ShapeError(
        str("values of shape ", in[1].shape, " do not fit the indexed part of shape ", place));
  if (in[1].dtype != in[0].dtype)
    throw DTypeError(str("values are ", in[1].dtype, " but the input is ", in[0].dtype,
                         "; convert one with .to()"));
  return in[0];
}

// Floats are added in double and rounded once at the end, however often a place is hit.
void IndexPut::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &values = io.in[1], &y = io.out[0];
  const auto arrays = io.in.subspan(2);
  Shape positions;
  for (const AnyView& array : arrays)
    positions = broadcast_shapes(positions, Shape(shape_of(array)));
  const Shape shape = gathered_shape(axes, Shape(shape_of(x)), positions);
  const Strides value_strides = broadcast_strides(values, shape);
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const T* from = static_cast<const T*>(values.data);
    using Total = std::conditional_t<is_float_type<T>, Wide<T>, std::uint64_t>;  // wraps around
    std::vector<Total> total;  // in row-major order
    walk<1>(shape_of(x), {x.strides}, [&](const auto& at) {
      total.push_back(static_cast<Total>(Wide<T>(static_cast<const T*>(x.data)[at[0]])));
    });
    const Strides counting = contiguous_strides(Shape(shape_of(x)));
    AnyView places = x;
    places.strides = counting.data();
    for_each_indexed(places, axes, arrays, positions, shape, value_strides,
                     [&](std::int64_t to, std::int64_t at) {
                       Total& slot = total[static_cast<std::size_t>(to)];
                       const auto value = static_cast<Total>(Wide<T>(from[at]));
                       slot = accumulate ? slot + value : value;
                     });
    std::size_t next = 0;
    walk<1>(shape_of(y), {y.strides},
            [&](const auto& at) { static_cast<T*>(y.data)[at[0]] = convert<T>(total[next++]); });
  });
}

// d input = dy, with 0 where elements were replaced;
// d values = dy[indices], summed over what was broadcast. (Of repeated indices that replace, the
// one that stays is a matter of order; all of them get the gradient, as in PyTorch.)
Tensors IndexPut::gradient(const Backward& b) const {
  std::vector<Tensor> arrays;
  for (int k = 2; k < b.inputs(); ++k) arrays.push_back(b.input(k));
  Tensors out(static_cast<std::size_t>(b.inputs()));
  if (b.needs(0)) {
    std::vector<Tensor> in{b.dy(), zeros({}, {.dtype = b.dy().dtype(), .device = b.dy().device()})};
    in.insert(in.end(), arrays.begin(), arrays.end());
    out[0] = accumulate ? b.dy() : limpid::apply(IndexPut{axes, false}, in);
  }
  if (b.needs(1)) {
    std::vector<Tensor> in{b.dy()};
    in.insert(in.end(), arrays.begin(), arrays.end());
    out[1] = sum_to_size(limpid::apply(AdvancedIndex{axes}, in), b.input_shape(1));
  }
  return out;
}

Tensor index_put(const Tensor& input, std::span<const Index> indices, const Tensor& values,
                 bool accumulate) {
  return input.clone().index_put_(indices, values, accumulate);
}

}  // namespace limpid

#include "limpid/ops/index_select/index_select.h"

#include <algorithm>

#include "limpid/core/error.h"
#include "limpid/core/place.h"
#include "limpid/core/str.h"
#include "limpid/op/autocast.h"
#include "limpid/op/composite.h"
#include "limpid/ops/gather/gather.h"
#include "limpid/ops/index/index.h"
#include "limpid/ops/index_put/index_put.h"
#include "limpid/ops/pointwise/comparison.h"
#include "limpid/ops/pointwise/select.h"
#include "limpid/ops/scatter/scatter.h"
#include "limpid/ops/scatter_reduce/scatter_reduce.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

/// A call with one axis and a vector of indices for it, checked.
struct OneAxis {
  Tensor x;      // of at least one axis
  Tensor index;  // a vector
  int axis;

  OneAxis(const Tensor& input, std::int64_t dim, const Tensor& indices)
      : x(input.dim() ? input : input.reshape({1})), axis(normalize_axis(dim, input.dim())) {
    if (indices.dtype() != DType::i64 && indices.dtype() != DType::i32)
      throw DTypeError(
          str("index has dtype ", indices.dtype(), ", but indices are int64 (or int32)"));
    if (indices.dim() > 1)
      throw IndexError(str("index must be a vector, got shape ", indices.shape()));
    index = indices.reshape({-1});
    if (index.device().type == DeviceType::meta) return;
    const std::int64_t n = x.shape()[axis];
    const std::vector<std::int64_t> all = index.to_vector<std::int64_t>();
    for (std::size_t k = 0; k < all.size(); ++k)
      if (all[k] < 0 || all[k] >= n)
        throw IndexError(str("index ", all[k], " at position ", k,
                             " is out of range for dimension ", axis, " of size ", n));
  }

  /// Shape of the entries that are named.
  Shape entries() const {
    Shape out = x.shape();
    out[axis] = index.numel();
    return out;
  }
  /// `values` as entries that are named, checked. A number is an entry of a vector.
  Tensor fitting(const Tensor& values) const {
    const Tensor fitted = values.dim() ? values : values.reshape({1});
    if (!(fitted.shape() == entries()))
      throw ShapeError(str("source has shape ", values.shape(), ", but the ", index.numel(),
                           " named entries along dimension ", axis, " have shape ", entries()));
    if (fitted.dtype() != x.dtype())
      throw DTypeError(str("source has dtype ", values.dtype(), " but input ", x.dtype(),
                           "; convert source with .to(", x.dtype(), ")"));
    return fitted;
  }
  /// x with `values` put or added there, in the shape of the input.
  Tensor put(const Tensor& input, const Tensor& values, bool accumulate) const {
    const Tensor in[] = {x, fitting(values), index};
    return limpid::apply(IndexPut{{axis}, accumulate}, std::span<const Tensor>(in))
        .reshape(input.shape());
  }
};

Tensor number_like(Scalar value, const Tensor& input) {
  if (!is_floating(input.dtype()) && value.kind() == Scalar::Kind::floating)
    throw DTypeError(str("the value ", value, " does not fit a tensor of ", input.dtype(),
                         "; convert the tensor with .to(DType::f32) first"));
  return full({}, value, {.dtype = input.dtype(), .device = input.device()});
}

}  // namespace

Tensor index_select(const Tensor& input, std::int64_t dim, const Tensor& index) {
  return composite<IndexSelect>({input, index}, [&] {
    const OneAxis one(input, dim, index);
    const Tensor y = apply(AdvancedIndex{{one.axis}}, one.x, one.index);
    return input.dim() == 0 && one.index.numel() == 1 ? y.reshape({}) : y;
  });
}
Tensor Tensor::index_select(std::int64_t dim, const Tensor& index) const {
  return limpid::index_select(*this, dim, index);
}

Tensor index_add(const Tensor& input, std::int64_t dim, const Tensor& index, const Tensor& source,
                 Scalar alpha) {
  return composite<IndexAdd>({input, index, source}, [&] {
    const OneAxis one(input, dim, index);
    return one.put(input, alpha == Scalar(1) ? source : source * alpha, true);
  });
}

Tensor index_copy(const Tensor& input, std::int64_t dim, const Tensor& index,
                  const Tensor& source) {
  if (is_autocast_enabled() && input.defined() && source.defined() &&
      input.dtype() != source.dtype() && is_floating(input.dtype()) &&
      is_floating(source.dtype())) {  // mixed precision takes the wider
    const DType dtype = promote_types(input.dtype(), source.dtype());
    return index_copy(input.to(dtype), dim, index, source.to(dtype));
  }
  return composite<IndexCopy>({input, index, source},
                              [&] { return OneAxis(input, dim, index).put(input, source, false); });
}

Tensor index_fill(const Tensor& input, std::int64_t dim, const Tensor& index, Scalar value) {
  return composite<IndexFill>({input, index}, [&] {
    const OneAxis one(input, dim, index);
    const Tensor number = number_like(value, input);
    return one.put(input, number.expand(one.entries()), false);
  });
}

Tensor index_reduce(const Tensor& input, std::int64_t dim, const Tensor& index,
                    const Tensor& source, const std::string& reduce, bool include_self) {
  return composite<IndexReduce>({input, index, source}, [&] {
    if (reduce != "prod" && reduce != "mean" && reduce != "amax" && reduce != "amin")
      throw ValueError(str("there is no reduce \"", reduce,
                           "\"; use \"prod\", \"mean\", \"amax\" or \"amin\"; index_add adds"));
    const OneAxis one(input, dim, index);
    const Tensor entries = one.fitting(source);
    Shape along(one.x.dim());
    for (std::int64_t& size : along) size = 1;
    along[one.axis] = one.index.numel();
    const Tensor places = one.index.to(DType::i64).reshape(along).expand(one.entries());
    return scatter_reduce(one.x, one.axis, places, entries, reduce, include_self)
        .reshape(input.shape());
  });
}

Tensor take(const Tensor& input, const Tensor& index) {
  return composite<Take>({input, index}, [&] {
    if (input.numel() == 0 && index.numel() > 0)
      throw IndexError(str("input of shape ", input.shape(), " has no elements to take"));
    return apply(AdvancedIndex{{0}}, input.reshape({-1}), index);
  });
}

Tensor take_along_dim(const Tensor& input, const Tensor& indices, std::int64_t dim) {
  return composite<TakeAlongDim>({input, indices}, [&] {
    if (input.dim() != indices.dim())
      throw ShapeError(str("input has ", input.dim(), " dimensions but indices ", indices.dim(),
                           "; unsqueeze() adds one"));
    const int axis = normalize_axis(dim, input.dim());
    if (!is_integer(indices.dtype()))
      throw DTypeError(str("indices are ", indices.dtype(), ", not integers"));
    Shape all = input.shape(), own = indices.shape();
    if (all.rank()) {
      const std::int64_t n = all[axis], m = own[axis];
      all[axis] = own[axis] = 1;
      const Shape common = broadcast_shapes(all, own);
      all = own = common;
      all[axis] = n, own[axis] = m;
    }
    const std::int64_t n = all.rank() ? all[axis] : 1;
    const Tensor given = indices.to(DType::i64);  // a small integer could not hold index + n
    const Tensor from_start = where(lt(given, 0), given + n, given);
    return gather(input.expand(all), axis, from_start.expand(own));
  });
}
Tensor take_along_dim(const Tensor& input, const Tensor& indices) {
  return composite<TakeAlongDim>({input, indices}, [&] {
    return take_along_dim(input.reshape({-1}), indices.reshape({-1}), 0);
  });
}

Tensor one_hot(const Tensor& input, std::int64_t num_classes) {
  return composite<OneHot>({input}, [&] {
    if (!is_integer(input.dtype()))
      throw DTypeError(
          str("classes are integers, not ", input.dtype(), "; convert them with .to(DType::i64)"));
    if (num_classes < -1 || num_classes == 0)
      throw ValueError(str("num_classes must be at least 1, or -1, not ", num_classes));
    std::vector<std::int64_t> classes;  // on meta there are none to check
    if (num_classes == -1 || input.device() != kMeta) classes = input.to_vector<std::int64_t>();
    std::int64_t count = num_classes;
    if (num_classes == -1) {
      if (classes.empty()) throw ValueError("no classes to count; num_classes must be given");
      const std::int64_t largest = *std::max_element(classes.begin(), classes.end());
      count = largest == INT64_MAX ? largest : std::max<std::int64_t>(largest + 1, 1);
    }
    for (std::size_t k = 0; k < classes.size(); ++k)
      if (classes[k] < 0 || classes[k] >= count)
        throw IndexError(str("class ", classes[k], " at position ",
                             place_of(static_cast<std::int64_t>(k), input.shape()),
                             " is out of range for ", count, " classes"));
    Shape shape = input.shape();
    shape.push_back(count);
    const Tensor nothing = zeros(shape, {.dtype = DType::i64, .device = input.device()});
    return scatter(nothing, -1, input.to(DType::i64).unsqueeze(-1), 1);
  });
}

}  // namespace limpid

#include "limpid/ops/index_select/index_select.h"

#include <algorithm>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/ops/gather/gather.h"
#include "limpid/ops/index/index.h"
#include "limpid/ops/index_put/index_put.h"
#include "limpid/ops/pointwise/comparison.h"
#include "limpid/ops/pointwise/select.h"
#include "limpid/ops/scatter/scatter.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

/// Position of element k (in row-major order) of a tensor of `shape`.
Shape position_of(std::int64_t k, const Shape& shape) {
  Shape place(shape.rank());
  for (int i = shape.rank() - 1; i >= 0; k /= shape[i--]) place[i] = k % shape[i];
  return place;
}

/// A call with one axis and a vector of indices for it, checked.
struct OneAxis {
  Tensor x;      // of at least one axis
  Tensor index;  // a vector
  int axis;

  OneAxis(const char* name, const Tensor& input, std::int64_t dim, const Tensor& indices)
      : x(input.dim() ? input : input.reshape({1})), axis(normalize_axis(dim, input.dim())) {
    if (indices.dtype() != DType::i64 && indices.dtype() != DType::i32)
      throw DTypeError(
          str(name, ": index has dtype ", indices.dtype(), ", but indices are int64 (or int32)"));
    if (indices.dim() > 1)
      throw ShapeError(str(name, ": index must be a vector, got shape ", indices.shape()));
    index = indices.reshape({-1});
    if (index.device().type == DeviceType::meta) return;
    const std::int64_t n = x.shape()[axis];
    const std::vector<std::int64_t> all = index.to_vector<std::int64_t>();
    for (std::size_t k = 0; k < all.size(); ++k)
      if (all[k] < 0 || all[k] >= n)
        throw IndexError(str(name, ": index ", all[k], " at position ", k,
                             " is out of range for dimension ", axis, " of size ", n, " [input ",
                             input.shape(), ", index ", indices.shape(), "]"));
  }

  /// Shape of the entries that are named.
  Shape entries() const {
    Shape out = x.shape();
    out[axis] = index.numel();
    return out;
  }
  /// x with `values` put or added there, in the shape of the input.
  Tensor put(const char* name, const Tensor& input, const Tensor& values, bool accumulate) const {
    const Tensor fitted = values.dim() == 0 && x.dim() == 1 ? values.reshape({1}) : values;
    if (fitted.dim() && !(fitted.shape() == entries()))
      throw ShapeError(str(name, ": source has shape ", values.shape(), ", but the ", index.numel(),
                           " named entries along dimension ", axis, " have shape ", entries(),
                           " [input ", input.shape(), "]"));
    if (fitted.dtype() != x.dtype())
      throw DTypeError(str(name, ": source has dtype ", values.dtype(), " but input ", x.dtype(),
                           "; convert source with .to(", x.dtype(), ")"));
    const Tensor in[] = {x, fitted, index};
    return limpid::apply(IndexPut{{axis}, accumulate}, std::span<const Tensor>(in))
        .reshape(input.shape());
  }
};

Tensor number_like(const char* name, Scalar value, const Tensor& input) {
  if (!is_floating(input.dtype()) && value.kind() == Scalar::Kind::floating)
    throw DTypeError(str(name, ": the value ", value, " does not fit a tensor of ", input.dtype(),
                         "; convert the tensor with .to(DType::f32) first"));
  return full({}, value, {.dtype = input.dtype(), .device = input.device()});
}

}  // namespace

Tensor index_select(const Tensor& input, std::int64_t dim, const Tensor& index) {
  const OneAxis one("index_select", input, dim, index);
  const Tensor y = apply(AdvancedIndex{{one.axis}}, one.x, one.index);
  return input.dim() == 0 && one.index.numel() == 1 ? y.reshape({}) : y;
}
Tensor Tensor::index_select(std::int64_t dim, const Tensor& index) const {
  return limpid::index_select(*this, dim, index);
}

Tensor index_add(const Tensor& input, std::int64_t dim, const Tensor& index, const Tensor& source,
                 Scalar alpha) {
  const OneAxis one("index_add", input, dim, index);
  return one.put("index_add", input, alpha == Scalar(1) ? source : source * alpha, true);
}

Tensor index_copy(const Tensor& input, std::int64_t dim, const Tensor& index,
                  const Tensor& source) {
  return OneAxis("index_copy", input, dim, index).put("index_copy", input, source, false);
}

Tensor index_fill(const Tensor& input, std::int64_t dim, const Tensor& index, Scalar value) {
  const OneAxis one("index_fill", input, dim, index);
  const Tensor number = number_like("index_fill", value, input);
  return one.put("index_fill", input, number.expand(one.entries()), false);
}

Tensor take(const Tensor& input, const Tensor& index) {
  if (input.numel() == 0 && index.numel() > 0)
    throw IndexError(str("take: input of shape ", input.shape(), " has no elements to take"));
  return apply(AdvancedIndex{{0}}, input.reshape({-1}), index);
}

Tensor take_along_dim(const Tensor& input, const Tensor& indices, std::int64_t dim) {
  if (input.dim() != indices.dim())
    throw ShapeError(str("take_along_dim: input has ", input.dim(), " dimensions but indices ",
                         indices.dim(), "; unsqueeze() adds one [input ", input.shape(),
                         ", indices ", indices.shape(), "]"));
  const int axis = normalize_axis(dim, input.dim());
  if (!is_integer(indices.dtype()))
    throw DTypeError(str("take_along_dim: indices are ", indices.dtype(), ", not integers"));
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
}
Tensor take_along_dim(const Tensor& input, const Tensor& indices) {
  return take_along_dim(input.reshape({-1}), indices.reshape({-1}), 0);
}

Tensor one_hot(const Tensor& input, std::int64_t num_classes) {
  if (!is_integer(input.dtype()))
    throw DTypeError(str("one_hot: classes are integers, not ", input.dtype(),
                         "; convert them with .to(DType::i64)"));
  if (num_classes < -1 || num_classes == 0)
    throw ValueError(str("one_hot: num_classes must be at least 1, or -1, not ", num_classes));
  const std::vector<std::int64_t> classes = input.to_vector<std::int64_t>();
  std::int64_t count = num_classes;
  if (count < 0) {
    if (classes.empty())
      throw ValueError("one_hot: no classes to count; num_classes must be given");
    const std::int64_t largest = *std::max_element(classes.begin(), classes.end());
    count = largest == INT64_MAX ? largest : std::max<std::int64_t>(largest + 1, 1);
  }
  for (std::size_t k = 0; k < classes.size(); ++k)
    if (classes[k] < 0 || classes[k] >= count)
      throw IndexError(str("one_hot: class ", classes[k], " at position ",
                           position_of(static_cast<std::int64_t>(k), input.shape()),
                           " is out of range for ", count, " classes [input ", input.shape(), "]"));
  Shape shape = input.shape();
  shape.push_back(count);
  const Tensor nothing = zeros(shape, {.dtype = DType::i64, .device = input.device()});
  return scatter(nothing, -1, input.to(DType::i64).unsqueeze(-1), 1);
}

}  // namespace limpid

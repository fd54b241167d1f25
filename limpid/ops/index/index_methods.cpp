// Tensor::index and index_put_: from what users write between the brackets to a slice (integers and
// ranges), a view (new axes) and index arrays.
//
//   x.index({0, Slice(1, 9, 2), Ellipsis, None, rows})
//   1. integers and ranges      one slice: a view
//   2. new axes                 one view of that
//   3. tensors, if any          masks become index arrays (nonzero); then index or index_put
//
// Integers are taken before the arrays, as in PyTorch (NumPy counts them as arrays of size 1, which
// matters only for the order of axes in x[0, :, array]).

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/op/inplace.h"
#include "limpid/ops/index/index.h"
#include "limpid/ops/index_put/index_put.h"
#include "limpid/ops/nonzero/nonzero.h"
#include "limpid/ops/slice/slice.h"
#include "limpid/tensor/index.h"

namespace limpid {

namespace {

/// An index, taken apart.
struct Resolved {
  Tensor view;                 ///< after integers, ranges and new axes
  Shape axes;                  ///< of view, indexed by arrays
  std::vector<Tensor> arrays;  ///< one an axis

  std::vector<Tensor> with(std::vector<Tensor> inputs) const {
    inputs.insert(inputs.end(), arrays.begin(), arrays.end());
    return inputs;
  }
};

/// Collects the parts, entry by entry, while counting axes of the input and of the view.
class Resolver {
 public:
  Resolver(const Tensor& x, std::span<const Index> indices)
      : x_(x), shape_(x.shape()), region_{SliceRegion::all(x.shape())} {
    const int missing = missing_axes(indices);
    for (const Index& index : indices) {
      if (auto* i = index.get_if<std::int64_t>()) integer(*i);
      else if (auto* slice = index.get_if<Slice>()) range(*slice);
      else if (index.get_if<EllipsisType>()) pass(missing);
      else if (index.get_if<NewAxisType>()) new_axis(1);
      else tensor(*index.get_if<Tensor>());
    }
    pass(shape_.rank() - axis_);
  }

  Resolved finish() {
    const bool copies = !arrays_.empty();
    if (!copies || changed_) x_ = apply(region_, x_);
    if (with_new_axes_) x_ = x_.view(view_);
    return {x_, axes_, arrays_};
  }

 private:
  static bool is_mask(const Tensor& t) { return is_bool(t.dtype()); }

  /// Axes that one entry uses up.
  static int axes_used(const Index& index) {
    if (auto* t = index.get_if<Tensor>()) {
      check_index_tensor(*t);
      return is_mask(*t) ? t->dim() : 1;
    }
    return index.get_if<EllipsisType>() || index.get_if<NewAxisType>() ? 0 : 1;
  }

  /// Axes that the Ellipsis stands for.
  int missing_axes(std::span<const Index> indices) const {
    int used = 0, ellipses = 0;
    for (const Index& index : indices) {
      used += axes_used(index);
      ellipses += index.get_if<EllipsisType>() != nullptr;
    }
    if (ellipses > 1) throw IndexError("an index may contain only one Ellipsis");
    if (used > shape_.rank())
      throw IndexError(
          str("too many indices: ", used, " for a tensor of ", shape_.rank(), " dimensions"));
    return shape_.rank() - used;
  }

  static void check_index_tensor(const Tensor& t) {
    if (!t.defined()) throw ValueError("a tensor that indexes is undefined");
    if (t.dtype() == DType::u8)
      throw DTypeError(
          "a uint8 tensor may be a mask or indices: convert it with "
          ".to(DType::boolean) for a mask, or .to(DType::i64) for indices");
    if (is_floating(t.dtype()))
      throw IndexError(str("a tensor that indexes must be integer or bool, not ", t.dtype(),
                           "; convert it with .to(DType::i64)"));
  }

  void integer(std::int64_t i) {
    const std::int64_t n = shape_[axis_];
    if (i < -n || i >= n)
      throw IndexError(str("index ", i, " is out of range for dimension ", axis_, " of size ", n));
    region_.begin[axis_] = i < 0 ? i + n : i;
    region_.size[axis_] = 1;
    region_.dropped |= std::uint64_t{1} << axis_++;
    changed_ = true;
  }

  void range(const Slice& slice) {
    const std::int64_t n = shape_[axis_];
    const auto [begin, size] = resolve(slice, n);
    changed_ |= size != n || slice.step != 1;
    region_.begin[axis_] = begin;
    region_.size[axis_] = size;
    region_.step[axis_++] = slice.step;
    view_.push_back(size);
  }

  void pass(int count) {
    for (; count > 0; --count) view_.push_back(shape_[axis_++]);
  }

  void new_axis(std::int64_t size) {
    view_.push_back(size);
    with_new_axes_ = true;
  }

  void tensor(const Tensor& t) {
    if (is_mask(t)) return mask(t);
    // As in PyTorch an array without axes is a number: the result is a view.
    if (t.dim() == 0 && t.device().type != DeviceType::meta) return integer(t.item<std::int64_t>());
    axes_.push_back(view_.rank());
    arrays_.push_back(beside_input(t));
    pass(1);
  }

  /// On meta only shapes count, so that indices may come from any device.
  Tensor beside_input(const Tensor& array) const {
    return x_.device().type == DeviceType::meta ? array.to(x_.device()) : array;
  }

  /// A mask over k axes is k index arrays: where it is true. One without axes adds an axis of size
  /// 1 or 0.
  void mask(const Tensor& t) {
    for (int i = 0; i < t.dim(); ++i)
      if (t.shape()[i] != shape_[axis_ + i])
        throw IndexError(str("mask of shape ", t.shape(), " does not fit dimension ", axis_ + i,
                             " of size ", shape_[axis_ + i]));
    const Tensor found = nonzero(t.dim() ? t : t.reshape({1}));
    if (t.dim() == 0) {
      axes_.push_back(view_.rank());
      arrays_.push_back(beside_input(found.select(1, 0)));
      return new_axis(1);
    }
    for (int i = 0; i < t.dim(); ++i) {
      axes_.push_back(view_.rank());
      arrays_.push_back(beside_input(found.select(1, i)));
      pass(1);
    }
  }

  Tensor x_;
  const Shape shape_;
  StridedSlice region_;
  int axis_ = 0;  ///< next axis of x
  Shape view_;    ///< shape of the view so far
  bool changed_ = false, with_new_axes_ = false;
  Shape axes_;
  std::vector<Tensor> arrays_;
};

/// Runs `f` so that errors say which call they belong to.
template <class F>
auto explained(const char* name, const Tensor& x, F&& f) {
  try {
    return f();
  } catch (Error& error) {
    error.add_context(name, str("input ", x.shape()));
    throw;
  }
}

/// A value may have axes of size 1 in front that the target has not (x[0] = a (1, 3) tensor).
Tensor without_leading_ones(const Tensor& value, int rank) {
  Tensor out = value;
  while (out.dim() > rank && out.size(0) == 1) out = out.select(0, 0);
  return out;
}

Tensor as_dtype(const Tensor& value, DType dtype) {
  if (!can_cast(value.dtype(), dtype))
    throw DTypeError(str("values of ", value.dtype(), " cannot be written into a tensor of ", dtype,
                         "; convert the tensor with .to() first"));
  return value.to(dtype);
}

}  // namespace

std::pair<std::int64_t, std::int64_t> resolve(const Slice& slice, std::int64_t n) {
  const std::int64_t step = slice.step;
  if (step == 0) throw ValueError("the step of a slice cannot be 0");
  // Bounds count from the end when negative, and are cut to [0, n], or to [-1, n - 1] going
  // backwards.
  const std::int64_t low = step > 0 ? 0 : -1, high = step > 0 ? n : n - 1;
  const auto cut = [&](std::int64_t i) { return std::clamp(i < 0 ? i + n : i, low, high); };
  const std::int64_t begin = slice.start ? cut(*slice.start) : (step > 0 ? low : high);
  const std::int64_t end = slice.stop ? cut(*slice.stop) : (step > 0 ? high : low);
  const std::int64_t length = step > 0 ? end - begin : begin - end;
  if (length <= 0) return {begin < 0 ? 0 : begin, 0};
  // (length - 1) / |step| + 1, also for the smallest int64, which has no absolute value.
  const std::int64_t jumps = step > 0 ? (length - 1) / step : -((length - 1) / step);
  return {begin, jumps + 1};
}

Tensor Tensor::index(std::initializer_list<Index> indices) const {
  return index(std::span(indices.begin(), indices.size()));
}

Tensor Tensor::index(std::span<const Index> indices) const {
  const Resolved r = explained("index", *this, [&] { return Resolver(*this, indices).finish(); });
  return r.arrays.empty() ? r.view : limpid::apply(AdvancedIndex{r.axes}, r.with({r.view}));
}

Tensor& Tensor::index_put_(std::initializer_list<Index> indices, const Tensor& value,
                           bool accumulate) {
  return index_put_(std::span(indices.begin(), indices.size()), value, accumulate);
}

Tensor& Tensor::index_put_(std::span<const Index> indices, const Tensor& value, bool accumulate) {
  explained("index_put_", *this, [&] {
    const Resolved r = Resolver(*this, indices).finish();
    const Tensor there = device().type == DeviceType::meta ? value.to(device()) : value;
    if (r.arrays.empty()) {
      const Tensor fitted = without_leading_ones(there, r.view.dim());
      if (accumulate) Tensor(r.view).add_(fitted);
      else assign(r.view, fitted, "index_put_");
      return;
    }
    Shape positions;
    for (const Tensor& array : r.arrays) positions = broadcast_shapes(positions, array.shape());
    const int rank = positions.rank() + r.view.dim() - r.axes.rank();
    const Tensor fitted = as_dtype(without_leading_ones(there, rank), dtype());
    const std::vector<Tensor> in = r.with({r.view, fitted});
    std::vector<TensorImpl*> impls;
    for (const Tensor& t : in) impls.push_back(t.impl());
    const IndexPut op{r.axes, accumulate};
    apply_inplace(describe<IndexPut>, &op, r.view, Inputs(impls.data(), impls.size()),
                  "index_put_");
  });
  return *this;
}

}  // namespace limpid

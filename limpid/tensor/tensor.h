#pragma once
// The handle that users hold. Copying it shares the tensor. Methods that compute are declared here
// and defined beside their op in ops/.

#include <functional>
#include <initializer_list>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "limpid/core/scalar.h"
#include "limpid/tensor/tensor_impl.h"

namespace limpid {

class Index;

/// Where new tensors go, in PyTorch's argument order.
struct TensorOptions {
  std::optional<DType> dtype = std::nullopt;
  Device device = kCpu;
  bool requires_grad = false;
};

struct BackwardOptions {
  bool retain_graph = false;  ///< keep saved tensors for another backward
  bool create_graph = false;  ///< record the backward itself, for higher derivatives
};

class Tensor {
 public:
  /// Undefined: no tensor at all (an optional input that is not given).
  Tensor() = default;
  explicit Tensor(Ptr<TensorImpl> impl) : impl_(std::move(impl)) {}
  /// 0-d tensor of the number's own dtype.
  explicit Tensor(Scalar value);

  Tensor(const Tensor&) = default;
  Tensor(Tensor&&) noexcept = default;
  /// A variable becomes another handle of the same tensor; what an expression gives, as x[0] does,
  /// is written into (copy_, fill_), as in PyTorch.
  Tensor& operator=(const Tensor&) & = default;
  Tensor& operator=(Tensor&&) & noexcept = default;
  Tensor& operator=(const Tensor& value) && { return copy_(value); }
  Tensor& operator=(Scalar value) && { return fill_(value); }

  bool defined() const { return static_cast<bool>(impl_); }
  TensorImpl* impl() const { return impl_.get(); }
  TensorImpl* operator->() const { return impl_.get(); }
  /// True when both handles are the same tensor (Python's `is`).
  bool is_same(const Tensor& other) const { return impl() == other.impl(); }

  // -- what it is
  const Spec& spec() const { return checked()->spec; }
  const Shape& shape() const { return spec().shape; }
  const Strides& strides() const { return checked()->strides; }
  int dim() const { return spec().rank(); }
  /// IndexError for an axis that there is not; a 0-d tensor has none.
  std::int64_t size(std::int64_t axis) const { return shape()[checked_axis(axis)]; }
  std::int64_t stride(std::int64_t axis) const { return strides()[checked_axis(axis)]; }
  std::int64_t numel() const { return checked()->numel; }
  DType dtype() const { return spec().dtype; }
  Device device() const { return spec().device; }
  bool is_contiguous() const { return checked()->contiguous; }
  /// Offset of the first element within the storage, in elements.
  std::int64_t storage_offset() const;
  /// True when both share memory.
  bool shares_storage(const Tensor& other) const {
    return checked()->storage.get() == other.checked()->storage.get();
  }
  /// The number of in-place changes of its storage so far.
  std::uint32_t version() const { return checked()->storage->version; }

  // -- its elements, on the cpu
  /// Pointer to the first element. DTypeError unless T is the element type; DeviceError on meta.
  template <class T>
  T* data() const {
    check_access(dtype_of<T>());
    expose();
    return static_cast<T*>(impl_->data);
  }
  /// The only element, converted to T. ValueError when there is not exactly one.
  template <class T = double>
  T item() const {
    const Scalar value = item_scalar();
    return value.to<T>();
  }
  Scalar item_scalar() const;
  /// All elements in row-major order, converted to T.
  template <class T>
  std::vector<T> to_vector() const;

  // -- autograd
  bool requires_grad() const { return checked()->node() != nullptr; }
  /// Makes a leaf take part in gradients, or no longer. DTypeError for integers and bool.
  Tensor& requires_grad_(bool on = true);
  bool is_leaf() const;
  /// The gradient that backward left here, undefined before.
  Tensor grad() const { return Tensor(checked()->grad); }
  /// Replaces the gradient; an undefined tensor clears it.
  void set_grad(const Tensor& gradient);
  void zero_grad() { checked()->grad = nullptr; }
  /// Name of the op that made it ("Multiply"), empty for leaves.
  std::string grad_fn() const;
  /// Adds d(self)/d(leaf) to `.grad` of every leaf. `gradient` may only be left out for one
  /// element.
  void backward(const Tensor& gradient = {}, BackwardOptions options = {}) const;
  /// The same elements and version, without history.
  Tensor detach() const;
  Tensor& detach_();
  /// Keeps `.grad` of a tensor that is no leaf.
  void retain_grad() const;
  /// Calls `hook(gradient)` when the gradient of this tensor is complete; a defined result replaces
  /// it. Returns a number for remove_hook.
  std::int64_t register_hook(std::function<Tensor(const Tensor&)> hook) const;
  void remove_hook(std::int64_t id) const;

  // -- layout (ops/view, ops/slice)
  Tensor view(const Shape& shape) const;
  Tensor reshape(const Shape& shape) const;
  Tensor flatten(std::int64_t start_dim = 0, std::int64_t end_dim = -1) const;
  Tensor transpose(std::int64_t dim0, std::int64_t dim1) const;
  Tensor permute(std::span<const std::int64_t> dims) const;
  Tensor permute(std::initializer_list<std::int64_t> dims) const {
    return permute(std::span<const std::int64_t>(dims.begin(), dims.size()));
  }
  Tensor t() const;
  Tensor expand(const Shape& shape) const;
  Tensor unsqueeze(std::int64_t dim) const;
  Tensor squeeze(std::int64_t dim) const;
  Tensor squeeze() const;
  Tensor movedim(std::int64_t source, std::int64_t destination) const;
  Tensor unflatten(std::int64_t dim, const Shape& sizes) const;
  Tensor diagonal(std::int64_t offset = 0, std::int64_t dim1 = 0, std::int64_t dim2 = 1) const;
  std::vector<Tensor> split(std::int64_t size, std::int64_t dim = 0) const;
  std::vector<Tensor> chunk(std::int64_t chunks, std::int64_t dim = 0) const;
  std::vector<Tensor> unbind(std::int64_t dim = 0) const;
  Tensor contiguous() const;
  Tensor clone() const;
  Tensor to(DType dtype) const;
  Tensor to(Device device) const;
  /// x[i]: the i-th entry along the first axis, as a view. `x[i] = value` writes into x.
  Tensor operator[](std::int64_t i) const;
  Tensor select(std::int64_t dim, std::int64_t i) const;
  Tensor narrow(std::int64_t dim, std::int64_t start, std::int64_t length) const;
  /// NumPy's indexing: a view for ints, slices, Ellipsis and None; a copy when tensors index.
  Tensor index(std::initializer_list<Index> indices) const;
  Tensor index(std::span<const Index> indices) const;
  /// x[indices] = value, with broadcasting. With `accumulate`, repeated indices add up.
  Tensor& index_put_(std::initializer_list<Index> indices, const Tensor& value,
                     bool accumulate = false);
  Tensor& index_put_(std::span<const Index> indices, const Tensor& value, bool accumulate = false);

  // -- other orders and choices of elements (ops/flip, ops/gather, ...)
  Tensor flip(std::initializer_list<std::int64_t> dims) const;
  Tensor roll(std::int64_t shift, std::int64_t dim) const;
  Tensor repeat(const Shape& sizes) const;
  Tensor gather(std::int64_t dim, const Tensor& index) const;
  Tensor scatter(std::int64_t dim, const Tensor& index, const Tensor& source) const;
  Tensor& scatter_(std::int64_t dim, const Tensor& index, const Tensor& source);
  Tensor& scatter_(std::int64_t dim, const Tensor& index, Scalar value);
  Tensor scatter_add(std::int64_t dim, const Tensor& index, const Tensor& source) const;
  Tensor& scatter_add_(std::int64_t dim, const Tensor& index, const Tensor& source);
  Tensor index_select(std::int64_t dim, const Tensor& index) const;
  Tensor masked_fill(const Tensor& mask, Scalar value) const;
  Tensor masked_select(const Tensor& mask) const;
  Tensor tril(std::int64_t diagonal = 0) const;
  Tensor triu(std::int64_t diagonal = 0) const;

  // -- element by element (ops/pointwise)
  Tensor abs() const;
  Tensor neg() const;
  Tensor reciprocal() const;
  Tensor square() const;
  Tensor sqrt() const;
  Tensor rsqrt() const;
  Tensor exp() const;
  Tensor log() const;
  Tensor sin() const;
  Tensor cos() const;
  Tensor tanh() const;
  Tensor sigmoid() const;
  Tensor relu() const;
  Tensor erf() const;
  Tensor floor() const;
  Tensor ceil() const;
  Tensor round() const;
  Tensor pow(const Tensor& exponent) const;
  Tensor pow(Scalar exponent) const;
  Tensor clamp(std::optional<Scalar> min = std::nullopt,
               std::optional<Scalar> max = std::nullopt) const;

  // -- arithmetic in place (ops/pointwise)
  Tensor& add_(const Tensor& other, Scalar alpha = 1);
  Tensor& sub_(const Tensor& other, Scalar alpha = 1);
  Tensor& mul_(const Tensor& other);
  Tensor& div_(const Tensor& other);
  Tensor& copy_(const Tensor& source);
  Tensor& fill_(Scalar value);
  Tensor& zero_() { return fill_(0); }
  Tensor& add_(Scalar other);
  Tensor& sub_(Scalar other);
  Tensor& mul_(Scalar other);
  Tensor& div_(Scalar other);
  Tensor& neg_();
  Tensor& abs_();
  Tensor& reciprocal_();
  Tensor& sqrt_();
  Tensor& exp_();
  Tensor& log_();
  Tensor& relu_();
  Tensor& sigmoid_();
  Tensor& tanh_();
  Tensor& clamp_(std::optional<Scalar> min = std::nullopt,
                 std::optional<Scalar> max = std::nullopt);
  Tensor& pow_(Scalar exponent);
  Tensor& square_();
  Tensor& rsqrt_();
  Tensor& sin_();
  Tensor& cos_();
  Tensor& floor_();
  Tensor& ceil_();
  Tensor& round_();
  Tensor& lerp_(const Tensor& end, Scalar weight);
  Tensor& addcmul_(const Tensor& tensor1, const Tensor& tensor2, Scalar value = 1);
  Tensor& addcdiv_(const Tensor& tensor1, const Tensor& tensor2, Scalar value = 1);
  Tensor& masked_fill_(const Tensor& mask, Scalar value);
  Tensor& operator+=(const Tensor& other) { return add_(other); }
  Tensor& operator-=(const Tensor& other) { return sub_(other); }
  Tensor& operator*=(const Tensor& other) { return mul_(other); }
  Tensor& operator/=(const Tensor& other) { return div_(other); }

  // -- reductions (ops/sum, ops/mean, ...)
  Tensor sum() const;
  Tensor sum(std::span<const std::int64_t> dims, bool keepdim = false) const;
  Tensor sum(std::initializer_list<std::int64_t> dims, bool keepdim = false) const {
    return sum(std::span<const std::int64_t>(dims.begin(), dims.size()), keepdim);
  }
  Tensor mean() const;
  Tensor mean(std::initializer_list<std::int64_t> dims, bool keepdim = false) const;
  Tensor argmax() const;
  Tensor argmax(std::int64_t dim, bool keepdim = false) const;
  Tensor argmin() const;
  Tensor argmin(std::int64_t dim, bool keepdim = false) const;
  Tensor max() const;
  Tensor min() const;
  Tensor amax(std::initializer_list<std::int64_t> dims, bool keepdim = false) const;
  Tensor amin(std::initializer_list<std::int64_t> dims, bool keepdim = false) const;
  Tensor prod() const;
  Tensor prod(std::int64_t dim, bool keepdim = false) const;
  /// Of all elements, divided by their number less `correction`.
  Tensor var(std::int64_t correction = 1) const;
  Tensor var(std::initializer_list<std::int64_t> dims, std::int64_t correction = 1,
             bool keepdim = false) const;
  Tensor std(std::int64_t correction = 1) const;
  Tensor std(std::initializer_list<std::int64_t> dims, std::int64_t correction = 1,
             bool keepdim = false) const;
  Tensor norm() const;
  Tensor any() const;
  Tensor any(std::int64_t dim, bool keepdim = false) const;
  Tensor all() const;
  Tensor all(std::int64_t dim, bool keepdim = false) const;
  Tensor logsumexp(std::initializer_list<std::int64_t> dims, bool keepdim = false) const;
  Tensor cumsum(std::int64_t dim) const;
  Tensor cumprod(std::int64_t dim) const;
  Tensor softmax(std::int64_t dim) const;
  Tensor log_softmax(std::int64_t dim) const;
  Tensor matmul(const Tensor& other) const;
  Tensor bmm(const Tensor& other) const;

 private:
  TensorImpl* checked() const {
    if (!impl_) [[unlikely]]
      throw_undefined();
    return impl_.get();
  }
  int checked_axis(std::int64_t axis) const {
    if (dim() == 0) [[unlikely]]
      throw_no_axes(axis);
    return normalize_axis(axis, dim());
  }
  [[noreturn]] static void throw_no_axes(std::int64_t axis);
  [[noreturn]] static void throw_undefined();
  void check_access(DType wanted) const;
  void expose() const { impl_->storage->exposed = true; }  // see Storage

  Ptr<TensorImpl> impl_;
};

// -- operators (ops/pointwise)
Tensor operator+(const Tensor& a, const Tensor& b);
Tensor operator-(const Tensor& a, const Tensor& b);
Tensor operator*(const Tensor& a, const Tensor& b);
Tensor operator/(const Tensor& a, const Tensor& b);
Tensor operator-(const Tensor& a);
Tensor operator+(const Tensor& a, Scalar b);
Tensor operator-(const Tensor& a, Scalar b);
Tensor operator*(const Tensor& a, Scalar b);
Tensor operator/(const Tensor& a, Scalar b);
Tensor operator+(Scalar a, const Tensor& b);
Tensor operator-(Scalar a, const Tensor& b);
Tensor operator*(Scalar a, const Tensor& b);
Tensor operator/(Scalar a, const Tensor& b);

/// A number as a 0-d tensor of the dtype it takes beside `other` (see Scalar::dtype_beside).
Tensor scalar_beside(Scalar value, const Tensor& other);

/// PyTorch's text: "tensor([1., 2.], grad_fn=<Multiply>)"; large tensors are abbreviated.
std::string to_string(const Tensor& tensor);
std::ostream& operator<<(std::ostream& out, const Tensor& tensor);

/// A new handle to the same elements, layout and version, without history.
Tensor alias(const Tensor& tensor);
/// The same for the record: it stays with the old memory where a layout changes (tensor/layout.h).
Tensor alias_to_keep(const Tensor& tensor);

template <class T>
std::vector<T> Tensor::to_vector() const {
  const Tensor dense = to(dtype_of<T>()).contiguous();
  dense.check_access(dtype_of<T>());  // not data(): nobody else gets the pointer
  const T* first = static_cast<const T*>(dense.impl_->data);
  return std::vector<T>(first, first + dense.numel());
}

}  // namespace limpid

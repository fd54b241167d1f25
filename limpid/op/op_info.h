#pragma once
// A card as data: everything the rest of the library needs to know of an op, whatever its type.

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "limpid/autograd/node.h"
#include "limpid/core/error.h"
#include "limpid/core/int_pair.h"
#include "limpid/core/view.h"
#include "limpid/op/backend.h"
#include "limpid/tensor/tensors.h"

namespace limpid {

/// What people read of an op. `inputs` and `outputs` name the tensors in order: "input, weight,
/// bias?"
/// (? marks one that may be left out) or "tensors..." (any number), also behind others.
struct OpDoc {
  std::string_view name;     ///< as called: "mul"
  std::string_view title;    ///< as printed in grad_fn=<Multiply>
  std::string_view summary;  ///< one line
  std::string_view formula;  ///< one line of plain text
  std::string_view inputs = "input";
  std::string_view outputs = "output";
  std::string_view shapes = "";         ///< the shape rule in words
  std::string_view source = "";         ///< paper or specification, where there is one
  const char* file = __builtin_FILE();  ///< where the card stands
};

/// How many names such a list has, and which of them are marked (bit i).
constexpr int count_names(std::string_view list) {
  if (list.ends_with("...")) return -1;
  int count = 1;
  for (char c : list) count += c == ',';
  return count;
}
constexpr std::uint64_t optional_names(std::string_view list) {
  std::uint64_t bits = 0;
  int at = 0;
  for (char c : list) {
    if (c == '?') bits |= std::uint64_t{1} << at;
    at += c == ',';
  }
  return bits;
}

/// How the dtypes of the inputs meet before the kernel runs.
enum class Promotion : std::uint8_t {
  none,     ///< each input stays as it is; infer() judges
  common,   ///< all become their common dtype (torch.result_type)
  floating  ///< the same, and integers become the default float dtype
};

/// How far two right answers may lie apart (see tests/tolerance.h).
enum class Accuracy : std::uint8_t {
  pointwise,  ///< relative to the value
  terms       ///< relative to the sum of the absolute values of the terms that were added
};

/// What mixed precision does to an op.
enum class MixedPrecision : std::uint8_t {
  follow,  ///< computes in the dtype that arrives
  lower,   ///< worth a 16-bit float: products of matrices, convolutions
  f32      ///< needs float32: exponentials, sums, losses
};

struct OpTraits {
  Promotion promotion = Promotion::none;
  bool broadcasts = false;  ///< inputs are read broadcast to the output; gradients are summed back
  bool pointwise = false;   ///< output element i depends on input elements i only
  bool random = false;      ///< draws from (seed, offset), which are attributes
  bool updates = false;     ///< output = input 0 with elements changed: may run where input 0 lies
  bool keeps_layout = false;  ///< outputs lie as input 0 does, channels-last too (tensor/layout.h)
  bool data_dependent = false;  ///< the output's shape depends on elements: measure() finds it
  Accuracy accuracy = Accuracy::pointwise;
  MixedPrecision mixed_precision = MixedPrecision::follow;
  std::uint32_t constant_outputs = 0;  ///< bit i: output i has no gradient, though it is a float
};

/// The inputs of a call as shape rules see them.
class Inputs {
 public:
  Inputs(TensorImpl* const* tensors, std::size_t count)
      : tensors_(tensors), count_(static_cast<int>(count)) {}
  int size() const { return count_; }
  bool defined(int i) const { return i < count_ && tensors_[i]; }
  const Spec& operator[](int i) const { return tensors_[i]->spec; }
  const Strides& strides(int i) const { return tensors_[i]->strides; }
  TensorImpl* impl(int i) const { return tensors_[i]; }
  AnyView view(int i) const { return tensors_[i] ? tensors_[i]->as_view() : AnyView{}; }
  TensorImpl* const* begin() const { return tensors_; }
  TensorImpl* const* end() const { return tensors_ + count_; }

 private:
  TensorImpl* const* tensors_;
  int count_;
};

/// Which inputs need a gradient.
struct Needs {
  std::uint64_t bits = 0;
  bool operator[](int i) const { return i >= 64 || (bits >> i & 1); }
  explicit operator bool() const { return bits != 0; }
};

/// What a node keeps for its gradient: bit i of `inputs` and `outputs`; `specs`: shape and dtype of
/// every input.
struct Saves {
  std::uint64_t inputs = 0;
  std::uint32_t outputs = 0;
  bool specs = false;
  static constexpr std::uint64_t kAll = ~std::uint64_t{0};
};

/// What a gradient works with.
class Backward {
 public:
  Backward(std::span<const Tensor> dy, std::span<const Edge> edges, const class OpNode& node)
      : dy_(dy), edges_(edges), node_(node) {}
  /// Gradient of an output; undefined when none arrived (only ops with several outputs see that).
  const Tensor& dy(int output = 0) const { return dy_[static_cast<std::size_t>(output)]; }
  int inputs() const { return static_cast<int>(edges_.size()); }
  bool needs(int input) const { return edges_[static_cast<std::size_t>(input)].to != nullptr; }
  /// A saved input; undefined for an optional one that was not given.
  Tensor input(int i = 0) const;
  /// A saved output.
  Tensor output(int i = 0) const;
  /// Shape, dtype and device of an input, of a card that saves specs.
  const Spec& input_spec(int i = 0) const;
  const Shape& input_shape(int i = 0) const { return input_spec(i).shape; }
  /// Room for the gradient of an input (of a card that saves specs), which lies as the input did.
  Tensor empty_input(int i = 0) const;

 private:
  std::span<const Tensor> dy_;
  std::span<const Edge> edges_;
  const OpNode& node_;
};

/// Shape, strides and offset (in elements) of a view of an input.
struct Layout {
  Shape shape;
  Strides strides;
  std::int64_t offset = 0;
};

using AttributeValue = std::variant<bool, std::int64_t, std::uint64_t, double, Scalar, Shape, DType,
                                    std::string, IntPair>;
struct Attribute {
  std::string_view name;
  AttributeValue value;
};
std::string to_string(const AttributeValue& value);

using Kernel = void (*)(const void* op, const Io& io);
using BackwardKernel = Tensors (*)(const void* op, const Backward& backward);
using Measure = Shape (*)(const void* op, const Inputs& in);
using LayoutChoice = bool (*)(const void* op, const Inputs& in);

/// The row of a card. Entries that a card does not have are null.
struct OpInfo {
  OpDoc doc;
  OpTraits traits;
  const char* no_gradient = nullptr;  ///< the reason, for ops that have none
  int input_count = 1;                ///< -1: any number
  int output_count = 1;
  std::uint64_t optional_inputs = 0;  ///< bit i: input i may be undefined
  std::size_t size = 0;               ///< of the card's attributes
  void (*copy)(void* to, const void* from) = nullptr;
  void (*destroy)(void* op) = nullptr;
  std::vector<Attribute> (*attributes)(const void* op) = nullptr;
  Spec (*infer)(const void* op, const Inputs& in) = nullptr;
  void (*infer_all)(const void* op, const Inputs& in, Spec* out) = nullptr;
  Layout (*layout)(const void* op, const Inputs& in) = nullptr;  ///< views only
  double (*flops)(const void* op, const Inputs& in) = nullptr;   ///< null: a few a byte
  LayoutChoice channels_last = nullptr;  ///< whether outputs are to lie so; null: by the traits
  bool has_layout_rule = false;          ///< outputs may lie in another order than row-major
  Saves (*saves)(Needs needs) = nullptr;
  Tensors (*gradient)(const void* op, const Backward& backward) = nullptr;
  Kernel reference = nullptr;
  std::array<Kernel, kDeviceTypes> kernels{};
  std::array<BackwardKernel, kDeviceTypes> fused{};  ///< optional faster gradients
  std::array<Measure, kDeviceTypes> measure{};

  /// "weight" for input 1 of conv2d; "tensors 3" for input 3 of cat; of "input, indices...":
  /// "indices 0" for input 1.
  std::string input_name(int i) const;
};

/// An op with its attributes, of whatever card.
class AnyOp {
 public:
  AnyOp(const OpInfo& info, const void* op);
  AnyOp(const AnyOp& o) : AnyOp(*o.info_, o.op_) {}
  AnyOp(AnyOp&& o) noexcept : info_(o.info_), op_(std::exchange(o.op_, nullptr)) {}
  AnyOp& operator=(AnyOp o) noexcept {
    std::swap(info_, o.info_);
    std::swap(op_, o.op_);
    return *this;
  }
  ~AnyOp();
  const OpInfo& info() const { return *info_; }
  const void* get() const { return op_; }

 private:
  const OpInfo* info_;
  void* op_;
};

}  // namespace limpid

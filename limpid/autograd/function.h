#pragma once
// Nodes that users write: a forward and a backward of their own, as torch.autograd.Function.
//
//   struct Cube : Function {
//     std::string_view name() const override { return "Cube"; }
//     Tensors forward(FunctionContext& context, const Tensors& x) override {
//       context.save_for_backward({x[0]});
//       return {x[0] * x[0] * x[0]};
//     }
//     Tensors backward(FunctionContext& context, const Tensors& dy) override {
//       const Tensor x = context.saved()[0];
//       return {dy[0] * x * x * full_like(x, 3)};
//     }
//   };
//   Tensor y = apply(Cube{}, {x})[0];

#include <concepts>
#include <memory>

#include "limpid/tensor/tensors.h"

namespace limpid {

/// What forward tells backward. Lives with the node, one for each call.
class FunctionContext {
 public:
  /// Keeps tensors for backward; a second call replaces those of the first. Inputs and outputs come
  /// back with their history (so that backward can be differentiated), others as constants. Tensors
  /// kept in members of the Function instead are not checked for changes, and an output there never
  /// dies.
  void save_for_backward(const Tensors& tensors) { saved_ = tensors; }
  /// What forward saved, in its order. GraphError when it was freed, or changed in place since.
  Tensors saved() const;
  /// True when backward must give a gradient for input i; may be left undefined otherwise.
  bool needs_input_grad(int i) const;
  /// `output`, which forward is about to return, gets no history.
  void mark_non_differentiable(const Tensor& output) { constant_.push_back(output); }
  /// False: backward gets undefined tensors, and not zeros, for outputs whose gradient never came.
  void set_materialize_grads(bool on) { materialize_ = on; }

 private:
  friend class FunctionNode;
  std::vector<bool> needs_;
  Tensors saved_;
  std::vector<Tensor> constant_;
  bool materialize_ = true;
  const class FunctionNode* node_ = nullptr;  ///< none while forward runs
};

/// Derive from it, with what forward and backward need besides tensors as members.
class Function {
 public:
  virtual ~Function() = default;
  /// Appears as grad_fn=<name> and in messages.
  virtual std::string_view name() const = 0;
  /// The outputs. Runs without recording.
  virtual Tensors forward(FunctionContext& context, const Tensors& inputs) = 0;
  /// One gradient an input, of the input's shape; undefined where none is needed. `dy` has one
  /// gradient an output, zeros where none arrived. Recorded under create_graph.
  virtual Tensors backward(FunctionContext& context, const Tensors& dy) = 0;
};

/// Runs forward and records the call if an input requires grad. Outputs that forward did not make
/// itself (inputs, views of them, one tensor twice) are copied, so that each has memory of its own.
/// ValueError for an undefined output; backward throws ShapeError for gradients that do not fit.
Tensors apply(std::unique_ptr<Function> function, const Tensors& inputs);
template <std::derived_from<Function> F>
Tensors apply(F function, const Tensors& inputs) {
  return apply(std::unique_ptr<Function>(std::make_unique<F>(std::move(function))), inputs);
}

}  // namespace limpid

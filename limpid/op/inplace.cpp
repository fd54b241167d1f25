#include "limpid/op/inplace.h"

#include <array>

#include "limpid/autograd/grad_mode.h"
#include "limpid/autograd/inplace.h"
#include "limpid/core/error.h"
#include "limpid/core/layer_path.h"
#include "limpid/core/str.h"
#include "limpid/op/observe.h"

namespace limpid {

namespace {

/// Whether a change of the target, which reads `in`, must be recorded: also when the target is a
/// view without a history (made under no_grad) of a base that has one.
bool needs_grad(const Tensor& target, const Inputs& in) {
  if (!is_grad_enabled()) return false;
  if (target->view && target->view_base->node()) return true;
  for (TensorImpl* t : in)
    if (t && t->node()) return true;
  return false;
}

/// Whether a step along axis b is some steps along axis a: windows that overlap (unfold_view).
bool meet(const Tensor& target, int a, int b) {
  const std::int64_t s = std::abs(target.strides()[a]), t = std::abs(target.strides()[b]);
  return s && t && target.shape()[b] > 1 && t % s == 0 && t / s < target.shape()[a];
}

/// Elements that several indices share (an expanded axis) cannot be written one by one.
void check_writable(const Tensor& target) {
  if (target->contiguous) return;  // also when it has no elements
  for (int b = 0; b < target.dim(); ++b)
    for (int a = 0; a < b; ++a)
      if (meet(target, a, b) || meet(target, b, a))
        throw ShapeError(str("dimensions ", a, " and ", b,
                             " of the target overlap: several of its elements are one place in "
                             "memory; write to a clone()"));
  for (int axis = 0; axis < target.dim(); ++axis)
    if (target.strides()[axis] == 0 && target.shape()[axis] > 1)
      throw ShapeError(str("dimension ", axis,
                           " of the target is expanded: several of its elements "
                           "are one place in memory; write to a clone()"));
}

void check_fits(const Tensor& target, const Spec& value) {
  if (!broadcasts_to(value.shape, target.shape()))
    throw ShapeError(str("a value of shape ", value.shape, " does not fit the target of shape ",
                         target.shape(), ", which cannot grow in place"));
  if (!can_cast(value.dtype, target.dtype()))
    throw DTypeError(str("a result of ", value.dtype, " cannot be written into a target of ",
                         target.dtype(), "; convert the target with .to() first"));
  if (!(value.device == target.device()))
    throw DeviceError(str("the target is on ", target.device(), " but the value is on ",
                          value.device, "; move one with .to(device)"));
}

/// True when both look at the same memory in different ways, so that writing one element could
/// change another that is still to be read.
bool overlaps(const TensorImpl& target, const TensorImpl& other) {
  if (target.storage.get() != other.storage.get()) return false;
  return target.data != other.data || !(target.strides == other.strides) ||
         !(target.spec.shape == other.spec.shape);
}

/// Moves the history of `value` (broadcast and converted) to `target`.
void take_history(const Tensor& target, Tensor value) {
  if (value.dtype() != target.dtype()) value = value.to(target.dtype());
  if (!(value.shape() == target.shape())) value = value.expand(target.shape());
  Node* node = value->node();
  if (node) node->references.increment();
  rebase_history(target, node, value->output_index);
}

void assign_checked(const Tensor& target, const Tensor& value, const char* name) {
  check_writable(target);
  check_fits(target, value.spec());
  TensorImpl* both[] = {target.impl(), value.impl()};
  const bool records = needs_grad(target, Inputs(both, 2));
  check_inplace(target, records);
  write_elements(target, overlaps(*target.impl(), *value.impl()) ? value.detach().clone() : value);
  bump_version(target, name);
  if (records) take_history(target, value);
}

/// Whether a kernel that writes to the target may read this input while it does.
bool may_read(const OpInfo& info, const Tensor& target, const Inputs& in, int i) {
  if (!in.defined(i) || !(in[i].device == target.device())) return false;
  if (info.traits.updates) return i == 0 || in.impl(i)->storage.get() != target->storage.get();
  return in[i].dtype == target.dtype() && !overlaps(*target.impl(), *in.impl(i));
}

/// The short way: nothing is recorded and the kernel may write where it reads.
bool write_directly(const OpInfo& info, const void* op, const Tensor& target, const Inputs& in) {
  if (!info.traits.pointwise && !info.traits.updates) return false;
  if (target.device().type == DeviceType::meta) return false;
  constexpr int kMost = 8;
  if (in.size() > kMost) return false;
  // Integers that become floats first: their result does not fit, as assign() will say.
  if (info.traits.promotion == Promotion::floating && !is_floating(target.dtype())) return false;
  AnyView views[kMost];
  for (int i = 0; i < in.size(); ++i) {
    if (!may_read(info, target, in, i)) return false;
    views[i] = in.view(i);
  }
  const Spec result = info.infer(op, in);
  if (!(result.shape == target.shape()) || result.dtype != target.dtype()) return false;
  const std::array out{target->as_view()};
  const Kernel kernel = info.kernels[static_cast<std::size_t>(target.device().type)];
  if (!kernel) return false;
  WorkScope scope(info.doc.name);
  if (scope.watched()) [[unlikely]]
    scope.describe(info, op, in, out);
  kernel(op, Io{{views, static_cast<std::size_t>(in.size())}, out});
  return true;
}

}  // namespace

void assign(const Tensor& target, const Tensor& value, const char* name) {
  try {
    assign_checked(target, value, name);
  } catch (Error& error) {
    const std::string layer = current_layer_path();
    error.add_context(name, str("target ", target.shape(), ", value ", value.shape(),
                                layer.empty() ? "" : ", layer ", layer));
    throw;
  }
}

void apply_inplace(const OpInfo& info, const void* op, const Tensor& target, Inputs in,
                   const char* name) {
  const bool records = needs_grad(target, in);
  try {
    check_writable(target);
    check_inplace(target, records);
    if (!records && write_directly(info, op, target, in)) return bump_version(target, name);
  } catch (Error& error) {
    error.add_context(name, str("target ", target.shape()));
    throw;
  }
  // The card may save what is about to be overwritten: then it gets a copy.
  std::vector<TensorImpl*> inputs(in.begin(), in.end());
  std::vector<Tensor> copies;
  std::uint64_t saved = records && info.saves ? info.saves(Needs{Saves::kAll}).inputs : 0;
  for (TensorImpl*& input : inputs) {
    const bool kept = saved & 1;
    saved >>= 1;
    if (!kept || !input || input->storage.get() != target->storage.get()) continue;
    copies.push_back(Tensor(Ptr<TensorImpl>::share(input)).clone());
    input = copies.back().impl();
  }
  assign(target, apply_one(info, op, Inputs(inputs.data(), inputs.size())), name);
}

}  // namespace limpid

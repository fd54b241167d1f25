#pragma once
// The object behind a Tensor handle: a layout over a storage, and its place in the record.

#include <cstdint>

#include "limpid/core/refcount.h"
#include "limpid/core/spec.h"
#include "limpid/core/view.h"
#include "limpid/tensor/storage.h"

namespace limpid {

class Node;
class Tensor;
struct TensorImpl;
/// Defined in autograd/node.cpp.
void release_node(Node* node);
void release_leaf(TensorImpl* impl);
/// Defined in tensor/layout.cpp.
void leave_shared_layout(TensorImpl* impl);
/// Set by a language binding: lets go of the object that a dying tensor kept.
using ReleaseBinding = void (*)(void* object);
extern ReleaseBinding release_binding;

/// One step from a tensor to a view of it. Every view op leaves one, with or without grad, so that
/// a later change in place through the view reaches the history of its base (autograd/inplace.h).
/// Steps know no tensor, so that a node may keep them without a cycle.
struct ViewStep {
  Refcount references;
  Ptr<ViewStep> parent;            ///< the step before; none: the first one from the base
  bool made_without_grad = false;  ///< under no_grad: its history may not be changed in place

  virtual ~ViewStep() = default;
  /// Applies this one step.
  virtual Tensor replay(const Tensor& source) const = 0;
  /// Frees a chain of a million steps without recursion.
  static void destroy(ViewStep* step);
};
/// Applies all steps up to `last`, from the base on.
Tensor replay(const Ptr<ViewStep>& last, const Tensor& base);

struct TensorImpl {
  Refcount references;
  std::uint16_t output_index = 0;  ///< which output of node_ this is
  bool contiguous = true;
  bool owns_grad = false;     ///< a node knows this object as the place for .grad
  bool chosen = false;        ///< over memory whose layout the engine chose (tensor/layout.h)
  bool listed = false;        ///< with others over such memory, who move together
  std::uint32_t history = 0;  ///< base: changes of its history in place; view: those it has seen
  Spec spec;
  Strides strides;  ///< in elements; 0 and negative values are allowed
  std::int64_t numel = 0;
  void* data = nullptr;  ///< first element, inside storage
  Ptr<Storage> storage;
  Node* node_ = nullptr;      ///< owned; none: needs no gradient
  Ptr<ViewStep> view;         ///< last step from view_base to this tensor; none: no view
  Ptr<TensorImpl> view_base;  ///< never itself a view
  Ptr<TensorImpl> grad;
  void* binding = nullptr;  ///< the object of a language binding that stands for this tensor

  TensorImpl() = default;
  TensorImpl(const TensorImpl&) = delete;
  TensorImpl& operator=(const TensorImpl&) = delete;

  /// A fresh contiguous tensor of the spec that `make()` returns. The spec is built in place:
  /// moving a Shape that was just written stalls the processor's store buffer.
  template <class Make>
  requires std::is_invocable_r_v<Spec, Make>
  explicit TensorImpl(Make&& make) : spec(make()), strides(spec.rank()) { allocate_contiguous(); }
  ~TensorImpl() {
    if (owns_grad | listed) [[unlikely]]
      let_go();
    if (node_) release_node(node_);
    if (binding) [[unlikely]]
      release_binding(binding);
  }

  /// The producer of this tensor. A view whose base was changed in place since gets a new one
  /// first.
  Node* node() {
    if (view) [[unlikely]]
      refresh_view();
    return node_;
  }
  /// Takes over one reference to `node` in place of the old history.
  void set_node(Node* node, int output = 0) {
    if (node_) release_node(node_);
    node_ = node;
    output_index = static_cast<std::uint16_t>(output);
  }
  /// Takes the elements and layout of another tensor in place of its own.
  void set_memory(TensorImpl& from);
  AnyView as_view() const {
    return {
        data,       spec.shape.data(), strides.data(), numel, static_cast<std::int8_t>(spec.rank()),
        spec.dtype, contiguous,        storage.get()};
  }

  static void destroy(TensorImpl* p) { delete p; }
  static void* operator new(std::size_t n) { return allocate(n); }
  static void operator delete(void* p, std::size_t n) { deallocate(p, n); }

 private:
  void allocate_contiguous() {
    const std::int64_t* sizes = spec.shape.data();
    std::int64_t* steps = strides.data();
    std::int64_t count = 1;
    bool overflow = false;
    for (int i = spec.rank(); i-- > 0;) {
      steps[i] = count;
      overflow |= sizes[i] < 0;
      overflow |= __builtin_mul_overflow(count, sizes[i] > 0 ? sizes[i] : 1, &count);
    }
    for (int i = 0; i < spec.rank(); ++i)
      if (sizes[i] == 0) [[unlikely]]
        count = 0;
    if (overflow || count > kMaxElements) [[unlikely]]
      throw_impossible_shape(spec.shape);
    numel = count;
    storage = Storage::make(static_cast<std::size_t>(count) * size_of(spec.dtype), spec.device);
    data = storage->data;
  }
  void let_go() {
    if (listed) leave_shared_layout(this);
    if (owns_grad) release_leaf(this);
  }
  static constexpr std::int64_t kMaxElements = std::int64_t{1} << 56;
  [[noreturn]] static void throw_impossible_shape(const Shape& shape);
  void refresh_view();  // defined in autograd/inplace.cpp
};

}  // namespace limpid

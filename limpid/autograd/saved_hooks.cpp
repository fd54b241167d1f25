#include "limpid/autograd/saved_hooks.h"

#include "limpid/autograd/grad_mode.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"

namespace limpid {

constinit thread_local const PackHook* detail::pack_hook = nullptr;

namespace {

/// On the storage, without bytes, of a tensor that stands for one that was packed.
struct PackedElements final : StorageAttachment {
  std::unique_ptr<Packed> packed;
  explicit PackedElements(std::unique_ptr<Packed> p) : packed(std::move(p)) {}
};

std::vector<std::unique_ptr<const PackHook>>& hooks() {
  thread_local std::vector<std::unique_ptr<const PackHook>> stack;
  return stack;
}

bool same(const Spec& a, const Spec& b) {
  return a.shape == b.shape && a.dtype == b.dtype && a.device == b.device;
}

/// A hook's own ops are not recorded, and save what they save as usual.
struct InsideHook {
  const PackHook* before = std::exchange(detail::pack_hook, nullptr);
  NoGrad no_grad;
  ~InsideHook() { detail::pack_hook = before; }
};

}  // namespace

void push_pack_hook(PackHook hook) {
  hooks().push_back(std::make_unique<const PackHook>(std::move(hook)));
  detail::pack_hook = hooks().back().get();
}

void pop_pack_hook() {
  if (hooks().empty()) throw ValueError("there are no hooks on saved tensors to take away");
  hooks().pop_back();
  detail::pack_hook = hooks().empty() ? nullptr : hooks().back().get();
}

SavedTensor detail::pack(const Tensor& tensor) {
  const PackHook& hook = *pack_hook;
  const InsideHook guard;
  Tensor stand_in = alias_to_keep(tensor);
  stand_in->storage = Storage::make(0, tensor.device());
  stand_in->data = nullptr;
  stand_in->chosen = false;
  stand_in->storage->attach(
      Ptr<StorageAttachment>::adopt(new PackedElements(hook(tensor.detach()))));
  return {stand_in, stand_in->storage->version};
}

Tensor restored(const SavedTensor& saved) {
  const Tensor& kept = saved.tensor;
  if (kept->storage->bytes) [[likely]]
    return kept;
  const Ptr<StorageAttachment> attached = kept->storage->attachment();
  const auto* elements = dynamic_cast<const PackedElements*>(attached.get());
  if (!elements) return kept;
  const InsideHook guard;
  Tensor again = elements->packed->unpack();
  if (!again.defined() || !same(again.spec(), kept.spec()))
    throw ShapeError(str("a hook on saved tensors was given ", kept.spec(), " and gave back ",
                         again.defined() ? str(again.spec()) : "nothing"));
  return again;
}

}  // namespace limpid

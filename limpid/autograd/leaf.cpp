#include "limpid/autograd/leaf.h"

#include <algorithm>

#include "limpid/autograd/grad_mode.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/tensor/layout.h"

namespace limpid {

namespace {
/// True when nobody else can see the elements, so that they may be kept or changed.
bool is_sole_owner(const Tensor& t) {
  return t->references.value() == 1 && t->storage->references.value() == 1 &&
         (t->contiguous || is_channels_last(*t.impl()));
}
}  // namespace

void add_to_grad(TensorImpl& impl, Tensor gradient, bool create_graph) {
  GradMode mode(create_graph);
  if (!impl.grad) {
    if (!create_graph && !is_sole_owner(gradient)) gradient = gradient.clone();
    impl.grad = Ptr<TensorImpl>::share(gradient.impl());
    return;
  }
  Tensor current{impl.grad};
  if (create_graph) impl.grad = Ptr<TensorImpl>::share((current + gradient).impl());
  else current.add_(gradient);
}

void Leaf::check(const Tensor& gradient) {
  std::lock_guard lock(mutex_);
  if (!owner_) return;
  if (!(gradient.shape() == owner_->spec.shape) || gradient.dtype() != owner_->spec.dtype)
    throw ShapeError(
        str("backward: a gradient of ", gradient.spec(), " arrived at a leaf of ", owner_->spec));
}

Tensor Leaf::owner() {
  std::lock_guard lock(mutex_);
  return owner_ ? Tensor(Ptr<TensorImpl>::share(owner_)) : Tensor();
}

/// What dies here dies without the mutex: a tensor of Python may wait for Python's lock, and who
/// has that may wait for the mutex.
void Leaf::accumulate(Tensor gradient, bool create_graph) {
  Ptr<TensorImpl> replaced;
  Tensor added;
  {
    std::lock_guard lock(mutex_);
    if (owner_) {
      replaced = owner_->grad;
      if (replaced || gradient->binding) added = gradient;
      add_to_grad(*owner_, std::move(gradient), create_graph);
    }
    if (!owner_ || hooks_.empty()) return;
  }
  call_hooks();
}

/// Without the mutex, since a hook may do anything: run a pass, change hooks, drop the tensor.
void Leaf::call_hooks() {
  std::vector<std::pair<std::int64_t, Hook>> hooks;
  {
    std::lock_guard lock(mutex_);
    hooks = hooks_;
  }
  for (const auto& [id, hook] : hooks) hook();
}

std::int64_t Leaf::add_hook(Hook hook) {
  std::lock_guard lock(mutex_);
  hooks_.emplace_back(++next_hook_, std::move(hook));
  return next_hook_;
}

void Leaf::remove_hook(std::int64_t id) {
  std::vector<std::pair<std::int64_t, Hook>> dropped;  // its destructor may do anything, too
  std::lock_guard lock(mutex_);
  const auto found = std::find_if(hooks_.begin(), hooks_.end(),
                                  [&](const auto& hook) { return hook.first == id; });
  if (found == hooks_.end()) return;
  dropped.push_back(std::move(*found));
  hooks_.erase(found);
}

void Leaf::each_hook(const std::function<void(const Hook&)>& look) {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock) return;
  for (const auto& [id, hook] : hooks_) look(hook);
}

void Leaf::drop_hooks() {
  std::vector<std::pair<std::int64_t, Hook>> dropped;
  std::lock_guard lock(mutex_);
  dropped.swap(hooks_);
}

void Leaf::forget() {
  std::lock_guard lock(mutex_);
  owner_ = nullptr;
}

void Leaf::destroy() {
  this->~Leaf();
  deallocate(this, sizeof(Leaf));
}

/// Called by a tensor that dies while a node knows it as the place of a gradient.
void release_leaf(TensorImpl* impl) {
  if (impl->node_->is_leaf()) return static_cast<Leaf*>(impl->node_)->forget();
  std::erase_if(impl->node_->extras().retained, [&](auto& r) { return r.second == impl; });
}

}  // namespace limpid

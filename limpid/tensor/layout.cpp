#include "limpid/tensor/layout.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <unordered_map>

namespace limpid {

namespace {

/// Tensors over memory of a chosen layout, where there are several, by their memory. Few come here:
/// a map and what detach() gave of it.
struct Families {
  std::mutex mutex;
  std::unordered_map<const Storage*, std::vector<TensorImpl*>> of;
};

Families& families() {
  static auto* all = new Families;  // outlives tensors of static storage duration
  return *all;
}

constinit std::atomic<std::int64_t> copies = 0;

}  // namespace

bool is_channels_last(const AnyView& map) {
  if (map.rank != 4 || map.contiguous || map.numel == 0) return false;
  const std::int64_t n = map.shape[0], c = map.shape[1], h = map.shape[2], w = map.shape[3];
  const auto steps = [&](int axis, std::int64_t size, std::int64_t stride) {
    return size == 1 || map.strides[axis] == stride;
  };
  return c > 1 && h * w > 1 && map.strides[1] == 1 && steps(3, w, c) && steps(2, h, w * c) &&
         steps(0, n, h * w * c);
}

bool has_channels_last_order(const TensorImpl& t) {
  if (t.contiguous || t.spec.rank() != 4 || t.numel == 0) return false;
  const Shape& shape = t.spec.shape;
  const Strides& steps = t.strides;
  return shape[1] > 1 && shape[2] * shape[3] > 1 && steps[1] == 1 && steps[3] >= shape[1] &&
         steps[2] >= shape[3] * steps[3] && steps[0] >= shape[2] * steps[2];
}

void lay_channels_last(TensorImpl& fresh) {
  const Shape& shape = fresh.spec.shape;
  if (shape.rank() != 4 || shape[1] == 1 || shape[2] * shape[3] == 1 || fresh.numel == 0) return;
  const std::int64_t c = shape[1], w = shape[3];
  fresh.strides = Strides{shape[2] * w * c, 1, w * c, c};
  fresh.contiguous = false;
  fresh.chosen = true;
}

Tensor empty_as(const Spec& spec, const TensorImpl& like) {
  Tensor out{Ptr<TensorImpl>::adopt(new TensorImpl([&]() -> Spec { return spec; }))};
  if (is_channels_last(like)) lay_channels_last(*out.impl());
  return out;
}

void share_layout(TensorImpl& source, TensorImpl& copy) {
  std::lock_guard lock(families().mutex);
  if (!source.chosen) return;  // moved meanwhile
  std::vector<TensorImpl*>& family = families().of[source.storage.get()];
  if (!source.listed) family.push_back(&source);
  family.push_back(&copy);
  copy.chosen = true;
  source.listed = copy.listed = true;
}

void leave_shared_layout(TensorImpl* impl) {
  std::lock_guard lock(families().mutex);
  impl->listed = false;
  const auto found = families().of.find(impl->storage.get());
  if (found == families().of.end()) return;
  std::erase(found->second, impl);
  if (found->second.empty()) families().of.erase(found);
}

void with_shared_layout(TensorImpl& tensor, MoveAll move) {
  std::lock_guard lock(families().mutex);
  if (!tensor.chosen) return;  // another thread was here first
  std::vector<TensorImpl*> all{&tensor};
  if (tensor.listed) all = families().of.at(tensor.storage.get());
  const Storage* const memory = tensor.storage.get();
  move(all);
  if (tensor.listed) families().of.erase(memory);
  for (TensorImpl* t : all) t->chosen = t->listed = false;
}

void TensorImpl::set_memory(TensorImpl& from) {
  if (this == &from) return;
  if (listed) leave_shared_layout(this);
  spec = from.spec;
  strides = from.strides;
  numel = from.numel;
  data = from.data;
  contiguous = from.contiguous;
  storage = from.storage;
  chosen = false;
  if (from.chosen) share_layout(from, *this);
}

std::int64_t layout_copies() { return copies.load(std::memory_order_relaxed); }

void count_meeting(const TensorImpl& a, const TensorImpl& b) {
  if (a.contiguous != b.contiguous && a.numel == b.numel &&
      is_channels_last(a) != is_channels_last(b))
    count_layout_copy();
}

void count_layout_copy() { copies.fetch_add(1, std::memory_order_relaxed); }

}  // namespace limpid

#pragma once
// Memory that one or several tensors (a tensor and its views) share.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>

#include "limpid/core/device.h"
#include "limpid/core/refcount.h"
#include "limpid/tensor/allocator.h"

namespace limpid {

/// What somebody made of the elements and keeps with them, as weights packed for a kernel. Lives as
/// long as the storage, or until another takes its place.
struct StorageAttachment {
  Refcount references;
  std::uint32_t version = 0;  ///< of the storage when it was made; it counts only while they agree

  virtual ~StorageAttachment() = default;
  static void destroy(StorageAttachment* a) { delete a; }
};

/// Header and elements are one block. `version` counts in-place changes, so that backward notices
/// when a saved tensor is no longer what it was; `changed_by` names the op that changed it last.
struct Storage {
  static constexpr std::size_t kHeader = 64;

  Refcount references;
  std::uint32_t version = 0;
  Device device;
  std::atomic<bool> exposed =
      false;  ///< others hold a pointer to the elements and may change them unseen
  std::size_t bytes = 0;
  void* data = nullptr;
  const char* changed_by = nullptr;
  void (*release)(void* owner) = nullptr;  ///< memory of somebody else: how to give it back
  void* owner = nullptr;
  Ptr<StorageAttachment> attached;  ///< through attachment() and attach(): threads may share us

  /// What is attached now, or none; the caller shares it, so that another thread may replace it.
  Ptr<StorageAttachment> attachment();
  /// Attaches `a` in place of what there was.
  void attach(Ptr<StorageAttachment> a);

  /// `bytes` bytes on `device` (none at all on meta).
  static Ptr<Storage> make(std::size_t bytes, Device device) {
    const std::size_t size = device.type == DeviceType::meta ? 0 : bytes;
    auto* s = new (allocate(kHeader + size)) Storage;
    s->device = device;
    s->bytes = size;
    s->data = device.type == DeviceType::meta ? nullptr : reinterpret_cast<char*>(s) + kHeader;
    return Ptr<Storage>::adopt(s);
  }
  /// Memory of `owner`, given back by `release(owner)` when the last tensor over it dies.
  static Ptr<Storage> borrow(void* data, std::size_t bytes, Device device, void* owner,
                             void (*release)(void*)) {
    auto* s = new (allocate(kHeader)) Storage;
    s->device = device;
    s->bytes = bytes;
    s->data = data;
    s->owner = owner;
    s->release = release;
    s->exposed = true;
    return Ptr<Storage>::adopt(s);
  }
  static void destroy(Storage* s) {
    if (s->release) [[unlikely]] {
      s->release(s->owner);
      s->bytes = 0;  // the block is the header alone
    }
    const std::size_t size = kHeader + s->bytes;
    s->~Storage();
    deallocate(s, size);
  }
};
static_assert(sizeof(Storage) <= Storage::kHeader);

}  // namespace limpid

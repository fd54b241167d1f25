#include "limpid/tensor/storage.h"

#include <mutex>

namespace limpid {

namespace {
constinit std::mutex attachments;  // held for as long as a pointer takes to copy
}  // namespace

Ptr<StorageAttachment> Storage::attachment() {
  std::lock_guard lock(attachments);
  return attached;
}

void Storage::attach(Ptr<StorageAttachment> a) {
  std::lock_guard lock(attachments);
  attached.swap(a);
}  // what was replaced goes after the lock

}  // namespace limpid

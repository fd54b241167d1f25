#include "limpid/backends/cpu/packed_weight.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "limpid/core/shape.h"
#include "limpid/tensor/allocator.h"
#include "limpid/tensor/storage.h"

namespace limpid {

namespace {

/// Most bytes that all packed weights may take together.
std::size_t limit() {
  static const std::size_t bytes = [] {
    const char* mebibytes = std::getenv("LIMPID_PACKED_WEIGHTS_MB");
    return static_cast<std::size_t>(mebibytes ? std::strtoull(mebibytes, nullptr, 10) : 1024) << 20;
  }();
  return bytes;
}

/// One packed form of the weight that lies at `data` in its storage. No block: seen once.
struct Entry {
  std::string_view kind;
  std::int64_t variant;
  const void* data;
  DType dtype;
  Shape shape;
  Ptr<PackedBlock> block;

  bool is(std::string_view k, std::int64_t v, const AnyView& weight) const {
    return variant == v && data == weight.data && dtype == weight.dtype && kind == k &&
           shape == Shape(std::span(weight.shape, static_cast<std::size_t>(weight.rank)));
  }
};

/// All that is kept with a storage. Never changed once attached: other threads may read it.
struct PackedForms final : StorageAttachment {
  static constexpr std::size_t kMost = 4;  ///< the latest: forward, gradient, other image sizes
  std::vector<Entry> entries;
};

/// What is attached and still true of the elements.
Ptr<StorageAttachment> current(const AnyView& weight) {
  Ptr<StorageAttachment> attached = weight.storage->attachment();
  return attached && attached->version == weight.storage->version ? attached : nullptr;
}

std::vector<Entry> entries_of(const Ptr<StorageAttachment>& attached) {
  const auto* forms = dynamic_cast<const PackedForms*>(attached.get());
  return forms ? forms->entries : std::vector<Entry>();
}

}  // namespace

Ptr<PackedBlock> PackedBlock::make(std::size_t bytes) {
  Ptr<PackedBlock> block = Ptr<PackedBlock>::adopt(new PackedBlock);
  block->data = allocate(bytes);
  block->bytes = bytes;
  count_packed(static_cast<std::ptrdiff_t>(bytes));
  return block;
}

void PackedBlock::destroy(PackedBlock* block) {
  if (block->data) {
    deallocate(block->data, block->bytes);
    count_packed(-static_cast<std::ptrdiff_t>(block->bytes));
  }
  delete block;
}

PackedWeight::PackedWeight(const AnyView* weight, std::string_view kind, std::int64_t variant,
                           std::size_t bytes)
    : weight_(weight), kind_(kind), variant_(variant) {
  if (!weight || !weight->storage || !weight->contiguous || weight->storage->exposed) return;
  version_ = weight->storage->version;
  const std::vector<Entry> entries = entries_of(current(*weight));
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const Entry& e) { return e.is(kind, variant, *weight); });
  if (found == entries.end()) {  // to be known the next time
    keep();
    return;
  }
  block_ = found->block;
  filled_ = static_cast<bool>(block_);
  if (!block_ && memory_stats().packed + bytes <= limit()) block_ = PackedBlock::make(bytes);
}

void PackedWeight::keep() {
  filled_ = static_cast<bool>(block_);
  std::vector<Entry> entries = entries_of(current(*weight_));
  std::erase_if(entries, [&](const Entry& e) { return e.is(kind_, variant_, *weight_); });
  if (entries.size() >= PackedForms::kMost) entries.pop_back();
  const Shape shape(std::span(weight_->shape, static_cast<std::size_t>(weight_->rank)));
  entries.insert(entries.begin(),
                 Entry{kind_, variant_, weight_->data, weight_->dtype, shape, block_});
  auto* forms = new PackedForms;
  forms->version = version_;
  forms->entries = std::move(entries);
  weight_->storage->attach(Ptr<StorageAttachment>::adopt(forms));
}

}  // namespace limpid

#pragma once
// Weights in the form in which a kernel wants them, made once and kept with the weight until it
// changes: docs/decisions/0018-packed-weights.md.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "limpid/core/refcount.h"
#include "limpid/core/view.h"

namespace limpid {

/// Memory of a packed weight; counted in memory_stats().packed.
struct PackedBlock {
  Refcount references;
  std::size_t bytes = 0;
  void* data = nullptr;

  static Ptr<PackedBlock> make(std::size_t bytes);
  static void destroy(PackedBlock* block);
};

/// What is kept of a weight, for one kernel call. A weight that this kernel sees for the first time
/// since it changed has nothing: in training that is every call, and packing is as good as wasted
/// then. From the second call on there is a block, at first to be filled.
class PackedWeight {
 public:
  /// `kind` and `variant` say what is made of the weight, in `bytes` bytes. Nothing is kept of a
  /// null `weight`, of one that is not contiguous, or whose elements others may change unseen.
  PackedWeight(const AnyView* weight, std::string_view kind, std::int64_t variant,
               std::size_t bytes);

  template <class T>
  T* as() const {
    return block_ ? static_cast<T*>(block_->data) : nullptr;
  }
  explicit operator bool() const { return static_cast<bool>(block_); }
  bool filled() const { return filled_; }
  /// Keeps the block, which the caller has filled.
  void keep();

 private:
  const AnyView* weight_;
  std::string_view kind_;
  std::int64_t variant_;
  std::uint32_t version_ = 0;
  Ptr<PackedBlock> block_;
  bool filled_ = false;
};

}  // namespace limpid

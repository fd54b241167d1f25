#pragma once
// For whoever wants to see what runs, when and on how much data: the profiler (explain/profiler.h).
// With nobody watching, a scope costs one load.

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "limpid/op/op_info.h"

namespace limpid {

/// What a piece of work moved and computed.
struct Work {
  double bytes = 0;  ///< of inputs and outputs, each element moved once
  double flops = 0;  ///< 0: a few a byte
  std::string shapes =
      {};  ///< of the inputs: "(8, 3, 32, 32), (64, 3, 3, 3)"; empty: not asked for
};

/// Told of every piece of work on the thread that does it, the inner ones between the two calls of
/// the outer. Must outlive all threads: one that is about to report may be late.
class WorkObserver {
 public:
  /// `name` is that of an op or of the caller's own; `part` is "", "backward" or "step".
  virtual void begin(std::string_view name, std::string_view part) = 0;
  virtual void end(const Work& work) = 0;
  virtual bool wants_shapes() const = 0;

 protected:
  ~WorkObserver() = default;
};

/// The one who watches, or null.
inline std::atomic<WorkObserver*> work_observer = nullptr;

/// A piece of work, from here to the end of the block.
class WorkScope {
 public:
  explicit WorkScope(std::string_view name, std::string_view part = {})
      : observer_(work_observer.load(std::memory_order_acquire)) {
    if (observer_) [[unlikely]]
      observer_->begin(name, part);
  }
  ~WorkScope() {
    if (observer_) [[unlikely]]
      observer_->end(work_ ? *work_ : Work{});
  }
  WorkScope(const WorkScope&) = delete;
  WorkScope& operator=(const WorkScope&) = delete;

  bool watched() const { return observer_ != nullptr; }
  /// The work of one run of an op.
  void describe(const OpInfo& info, const void* op, const Inputs& in, std::span<const AnyView> out);
  void set(Work work) { work_ = std::make_unique<Work>(std::move(work)); }

 private:
  WorkObserver* observer_;
  std::unique_ptr<Work> work_;
};

}  // namespace limpid

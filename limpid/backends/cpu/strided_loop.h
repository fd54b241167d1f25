#pragma once
// From tensors of any layout to runs along one axis, which is all that a pointwise kernel sees.

#include "limpid/backends/cpu/parallel.h"
#include "limpid/core/view.h"

namespace limpid {

/// One run of n elements. data[0] is the output, data[1...] are the inputs; strides in bytes, which
/// may be 0 (one element for all) or negative. The output may be one of the inputs, element by
/// element.
struct Loop {
  using Run = void(char* const* data, const std::int64_t* strides, std::int64_t n);
  Run* run = nullptr;
  /// The same for operands that are all dense and an output that is none of them, which it writes
  /// past the caches; null: by way of a block, as run_large_loop() does for any loop.
  Run* past_caches = nullptr;

  constexpr Loop() = default;
  constexpr Loop(Run* loop, Run* streaming = nullptr) : run(loop), past_caches(streaming) {}
  void operator()(char* const* data, const std::int64_t* strides, std::int64_t n) const {
    run(data, strides, n);
  }
  explicit operator bool() const { return run != nullptr; }
};

inline constexpr int kMaxLoopInputs = 5;

/// Elements below which another thread does not pay: cheap arithmetic, and exponentials.
inline constexpr std::int64_t kCheapGrain = 32768, kCostlyGrain = 4096;

/// Any layout: axes that lie alike in every operand are joined, the rest is an odometer.
void run_strided_loop(Loop loop, const AnyView& out, std::span<const AnyView> in,
                      std::int64_t grain);
/// More elements than `grain`, all dense or single.
void run_large_loop(Loop loop, char* const* data, const std::int64_t* strides, int operands,
                    std::int64_t n, std::int64_t grain);

/// Runs `loop` over out and inputs that broadcast to it.
inline void run_loop(Loop loop, const AnyView& out, std::span<const AnyView> in,
                     std::int64_t grain = kCheapGrain) {
  char* data[kMaxLoopInputs + 1];
  std::int64_t strides[kMaxLoopInputs + 1];
  data[0] = static_cast<char*>(out.data);
  strides[0] = static_cast<std::int64_t>(size_of(out.dtype));
  bool dense = out.contiguous;
  int count = 1;
  for (const AnyView& x : in) {
    dense &= x.contiguous & (x.numel == out.numel || x.numel == 1);
    data[count] = static_cast<char*>(x.data);
    strides[count++] = x.numel == 1 ? 0 : static_cast<std::int64_t>(size_of(x.dtype));
  }
  if (!dense) [[unlikely]]
    return run_strided_loop(loop, out, in, grain);
  if (out.numel > grain) [[unlikely]]
    return run_large_loop(loop, data, strides, count, out.numel, grain);
  if (out.numel) loop(data, strides, out.numel);
}

}  // namespace limpid

#include "limpid/backends/cpu/strided_loop.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdlib>
#include <functional>
#include <numeric>

#include "limpid/backends/cpu/streaming.h"
#include "limpid/core/shape.h"

namespace limpid {

namespace {

constexpr int kMaxOperands = kMaxLoopInputs + 1;

/// Of each operand, in bytes. Operands that do not exist step by 0: loops over a constant number of
/// operands are straight vector code.
using Steps = std::array<std::int64_t, kMaxOperands>;
using Pointers = std::array<char*, kMaxOperands>;

/// Moves every operand `times` steps on.
void advance(Pointers& data, const Steps& steps, std::int64_t times) {
  std::transform(data.begin(), data.end(), steps.begin(), data.begin(),
                 [=](char* p, std::int64_t step) { return p + times * step; });
}

/// The axes of an iteration, innermost first; sizes of 1 are left out.
struct Axes {
  int rank = 0;
  std::int64_t size[Shape::kMaxRank];
  Steps stride[Shape::kMaxRank];

  /// Adds the next axis outwards; joins it to the last one where every operand allows.
  void add(std::int64_t length, const Steps& steps) {
    if (rank && steps == across) size[rank - 1] *= length;
    else append(length, steps);
    std::transform(steps.begin(), steps.end(), across.begin(),
                   [=](std::int64_t step) { return step * length; });
  }
  void append(std::int64_t length, const Steps& steps) {
    size[rank] = length;
    stride[rank] = steps;
    ++rank;
  }

 private:
  Steps across{};  // the axis that was added last
};

/// The steps of all operands along an axis of the output.
Steps steps_of(const AnyView& out, std::span<const AnyView> in, int axis) {
  Steps steps{out.strides[axis] * static_cast<std::int64_t>(size_of(out.dtype))};
  std::transform(in.begin(), in.end(), steps.begin() + 1, [&](const AnyView& x) -> std::int64_t {
    const int own = axis - (out.rank - x.rank);
    if (own < 0 || x.shape[own] == 1) return 0;
    return x.strides[own] * static_cast<std::int64_t>(size_of(x.dtype));
  });
  return steps;
}

/// The axes of the output, the one with the smallest steps in memory first.
std::span<const int> order_axes(const AnyView& out, std::span<int, Shape::kMaxRank> room) {
  const std::span<int> order = room.first(static_cast<std::size_t>(out.rank));
  std::generate(order.begin(), order.end(), [next = out.rank]() mutable { return --next; });
  if (out.contiguous) return order;
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return std::abs(out.strides[a]) < std::abs(out.strides[b]);  // mutate: equivalent -- speed
  });
  return order;
}

void build_axes(Axes& axes, const AnyView& out, std::span<const AnyView> in) {
  int room[Shape::kMaxRank];
  for (const int axis : order_axes(out, room))
    if (out.shape[axis] != 1) axes.add(out.shape[axis], steps_of(out, in, axis));
  assert(axes.rank > 0);  // a single element is dense
}

/// Steps [begin, end) of the iteration, counted in elements: whole runs, and parts of two at the
/// ends.
void run_range(Loop loop, const Axes& axes, Pointers data, std::int64_t begin, std::int64_t end) {
  std::int64_t index[Shape::kMaxRank];
  std::int64_t rest = begin;
  for (int axis = 0; axis < axes.rank; ++axis) {
    index[axis] = rest % axes.size[axis];
    rest /= axes.size[axis];
    advance(data, axes.stride[axis], index[axis]);
  }
  while (begin < end) {
    const std::int64_t n = std::min(axes.size[0] - index[0], end - begin);
    loop(data.data(), axes.stride[0].data(), n);
    begin += n;
    advance(data, axes.stride[0], -index[0]);
    index[0] = 0;
    for (int axis = 1; axis < axes.rank; ++axis) {
      advance(data, axes.stride[axis], 1);
      if (++index[axis] < axes.size[axis]) break;
      advance(data, axes.stride[axis], -axes.size[axis]);
      index[axis] = 0;
    }
  }
}

void run_axes(Loop loop, const Axes& axes, const Pointers& data, std::int64_t grain) {
  std::int64_t n = 1;
  for (int axis = 0; axis < axes.rank; ++axis) n *= axes.size[axis];
  parallel_for(0, n, grain, [&](std::int64_t begin, std::int64_t end) {
    run_range(loop, axes, data, begin, end);
  });
}

/// Length of runs when an operand lies crosswise, so that its cache lines are used up while they
/// last.
constexpr std::int64_t kTile = 64;

/// True when an operand steps far along the first axis and little along the second.
bool is_crosswise(const Axes& axes) {
  if (axes.rank < 2 || axes.size[0] <= kTile) return false;  // mutate: equivalent -- speed
  const auto crosswise = [](std::int64_t along, std::int64_t across) {
    return std::abs(along) >= 64 && std::abs(across) <= 8;  // mutate: equivalent -- speed
  };
  const Steps& first = axes.stride[0];   // mutate: equivalent -- speed
  const Steps& second = axes.stride[1];  // mutate: equivalent -- speed
  return std::inner_product(first.begin(), first.end(), second.begin(), false, std::logical_or<>(),
                            crosswise);
}

/// The first axis is cut into runs of kTile, which become the outermost axis; then what is left of
/// it. There is room for another axis: as many of two elements each are more than memory holds.
void run_tiled(Loop loop, Axes& axes, const Pointers& data, std::int64_t grain) {
  const std::int64_t tiles = axes.size[0] / kTile, left = axes.size[0] % kTile;
  Pointers rest = data;
  advance(rest, axes.stride[0], tiles * kTile);
  axes.size[0] = left;
  if (left) run_axes(loop, axes, rest, grain);
  axes.size[0] = kTile;
  Steps steps = axes.stride[0];
  for (std::int64_t& step : steps) step *= kTile;
  axes.append(tiles, steps);
  run_axes(loop, axes, data, grain);
}

}  // namespace

void run_strided_loop(Loop loop, const AnyView& out, std::span<const AnyView> in,
                      std::int64_t grain) {
  if (out.numel == 0) return;
  Axes axes;
  build_axes(axes, out, in);
  Pointers data{static_cast<char*>(out.data)};
  std::transform(in.begin(), in.end(), data.begin() + 1,
                 [](const AnyView& x) { return static_cast<char*>(x.data); });
  if (axes.rank == 1 && axes.stride[0][0] == static_cast<std::int64_t>(size_of(out.dtype)))
    return run_large_loop(loop, data.data(), axes.stride[0].data(), static_cast<int>(in.size()) + 1,
                          axes.size[0], grain);
  if (is_crosswise(axes)) [[unlikely]]
    return run_tiled(loop, axes, data, grain);
  run_axes(loop, axes, data, grain);
}

namespace {

constexpr std::int64_t kLine = 64;

/// Asks for what the loop is to read some elements later. A block is read, then written: without
/// this nothing would be on its way from memory meanwhile.
void fetch(const char* from, std::int64_t stride, std::int64_t count) {
  const std::int64_t step = std::max(stride, kLine);  // mutate: equivalent -- speed
  for (std::int64_t at = 0; at < count * stride; at += step) __builtin_prefetch(from + at);
}

/// The loop on blocks that stay in the first cache, from where they go to the output past the
/// caches. The first block ends where a line of the output begins.
void run_streaming(Loop loop, char** data, const std::int64_t* strides, int operands,
                   std::int64_t n) {
  constexpr std::int64_t kBlock = 512, kAhead = 8;  // bytes; blocks
  alignas(kLine) char block[kBlock];
  char* const out = data[0];
  data[0] = block;
  const auto ahead = static_cast<std::int64_t>(-reinterpret_cast<std::uintptr_t>(out) % kLine);
  std::int64_t count = ahead > 0 ? ahead / strides[0] : kBlock / strides[0];
  for (std::int64_t begin = 0; begin < n; begin += count, count = kBlock / strides[0]) {
    count = std::min(count, n - begin);
    loop(data, strides, count);
    for (int k = 1; k < operands; ++k)
      fetch(data[k] + kAhead * count * strides[k], strides[k], count);
    stream_loops().copy(out + begin * strides[0], block, count * strides[0]);
    for (int k = 1; k < operands; ++k) data[k] += count * strides[k];
  }
  stream_loops().finish();
}

}  // namespace

void run_large_loop(Loop loop, char* const* data, const std::int64_t* strides, int operands,
                    std::int64_t n, std::int64_t grain) {
  const bool large = n * strides[0] >= kStreamBytes;  // mutate: equivalent -- speed
  const bool in_place = std::count(data + 1, data + operands, data[0]) > 0;
  const bool past_caches = large && !in_place;  // mutate: equivalent -- speed
  const bool by_itself = loop.past_caches && std::count(strides, strides + operands, strides[0]) ==
                                                 operands;  // mutate: equivalent -- speed
  parallel_for(0, n, grain, [&](std::int64_t begin, std::int64_t end) {
    char* part[kMaxOperands];
    std::transform(data, data + operands, strides, part,
                   [=](char* p, std::int64_t step) { return p + begin * step; });
    if (past_caches && by_itself) {
      loop.past_caches(part, strides, end - begin);
      stream_loops().finish();
    } else if (past_caches) {
      run_streaming(loop, part, strides, operands, end - begin);
    } else {
      loop(part, strides, end - begin);
    }
  });
}

}  // namespace limpid

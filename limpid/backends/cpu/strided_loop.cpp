#include "limpid/backends/cpu/strided_loop.h"

#include <algorithm>
#include <cstdlib>

#include "limpid/backends/cpu/streaming.h"
#include "limpid/core/shape.h"

namespace limpid {

namespace {

constexpr int kMaxOperands = kMaxLoopInputs + 1;

/// Axes of a joint iteration, innermost first; sizes of 1 are left out. Operands that do not exist
/// step by 0: loops over a constant number of operands are straight vector code.
struct Axes {
  int rank = 0;
  std::int64_t size[Shape::kMaxRank];
  std::int64_t stride[Shape::kMaxRank][kMaxOperands];  // in bytes

  /// Adds the next axis outwards; joins it to the last one where every operand allows.
  void add(std::int64_t length, const std::int64_t* steps) {
    if (rank > 0 && joins(steps)) {
      size[rank - 1] *= length;
      return;
    }
    append(length, steps);
  }
  void append(std::int64_t length, const std::int64_t* steps) {
    size[rank] = length;
    for (int k = 0; k < kMaxOperands; ++k) stride[rank][k] = steps[k];
    ++rank;
  }

 private:
  bool joins(const std::int64_t* steps) const {
    for (int k = 0; k < kMaxOperands; ++k)
      if (steps[k] != stride[rank - 1][k] * size[rank - 1]) return false;
    return true;
  }
};

/// Byte strides of all operands along an axis of the output.
void steps_of(const AnyView& out, std::span<const AnyView> in, int axis, std::int64_t* steps) {
  steps[0] = out.strides[axis] * static_cast<std::int64_t>(size_of(out.dtype));
  for (std::size_t k = 0; k < in.size(); ++k) {
    const AnyView& x = in[k];
    const int own = axis - (out.rank - x.rank);
    steps[k + 1] = own < 0 || x.shape[own] == 1
                       ? 0
                       : x.strides[own] * static_cast<std::int64_t>(size_of(x.dtype));
  }
}

/// The axes of the output, the one with the smallest steps in memory first.
void order_axes(const AnyView& out, int* order) {
  for (int i = 0; i < out.rank; ++i) order[i] = out.rank - 1 - i;
  if (out.contiguous) return;
  const auto step = [&](int axis) {
    return out.strides[axis] < 0 ? -out.strides[axis] : out.strides[axis];
  };
  std::stable_sort(order, order + out.rank, [&](int a, int b) { return step(a) < step(b); });
}

void build_axes(Axes& axes, const AnyView& out, std::span<const AnyView> in) {
  int order[Shape::kMaxRank];
  order_axes(out, order);
  for (int i = 0; i < out.rank; ++i) {
    if (out.shape[order[i]] == 1) continue;
    std::int64_t steps[kMaxOperands] = {};
    steps_of(out, in, order[i], steps);
    axes.add(out.shape[order[i]], steps);
  }
  if (axes.rank == 0) {  // a single element
    const std::int64_t steps[kMaxOperands] = {};
    axes.add(1, steps);
  }
}

/// Steps [begin, end) of the iteration, counted in elements: whole runs, and parts of two at the
/// ends.
void run_range(Loop loop, const Axes& axes, char* const* base, std::int64_t begin,
               std::int64_t end) {
  std::int64_t index[Shape::kMaxRank];
  char* data[kMaxOperands];
  for (int k = 0; k < kMaxOperands; ++k) data[k] = base[k];
  for (int axis = 0; axis < axes.rank; ++axis) index[axis] = 0;
  std::int64_t rest = begin;
  for (int axis = 0; rest; ++axis) {
    index[axis] = rest % axes.size[axis];
    rest /= axes.size[axis];
    for (int k = 0; k < kMaxOperands; ++k) data[k] += index[axis] * axes.stride[axis][k];
  }
  while (begin < end) {
    const std::int64_t n = std::min(axes.size[0] - index[0], end - begin);
    loop(data, axes.stride[0], n);
    begin += n;
    for (int k = 0; k < kMaxOperands; ++k) data[k] -= index[0] * axes.stride[0][k];
    index[0] = 0;
    for (int axis = 1; axis < axes.rank; ++axis) {
      for (int k = 0; k < kMaxOperands; ++k) data[k] += axes.stride[axis][k];
      if (++index[axis] < axes.size[axis]) break;
      for (int k = 0; k < kMaxOperands; ++k) data[k] -= axes.size[axis] * axes.stride[axis][k];
      index[axis] = 0;
    }
  }
}

void run_axes(Loop loop, const Axes& axes, char* const* data, std::int64_t grain) {
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
  if (axes.rank < 2 || axes.size[0] <= kTile || axes.rank == Shape::kMaxRank) return false;
  for (int k = 0; k < kMaxOperands; ++k)
    if (std::abs(axes.stride[0][k]) >= 64 && std::abs(axes.stride[1][k]) <= 8) return true;
  return false;
}

/// The first axis is cut into runs of kTile, which become the outermost axis; then what is left of
/// it.
void run_tiled(Loop loop, Axes& axes, char* const* data, std::int64_t grain) {
  const std::int64_t tiles = axes.size[0] / kTile, left = axes.size[0] % kTile;
  char* rest[kMaxOperands];
  std::int64_t steps[kMaxOperands];
  for (int k = 0; k < kMaxOperands; ++k) {
    steps[k] = kTile * axes.stride[0][k];
    rest[k] = data[k] + tiles * steps[k];
  }
  axes.size[0] = left;
  if (left) run_axes(loop, axes, rest, grain);
  axes.size[0] = kTile;
  axes.append(tiles, steps);
  run_axes(loop, axes, data, grain);
}

}  // namespace

void run_strided_loop(Loop loop, const AnyView& out, std::span<const AnyView> in,
                      std::int64_t grain) {
  if (out.numel == 0) return;
  Axes axes;
  build_axes(axes, out, in);
  char* data[kMaxOperands] = {static_cast<char*>(out.data)};
  for (std::size_t k = 0; k < in.size(); ++k) data[k + 1] = static_cast<char*>(in[k].data);
  if (axes.rank == 1 && axes.stride[0][0] == static_cast<std::int64_t>(size_of(out.dtype)))
    return run_large_loop(loop, data, axes.stride[0], kMaxOperands, axes.size[0], grain);
  if (is_crosswise(axes)) [[unlikely]]
    return run_tiled(loop, axes, data, grain);
  run_axes(loop, axes, data, grain);
}

namespace {

/// The loop on blocks that stay in the first cache, from where they go to the output past the
/// caches. The first block ends where a line of the output begins.
void run_streaming(Loop loop, char** data, const std::int64_t* strides, int operands,
                   std::int64_t n) {
  constexpr std::int64_t kBlock = 4096, kLine = 64;
  alignas(kLine) char block[kBlock];
  char* const out = data[0];
  data[0] = block;
  const auto ahead = static_cast<std::int64_t>(-reinterpret_cast<std::uintptr_t>(out) % kLine);
  std::int64_t count = ahead > 0 ? ahead / strides[0] : kBlock / strides[0];
  for (std::int64_t begin = 0; begin < n; begin += count, count = kBlock / strides[0]) {
    count = std::min(count, n - begin);
    loop(data, strides, count);
    stream_loops().copy(out + begin * strides[0], block, count * strides[0]);
    for (int k = 1; k < operands; ++k) data[k] += count * strides[k];
  }
  stream_loops().finish();
}

}  // namespace

void run_large_loop(Loop loop, char* const* data, const std::int64_t* strides, int operands,
                    std::int64_t n, std::int64_t grain) {
  bool past_caches = n * strides[0] >= kStreamBytes;
  for (int k = 1; k < operands; ++k) past_caches &= data[k] != data[0];  // those lines are there
  parallel_for(0, n, grain, [&](std::int64_t begin, std::int64_t end) {
    char* part[kMaxOperands];
    for (int k = 0; k < operands; ++k) part[k] = data[k] + begin * strides[k];
    if (past_caches) run_streaming(loop, part, strides, operands, end - begin);
    else loop(part, strides, end - begin);
  });
}

}  // namespace limpid

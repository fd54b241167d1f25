#include "limpid/backends/cpu/strided_loop.h"

#include <algorithm>

#include "limpid/core/shape.h"

namespace limpid {

namespace {

constexpr int kMaxOperands = kMaxLoopInputs + 1;

/// Axes of a joint iteration, innermost first; sizes of 1 are left out.
struct Axes {
  int operands = 0;
  int rank = 0;
  std::int64_t size[Shape::kMaxRank];
  std::int64_t stride[Shape::kMaxRank][kMaxOperands];  // in bytes

  /// Adds the next axis outwards; joins it to the last one where every operand allows.
  void add(std::int64_t length, const std::int64_t* steps) {
    if (rank > 0 && joins(length, steps)) {
      size[rank - 1] *= length;
      return;
    }
    size[rank] = length;
    for (int k = 0; k < operands; ++k) stride[rank][k] = steps[k];
    ++rank;
  }

 private:
  bool joins(std::int64_t, const std::int64_t* steps) const {
    for (int k = 0; k < operands; ++k)
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
  axes.operands = static_cast<int>(in.size()) + 1;
  int order[Shape::kMaxRank];
  order_axes(out, order);
  for (int i = 0; i < out.rank; ++i) {
    if (out.shape[order[i]] == 1) continue;
    std::int64_t steps[kMaxOperands];
    steps_of(out, in, order[i], steps);
    axes.add(out.shape[order[i]], steps);
  }
  if (axes.rank == 0) {  // a single element
    const std::int64_t steps[kMaxOperands] = {};
    axes.add(1, steps);
  }
}

/// Steps [begin, end) of the iteration, counted in elements: whole runs, and parts of two at the ends.
void run_range(Loop loop, const Axes& axes, char* const* base, std::int64_t begin,
               std::int64_t end) {
  std::int64_t index[Shape::kMaxRank];
  char* data[kMaxOperands];
  for (int k = 0; k < axes.operands; ++k) data[k] = base[k];
  for (int axis = 0; axis < axes.rank; ++axis) index[axis] = 0;
  std::int64_t rest = begin;
  for (int axis = 0; rest; ++axis) {
    index[axis] = rest % axes.size[axis];
    rest /= axes.size[axis];
    for (int k = 0; k < axes.operands; ++k) data[k] += index[axis] * axes.stride[axis][k];
  }
  while (begin < end) {
    const std::int64_t n = std::min(axes.size[0] - index[0], end - begin);
    loop(data, axes.stride[0], n);
    begin += n;
    for (int k = 0; k < axes.operands; ++k) data[k] -= index[0] * axes.stride[0][k];
    index[0] = 0;
    for (int axis = 1; axis < axes.rank; ++axis) {
      for (int k = 0; k < axes.operands; ++k) data[k] += axes.stride[axis][k];
      if (++index[axis] < axes.size[axis]) break;
      for (int k = 0; k < axes.operands; ++k)
        data[k] -= axes.size[axis] * axes.stride[axis][k];
      index[axis] = 0;
    }
  }
}

}  // namespace

void run_strided_loop(Loop loop, const AnyView& out, std::span<const AnyView> in,
                      std::int64_t grain) {
  if (out.numel == 0) return;
  Axes axes;
  build_axes(axes, out, in);
  char* data[kMaxOperands] = {static_cast<char*>(out.data)};
  for (std::size_t k = 0; k < in.size(); ++k) data[k + 1] = static_cast<char*>(in[k].data);
  parallel_for(0, out.numel, grain, [&](std::int64_t begin, std::int64_t end) {
    run_range(loop, axes, data, begin, end);
  });
}

void run_large_loop(Loop loop, char* const* data, const std::int64_t* strides, int operands,
                    std::int64_t n, std::int64_t grain) {
  parallel_for(0, n, grain, [&](std::int64_t begin, std::int64_t end) {
    char* part[kMaxOperands];
    for (int k = 0; k < operands; ++k) part[k] = data[k] + begin * strides[k];
    loop(part, strides, end - begin);
  });
}

}  // namespace limpid

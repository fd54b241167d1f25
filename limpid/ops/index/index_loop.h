#pragma once
// The loop of the Cpu kernels that read or write by index arrays. All indices are checked, and
// turned into offsets, before the first element moves; so an index out of range leaves everything
// as it was.
//
//   for b over the axes before the indexed ones          (none unless these are neighbours)
//     for p over the positions of the index arrays       x_at[p]: where they point to in x
//       for r over the other axes, in runs               memcpy for rows

#include <vector>

#include "limpid/backends/cpu/parallel.h"
#include "limpid/backends/cpu/strided_copy.h"
#include "limpid/core/walk.h"

namespace limpid {

class IndexLoop {
 public:
  /// `gathered`: a view of the shape of x[arrays], or one that broadcasts to it.
  IndexLoop(const AnyView& x, const Shape& axes, std::span<const AnyView> arrays,
            const AnyView& gathered);

  /// Calls run(offset in x, offset in gathered, count, stride in x, stride in gathered), in the
  /// order of the positions.
  template <class Run>
  void operator()(Run&& run) const {
    if (empty_) return;
    walk<2>(before_, {x_before_.data(), g_before_.data()}, [&](const auto& at) {
      for (std::size_t p = 0; p < x_at_.size(); ++p)
        rows(at[0] + x_at_[p], at[1] + g_offset(p), run);
    });
  }

  /// The same from several threads where it pays: for runs that write to `gathered`.
  template <class Run>
  void in_parallel(Run&& run) const {
    constexpr std::int64_t kGrain = 32768;  // elements
    if (empty_) return;
    std::int64_t row = 1;
    for (int axis = 0; axis < after_.rank; ++axis) row *= after_.sizes[axis];
    const auto positions = static_cast<std::int64_t>(x_at_.size());
    walk<2>(before_, {x_before_.data(), g_before_.data()}, [&](const auto& at) {
      parallel_for(0, positions, kGrain / row, [&](std::int64_t first, std::int64_t last) {
        for (auto p = static_cast<std::size_t>(first); p < static_cast<std::size_t>(last); ++p)
          rows(at[0] + x_at_[p], at[1] + g_offset(p), run);
      });
    });
  }

 private:
  std::int64_t g_offset(std::size_t p) const {
    return g_at_.empty() ? static_cast<std::int64_t>(p) * g_step_ : g_at_[p];
  }
  template <class Run>
  void rows(std::int64_t x, std::int64_t g, Run&& run) const {
    const int outer = after_.rank - 1;
    if (outer < 0) return run(x, g, 1, 1, 1);
    const std::int64_t count = after_.sizes[outer], xs = after_.to[outer], gs = after_.from[outer];
    if (outer == 0) return run(x, g, count, xs, gs);
    walk<2>(std::span(after_.sizes, static_cast<std::size_t>(outer)), {after_.to, after_.from},
            [&](const auto& at) { run(x + at[0], g + at[1], count, xs, gs); });
  }

  Shape before_;
  Strides x_before_, g_before_;
  std::vector<std::int64_t> x_at_;
  std::vector<std::int64_t> g_at_;  // empty: position p lies at p * g_step_
  std::int64_t g_step_ = 0;
  MergedAxes after_;
  bool empty_;
};

}  // namespace limpid

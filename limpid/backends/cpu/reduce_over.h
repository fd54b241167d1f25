#pragma once
// Reductions over any axes of a tensor of any layout. First axes that lie in memory as one are
// merged, so that few cases are left:
//   rows     the axis with the smallest step is reduced: whole rows are taken in, by vectors;
//   columns  that axis is kept: rows are taken into a row of totals, by vectors.
// Work is cut into pieces of fixed size, so that the result does not depend on the number of
// threads. What a row adds to a total, and how totals meet, is said by a `Kind`:
//
//   struct Kind {
//     using X, Total, Y;                                   // element, running total, result
//     static constexpr std::int64_t kColumns;              // that are worked on together
//     Total nothing() const;                               // the total of no elements
//     void add_row(const X* x, std::int64_t n, Total& total) const;
//     void add_columns(const X* x, std::int64_t stride, std::int64_t rows, std::int64_t columns,
//                      Total* totals) const;               // totals[j] takes in x[r stride + j]
//     void merge(Total& into, const Total& other) const;
//     Y finish(const Total& total) const;
//   };

#include <algorithm>
#include <utility>

#include "limpid/backends/cpu/parallel.h"
#include "limpid/backends/cpu/scratch.h"
#include "limpid/core/walk.h"

namespace limpid {

namespace detail {

/// Axes of one kind, reduced or kept: sizes, and steps in x (and y, for kept ones).
struct ReductionAxes {
  Shape size;
  Strides in, out;

  std::int64_t count() const { return numel(size); }
  void add(std::int64_t n, std::int64_t step_in, std::int64_t step_out) {
    const int last = size.rank() - 1;
    if (last >= 0 && in[last] == step_in * n && out[last] == step_out * n) {
      size[last] *= n;
      in[last] = step_in;
      out[last] = step_out;
      return;
    }
    size.push_back(n);
    in.push_back(step_in);
    out.push_back(step_out);
  }
  /// The axis with the smallest step through x, or -1.
  int closest() const {
    int best = -1;
    for (int i = 0; i < size.rank(); ++i)
      if (in[i] != 0 && (best < 0 || std::abs(in[i]) < std::abs(in[best]))) best = i;
    return best;
  }
  void erase(int axis) {
    size.erase(axis);
    in.erase(axis);
    out.erase(axis);
  }
};

struct ReductionPlan {
  ReductionAxes reduced, kept;

  ReductionPlan(const AnyView& x, const AnyView& y, std::uint64_t axes, bool keepdim) {
    for (int i = 0, o = 0; i < x.rank; ++i) {
      const bool is_reduced = axes >> i & 1;
      const std::int64_t step_out = is_reduced ? 0 : y.strides[o];
      o += !is_reduced || keepdim;
      if (x.shape[i] == 1) continue;
      (is_reduced ? reduced : kept).add(x.shape[i], x.strides[i], step_out);
    }
  }
};

/// Where linear index `i` over the axes lies in x and y.
inline std::pair<std::int64_t, std::int64_t> place(const ReductionAxes& axes, std::int64_t i) {
  std::int64_t in = 0, out = 0;
  for (int a = axes.size.rank() - 1; a >= 0; --a) {
    const std::int64_t at = i % axes.size[a];
    i /= axes.size[a];
    in += at * axes.in[a];
    out += at * axes.out[a];
  }
  return {in, out};
}

/// The loops around a Kind.
template <class Kind>
struct Reduction {
  using X = typename Kind::X;
  using Y = typename Kind::Y;
  using Total = typename Kind::Total;
  static constexpr std::int64_t kPiece = 32768;  // elements a thread takes at a time
  static constexpr std::int64_t kBlock = Kind::kColumns;

  const Kind& kind;
  const X* x;
  Y* y;

  /// Takes n elements into the total; those that are not neighbours are first brought together.
  void add_strided(const X* from, std::int64_t n, std::int64_t step, Total& total) const {
    if (step == 1) return kind.add_row(from, n, total);
    constexpr std::int64_t together = 256;
    X block[together];
    for (std::int64_t i = 0; i < n; i += together) {
      const std::int64_t count = std::min(together, n - i);
      for (std::int64_t k = 0; k < count; ++k) block[k] = from[(i + k) * step];
      kind.add_row(block, count, total);
    }
  }

  /// One long row, in pieces.
  void whole(std::int64_t n, std::int64_t step) const {
    const std::int64_t pieces = (n + kPiece - 1) / kPiece;
    const Scratch<Total> partial(pieces);
    parallel_for(0, pieces, 1, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t p = first; p < last; ++p) {
        Total total = kind.nothing();
        add_strided(x + p * kPiece * step, std::min(kPiece, n - p * kPiece), step, total);
        partial.data()[p] = total;
      }
    });
    Total total = kind.nothing();
    for (std::int64_t p = 0; p < pieces; ++p) kind.merge(total, partial.data()[p]);
    *y = kind.finish(total);
  }

  /// Every output is made of rows.
  void rows(const ReductionAxes& kept, ReductionAxes reduced, int row_axis) const {
    std::int64_t n = 1, step = 1;
    if (row_axis >= 0) {
      n = reduced.size[row_axis];
      step = reduced.in[row_axis];
      reduced.erase(row_axis);
    }
    const std::int64_t outputs = kept.count(), repeats = reduced.count();
    if (outputs == 1 && repeats == 1 && n > 2 * kPiece) return whole(n, step);
    const std::int64_t grain = kPiece / std::max<std::int64_t>(n * repeats, 1) + 1;
    parallel_for(0, outputs, grain, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t i = first; i < last; ++i) {
        const auto [in, out] = place(kept, i);
        Total total = kind.nothing();
        walk<1>(reduced.size, {reduced.in.data()},
                [&](const auto& at) { add_strided(x + in + at[0], n, step, total); });
        y[out] = kind.finish(total);
      }
    });
  }

  /// Every row of outputs is made of rows, one of them for each index of the reduced axes.
  void columns(ReductionAxes kept, const ReductionAxes& reduced, int column_axis) const {
    const std::int64_t n = kept.size[column_axis], step = kept.in[column_axis];
    const std::int64_t out_step = kept.out[column_axis];
    kept.erase(column_axis);
    const std::int64_t outer = kept.count(), terms = reduced.count();
    // Pieces are blocks of columns, and of the terms where there are many.
    const std::int64_t blocks = (n + kBlock - 1) / kBlock, width = std::min(n, kBlock);
    const std::int64_t piece = std::max<std::int64_t>(8 * kPiece / width, 1);
    const std::int64_t slices = std::max<std::int64_t>((terms + piece - 1) / piece, 1);
    const Scratch<Total> totals(slices > 1 ? outer * blocks * slices * kBlock : 0);
    const auto add_slice = [&](std::int64_t task, Total* to) {
      const std::int64_t slice = task % slices, block = task / slices % blocks;
      const X* from = x + place(kept, task / slices / blocks).first + block * kBlock * step;
      const std::int64_t count = std::min(kBlock, n - block * kBlock);
      std::fill(to, to + count, kind.nothing());
      add_terms(from, step, count, reduced, slice * piece, std::min(terms, (slice + 1) * piece),
                to);
    };
    const auto write = [&](std::int64_t task, const Total* from) {  // task: outer and block
      const std::int64_t block = task % blocks;
      Y* to = y + place(kept, task / blocks).second + block * kBlock * out_step;
      const std::int64_t count = std::min(kBlock, n - block * kBlock);
      for (std::int64_t j = 0; j < count; ++j) to[j * out_step] = kind.finish(from[j]);
    };
    const std::int64_t work = std::max<std::int64_t>(std::min(terms, piece) * width, 1);
    parallel_for(0, outer * blocks * slices, kPiece / work + 1,
                 [&](std::int64_t first, std::int64_t last) {
                   Total local[kBlock];
                   for (std::int64_t task = first; task < last; ++task) {
                     add_slice(task, slices > 1 ? totals.data() + task * kBlock : local);
                     if (slices == 1) write(task, local);
                   }
                 });
    if (slices == 1) return;
    parallel_for(0, outer * blocks, kPiece / (slices * width) + 1,
                 [&](std::int64_t first, std::int64_t last) {
                   for (std::int64_t task = first; task < last; ++task) {
                     Total* to = totals.data() + task * slices * kBlock;
                     const std::int64_t count = std::min(kBlock, n - task % blocks * kBlock);
                     for (std::int64_t s = 1; s < slices; ++s)
                       for (std::int64_t j = 0; j < count; ++j)
                         kind.merge(to[j], to[s * kBlock + j]);
                     write(task, to);
                   }
                 });
  }

  /// to[j] takes in the terms first .. last - 1 of column j.
  void add_terms(const X* from, std::int64_t step, std::int64_t columns,
                 const ReductionAxes& reduced, std::int64_t first, std::int64_t last,
                 Total* to) const {
    const bool one_axis = reduced.size.rank() == 1;
    if (step == 1 && one_axis)
      return kind.add_columns(from + first * reduced.in[0], reduced.in[0], last - first, columns,
                              to);
    for (std::int64_t t = first; t < last; ++t) {
      const X* row = from + place(reduced, t).first;
      if (step == 1) kind.add_columns(row, 0, 1, columns, to);
      else
        for (std::int64_t j = 0; j < columns; ++j) kind.add_row(row + j * step, 1, to[j]);
    }
  }
};

}  // namespace detail

/// y = x reduced over the axes whose bit is set.
template <class Kind>
void reduce_over(const Kind& kind, const AnyView& x, const AnyView& y, std::uint64_t axes,
                 bool keepdim) {
  const detail::ReductionPlan plan(x, y, axes, keepdim);
  const detail::Reduction<Kind> reduction{kind, static_cast<const typename Kind::X*>(x.data),
                                          static_cast<typename Kind::Y*>(y.data)};
  const int row = plan.reduced.closest(), column = plan.kept.closest();
  const bool by_columns =
      column >= 0 && x.numel > 0 &&
      (row < 0 || std::abs(plan.kept.in[column]) < std::abs(plan.reduced.in[row]));
  if (by_columns) reduction.columns(plan.kept, plan.reduced, column);
  else reduction.rows(plan.kept, plan.reduced, row);
}

}  // namespace limpid

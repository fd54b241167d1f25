// First axes that lie in memory as one are merged, so that few cases are left:
//   rows     the axis with the smallest step is summed: whole rows are added up, vector by vector;
//   columns  that axis is kept: rows are added onto a row of totals, vector by vector.
// Either way partial sums of few elements are added in the elements' own precision and these in
// double (backends/cpu/row_loops_simd.cpp), so a long sum is more exact than one running total
// would be. Work is cut into pieces of fixed size, so that the result does not depend on the number
// of threads.

#include "limpid/backends/cpu/sum_over.h"

#include <algorithm>

#include "limpid/backends/cpu/parallel.h"
#include "limpid/backends/cpu/row_loops.h"
#include "limpid/backends/cpu/scratch.h"
#include "limpid/core/walk.h"

namespace limpid {

namespace {

constexpr std::int64_t kPiece = 32768;  // elements a thread takes at a time

/// Axes of one kind, summed or kept: sizes, and steps in x (and y, for kept ones).
struct Axes {
  Shape size;
  Strides in, out;

  std::int64_t count() const { return numel(size); }
  void add(std::int64_t n, std::int64_t step_in, std::int64_t step_out, bool mergeable) {
    const int last = size.rank() - 1;
    if (mergeable && last >= 0 && in[last] == step_in * n && out[last] == step_out * n) {
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

struct Plan {
  Axes summed, kept;

  Plan(const AnyView& x, const AnyView& y, std::uint64_t axes, bool keepdim) {
    int before = -1;  // the kind of the axis before: only neighbours of one kind merge
    for (int i = 0, o = 0; i < x.rank; ++i) {
      const bool is_summed = axes >> i & 1;
      const std::int64_t step_out = is_summed ? 0 : y.strides[o];
      o += !is_summed || keepdim;
      if (x.shape[i] == 1) continue;
      (is_summed ? summed : kept).add(x.shape[i], x.strides[i], step_out, before == is_summed);
      before = is_summed;
    }
  }
};

/// Where linear index `i` over the axes lies in x and y.
std::pair<std::int64_t, std::int64_t> place(const Axes& axes, std::int64_t i) {
  std::int64_t in = 0, out = 0;
  for (int a = axes.size.rank() - 1; a >= 0; --a) {
    const std::int64_t at = i % axes.size[a];
    i /= axes.size[a];
    in += at * axes.in[a];
    out += at * axes.out[a];
  }
  return {in, out};
}

template <class X>
struct Summation {
  using Total = std::conditional_t<is_float_type<X>, double, std::int64_t>;
  using Y = std::conditional_t<is_float_type<X>, X, std::int64_t>;

  const X* x;
  Y* y;
  double divisor;
  SumLoops::Row add_row = row_loops().sums.row[static_cast<int>(dtype_of<X>())];
  SumLoops::Columns add_columns = row_loops().sums.columns[static_cast<int>(dtype_of<X>())];

  Y finish(Total total) const {
    if constexpr (is_float_type<X>) return convert<Y>(total / divisor);
    else return total;
  }

  /// total += n elements at `from`; those that are not neighbours are first brought together.
  void add_strided(const X* from, std::int64_t n, std::int64_t step, Total* total) const {
    if (step == 1) return add_row(from, n, total);
    constexpr std::int64_t kBlock = 256;
    X block[kBlock];
    for (std::int64_t i = 0; i < n; i += kBlock) {
      const std::int64_t count = std::min(kBlock, n - i);
      for (std::int64_t k = 0; k < count; ++k) block[k] = from[(i + k) * step];
      add_row(block, count, total);
    }
  }

  /// One long row, in pieces.
  void whole(std::int64_t n, std::int64_t step) const {
    const std::int64_t pieces = (n + kPiece - 1) / kPiece;
    const Scratch<Total> partial(pieces);
    parallel_for(0, pieces, 1, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t p = first; p < last; ++p) {
        partial.data()[p] = 0;
        add_strided(x + p * kPiece * step, std::min(kPiece, n - p * kPiece), step,
                    partial.data() + p);
      }
    });
    Total total = 0;
    add_total(partial.data(), pieces, &total);
    *y = finish(total);
  }
  static void add_total(const Total* partial, std::int64_t n, Total* total) {
    row_loops().sums.row[static_cast<int>(dtype_of<Total>())](partial, n, total);
  }

  /// Every output is the sum of rows.
  void rows(const Axes& kept, Axes summed, int row_axis) const {
    std::int64_t n = 1, step = 1;
    if (row_axis >= 0) {
      n = summed.size[row_axis];
      step = summed.in[row_axis];
      summed.erase(row_axis);
    }
    const std::int64_t outputs = kept.count(), repeats = summed.count();
    if (outputs == 1 && repeats == 1 && n > 2 * kPiece) return whole(n, step);
    const std::int64_t grain = kPiece / std::max<std::int64_t>(n * repeats, 1) + 1;
    parallel_for(0, outputs, grain, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t i = first; i < last; ++i) {
        const auto [in, out] = place(kept, i);
        Total total = 0;
        walk<1>(summed.size, {summed.in.data()},
                [&](const auto& at) { add_strided(x + in + at[0], n, step, &total); });
        y[out] = finish(total);
      }
    });
  }

  /// Every row of outputs is the sum of rows, one of them for each index of the summed axes.
  void columns(Axes kept, const Axes& summed, int column_axis) const {
    const std::int64_t n = kept.size[column_axis], step = kept.in[column_axis];
    const std::int64_t out_step = kept.out[column_axis];
    kept.erase(column_axis);
    const std::int64_t outer = kept.count(), terms = summed.count();
    // Pieces are blocks of columns, and of the terms where there are many.
    constexpr std::int64_t kBlock = 256;
    const std::int64_t blocks = (n + kBlock - 1) / kBlock, width = std::min(n, kBlock);
    const std::int64_t piece = std::max<std::int64_t>(4 * kPiece / width, 1);
    const std::int64_t slices = std::max<std::int64_t>((terms + piece - 1) / piece, 1);
    const Scratch<Total> totals(slices > 1 ? outer * blocks * slices * kBlock : 0);
    const auto add_slice = [&](std::int64_t task, Total* to) {
      const std::int64_t slice = task % slices, block = task / slices % blocks;
      const X* from = x + place(kept, task / slices / blocks).first + block * kBlock * step;
      const std::int64_t count = std::min(kBlock, n - block * kBlock);
      std::fill(to, to + count, Total(0));
      add_terms(from, step, count, summed, slice * piece, std::min(terms, (slice + 1) * piece), to);
    };
    const auto write = [&](std::int64_t task, const Total* from) {  // task: outer and block
      const std::int64_t block = task % blocks;
      Y* to = y + place(kept, task / blocks).second + block * kBlock * out_step;
      const std::int64_t count = std::min(kBlock, n - block * kBlock);
      for (std::int64_t j = 0; j < count; ++j) to[j * out_step] = finish(from[j]);
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
    for (std::int64_t task = 0; task < outer * blocks; ++task) {
      Total* to = totals.data() + task * slices * kBlock;
      const std::int64_t count = std::min(kBlock, n - task % blocks * kBlock);
      for (std::int64_t s = 1; s < slices; ++s)
        for (std::int64_t j = 0; j < count; ++j) to[j] += to[s * kBlock + j];
      write(task, to);
    }
  }

  /// to[j] += the terms first .. last - 1 of column j.
  void add_terms(const X* from, std::int64_t step, std::int64_t columns, const Axes& summed,
                 std::int64_t first, std::int64_t last, Total* to) const {
    const bool one_axis = summed.size.rank() == 1;
    if (step == 1 && one_axis)
      return add_columns(from + first * summed.in[0], summed.in[0], last - first, columns, to);
    for (std::int64_t t = first; t < last; ++t) {
      const X* row = from + place(summed, t).first;
      if (step == 1) add_columns(row, 0, 1, columns, to);
      else
        for (std::int64_t j = 0; j < columns; ++j) add_row(row + j * step, 1, to + j);
    }
  }
};

}  // namespace

void sum_over(const AnyView& x, const AnyView& y, std::uint64_t axes, bool keepdim,
              double divisor) {
  const Plan plan(x, y, axes, keepdim);
  visit_dtype(x.dtype, [&](auto tag) {
    using X = typename decltype(tag)::type;
    using S = Summation<X>;
    const S sum{static_cast<const X*>(x.data), static_cast<typename S::Y*>(y.data), divisor};
    const int row = plan.summed.closest(), column = plan.kept.closest();
    const bool by_columns =
        column >= 0 && x.numel > 0 &&
        (row < 0 || std::abs(plan.kept.in[column]) < std::abs(plan.summed.in[row]));
    if (by_columns) sum.columns(plan.kept, plan.summed, column);
    else sum.rows(plan.kept, plan.summed, row);
  });
}

}  // namespace limpid

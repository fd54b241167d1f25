// The fast average pooling: rows first, then columns (pooling/mean_windows.h), in vectors, without
// any copy of a window. kh + kw additions a window where the other rungs take kh kw, and the image
// is read once, row by row. The same loops serve adaptive_avg_pool2d.

#include "limpid/ops/avg_pool2d/ladder.h"
#include "limpid/ops/pooling/mean_windows.h"

namespace limpid {

namespace {

MeanAxis mean_axis(const WindowAxis& axis, std::int64_t windows, const PoolProblem& p) {
  MeanAxis out;
  out.size = axis.size;
  for (std::int64_t o = 0; o < windows; ++o) {
    out.first.push_back(axis.place(o, axis.first(o)));
    out.last.push_back(axis.place(o, axis.last(o)));
    out.divisor.push_back(static_cast<double>(counted(axis, o, p.count_padding)));
  }
  return out;
}

void run(const PoolProblem& p, const Io& io) {
  MeanAxis rows = mean_axis(p.rows, p.out_rows, p);
  MeanAxis columns = mean_axis(p.columns, p.out_columns, p);
  if (p.divisor_override) {
    rows.divisor.assign(rows.divisor.size(), 1.0);
    columns.divisor.assign(columns.divisor.size(), static_cast<double>(p.divisor_override));
  }
  if (p.backward) spread_means(rows, columns, io.in[0], io.out[0]);
  else mean_windows(rows, columns, io.in[0], io.out[0]);
}

}  // namespace

extern const PoolRung kAvgPoolDirect{"direct", "sums of rows, then of columns, in vectors", &run};

}  // namespace limpid

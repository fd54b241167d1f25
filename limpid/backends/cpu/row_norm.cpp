// Statistics are not kept for the gradient: while a row is in the cache, measuring it again costs
// less than reading them would.

#include "limpid/backends/cpu/row_norm.h"

#include <memory>
#include <vector>

#include "limpid/backends/cpu/dense_copy.h"
#include "limpid/backends/cpu/dense_rows.h"
#include "limpid/backends/cpu/row_statistics.h"

namespace limpid {

namespace {

template <class C>
Line<C> line_of(const RowNorm& norm, const C* x) {
  return norm.centred ? centred_line(x, norm.length, norm.eps)
                      : root_mean_square_line(x, norm.length, norm.eps);
}

/// Contiguous memory seen as rows [first, last).
class Rows {
 public:
  Rows(const AnyView& view, std::int64_t length, std::int64_t first, std::int64_t last)
      : shape_{last - first, length}, strides_{length, 1} {
    const auto bytes = static_cast<std::int64_t>(size_of(view.dtype)) * length * first;
    view_ = {static_cast<char*>(view.data) + bytes,
             shape_.data(),
             strides_.data(),
             (last - first) * length,
             2,
             view.dtype,
             true};
  }
  Rows(const Rows&) = delete;
  const AnyView& view() const { return view_; }

 private:
  Shape shape_, strides_;
  AnyView view_;
};

/// A weight or bias as dense elements of C; all `otherwise` when it is absent.
template <class C>
void read_parameter(const AnyView& from, std::int64_t n, C otherwise, C* to) {
  if (!from.defined()) return static_cast<void>(std::fill(to, to + n, otherwise));
  visit_float(from.dtype, [&](auto tag) {
    const auto* p = static_cast<const typename decltype(tag)::type*>(from.data);
    walk<1>(shape_of(from), {from.strides},
            [&](const auto& at) { *to++ = static_cast<C>(p[at[0]]); });
  });
}

template <class T>
void run_forward(const RowNorm& norm, const AnyView& x, const AnyView& weight, const AnyView& bias,
                 const AnyView& y) {
  using C = RowType<T>;
  const std::int64_t n = norm.length, rows = n ? x.numel / n : 0;
  const bool plain = !weight.defined() && !bias.defined();
  const Scratch<C> parameters(plain ? 0 : 2 * n);
  C *w = parameters.data(), *b = w + (plain ? 0 : n);
  if (!plain) {
    read_parameter<C>(weight, n, 1, w);
    read_parameter<C>(bias, n, 0, b);
  }
  const Rows from(x, n, 0, rows), to(y, n, 0, rows);
  const NormLoops<C>& loops = norm_loops().of<C>();
  for_each_row<T, 1>({from.view()}, &to.view(), 1, [&](std::int64_t, const auto& in, C* out) {
    const Line<C> h = line_of(norm, in[0]);
    if (plain) loops.line(in[0], h, 1, 0, out, n);
    else loops.affine(in[0], h, w, b, out, n);
  });
}

/// Sums of dy h and dy over rows: of few rows in C, of all of them in double.
template <class C>
class ParameterSums {
 public:
  explicit ParameterSums(std::int64_t n) : n_(n), parts_(2 * n), totals_(2 * n) {
    std::fill(parts_.data(), parts_.data() + 2 * n, C(0));
    std::fill(totals_.data(), totals_.data() + 2 * n, 0.0);
  }
  /// Adds a row; gives the sums of g and g h over it.
  TwoSums add(const C* dy, const C* x, Line<C> h, const C* weight) {
    C* parts = parts_.data();
    const TwoSums sums =
        norm_loops().of<C>().sums_and_slopes(dy, x, h, weight, parts, parts + n_, n_);
    if (++rows_ % 32 == 0) flush();
    return sums;
  }
  void flush() {
    for (std::int64_t i = 0; i < 2 * n_; ++i) {
      totals_.data()[i] += static_cast<double>(parts_.data()[i]);
      parts_.data()[i] = 0;
    }
  }
  double weight(std::int64_t i) const { return totals_.data()[i]; }
  double bias(std::int64_t i) const { return totals_.data()[n_ + i]; }

 private:
  std::int64_t n_, rows_ = 0;
  Scratch<C> parts_;
  Scratch<double> totals_;
};

/// to_i = the total over the pieces of value(sums of a piece, i).
template <class Sums, class Value>
void write_totals(const AnyView& to, std::int64_t n, const Sums& sums, const Value& value) {
  if (!to.defined()) return;
  visit_float(to.dtype, [&](auto tag) {
    using P = typename decltype(tag)::type;
    for (std::int64_t i = 0; i < n; ++i) {
      double total = 0;
      for (const auto& sum : sums) total += value(*sum, i);
      static_cast<P*>(to.data)[i] = convert<P>(total);
    }
  });
}

template <class T>
void run_backward(const RowNorm& norm, const AnyView& dy, const AnyView& x, const AnyView& weight,
                  const AnyView& dx, const AnyView& dweight, const AnyView& dbias) {
  using C = RowType<T>;
  const std::int64_t n = norm.length, rows = n ? x.numel / n : 0;
  const bool sums_wanted = dweight.defined() || dbias.defined();
  const Scratch<C> w(n);
  read_parameter<C>(weight, n, 1, w.data());
  // Pieces do not depend on the number of threads, so neither do the sums.
  const std::int64_t pieces = std::clamp<std::int64_t>(rows / 32, 1, 16);
  std::vector<std::unique_ptr<ParameterSums<C>>> sums(static_cast<std::size_t>(pieces));
  const NormLoops<C>& loops = norm_loops().of<C>();
  const double share = n ? 1 / static_cast<double>(n) : 0;
  const auto run_piece = [&](std::int64_t piece) {
    auto& sum = sums[static_cast<std::size_t>(piece)];
    if (sums_wanted) sum = std::make_unique<ParameterSums<C>>(n);
    const std::int64_t first = rows * piece / pieces, last = rows * (piece + 1) / pieces;
    const Rows of_dy(dy, n, first, last), of_x(x, n, first, last);
    const Rows of_dx(dx.defined() ? dx : x, n, first, last);
    const AnyView* out = dx.defined() ? &of_dx.view() : nullptr;
    for_each_row<T, 2>(
        {of_dy.view(), of_x.view()}, out, 1, [&](std::int64_t, const auto& in, C* to) {
          const Line<C> h = line_of(norm, in[1]);
          const TwoSums s = sum ? sum->add(in[0], in[1], h, w.data())
                                : loops.weighted_sums(in[0], in[1], h, w.data(), n);
          if (!to) return;
          const double r = static_cast<double>(h.factor) * share;
          loops.weighted_slope(in[0], in[1], h, w.data(), h.factor, static_cast<C>(s.second * r),
                               static_cast<C>(norm.centred ? s.first * r : 0), to, n);
        });
    if (sum) sum->flush();
  };
  const std::int64_t grain =
      std::max<std::int64_t>(16384 * pieces / std::max<std::int64_t>(x.numel, 1), 1);
  parallel_for(0, pieces, grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t piece = begin; piece < end; ++piece) run_piece(piece);
  });
  write_totals(dweight, n, sums, [](const auto& sum, std::int64_t i) { return sum.weight(i); });
  write_totals(dbias, n, sums, [](const auto& sum, std::int64_t i) { return sum.bias(i); });
}

}  // namespace

void row_norm(const RowNorm& norm, const AnyView& x, const AnyView& weight, const AnyView& bias,
              const AnyView& y) {
  const DenseCopy dense(x);
  visit_float(x.dtype, [&](auto tag) {
    run_forward<typename decltype(tag)::type>(norm, dense.view(), weight, bias, y);
  });
}

void row_norm_backward(const RowNorm& norm, const AnyView& dy, const AnyView& x,
                       const AnyView& weight, const AnyView& dx, const AnyView& dweight,
                       const AnyView& dbias) {
  visit_float(x.dtype, [&](auto tag) {
    run_backward<typename decltype(tag)::type>(norm, dy, x, weight, dx, dweight, dbias);
  });
}

}  // namespace limpid

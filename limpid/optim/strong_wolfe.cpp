#include "limpid/optim/strong_wolfe.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace limpid::optim {

double cubic_minimum(const LinePoint& a, const LinePoint& b, double low, double high) {
  const LinePoint &left = a.t <= b.t ? a : b, &right = a.t <= b.t ? b : a;
  const double d1 = left.slope + right.slope - 3 * (left.loss - right.loss) / (left.t - right.t);
  const double square = d1 * d1 - left.slope * right.slope;
  if (!(square >= 0)) return (low + high) / 2;
  const double d2 = std::sqrt(square);
  const double share = (right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2);
  return std::min(std::max(right.t - (right.t - left.t) * share, low), high);
}

namespace {

class Search {
 public:
  Search(const std::function<LinePoint(double)>& at, const LinePoint& start,
         const LineSearchOptions& options)
      : at_(at), start_(start), options_(options) {}

  /// Goes outwards until two points have a good one between them. True: the last one is good.
  bool bracket(double t) {
    LinePoint before = start_, now = at_(t);
    while (steps_ < options_.max_steps) {
      if (too_high(now) || (steps_ > 1 && now.loss >= before.loss)) return between(before, now);
      if (flat(now)) return between(now, now), true;
      if (now.slope >= 0) return between(before, now);
      t = cubic_minimum(before, now, now.t + 0.01 * (now.t - before.t), now.t * 10);
      before = now;
      now = at_(t);
      ++steps_;
    }
    return between(start_, now);
  }

  /// Shrinks the bracket around a good point.
  void zoom(double largest) {
    bool close_before = false;
    while (steps_ < options_.max_steps) {
      const auto [least, most] = std::minmax(ends_[0].t, ends_[1].t);
      if ((most - least) * largest < options_.tolerance_change) return;
      const double t =
          away_from_ends(cubic_minimum(ends_[0], ends_[1], least, most), least, most, close_before);
      const LinePoint now = at_(t);
      ++steps_;
      if (replace_end(now)) return;
    }
  }

  const LinePoint& best() const { return ends_[low_]; }

 private:
  bool too_high(const LinePoint& p) const {
    return p.loss > start_.loss + options_.c1 * p.t * start_.slope;
  }
  bool flat(const LinePoint& p) const { return std::abs(p.slope) <= -options_.c2 * start_.slope; }

  bool between(const LinePoint& a, const LinePoint& b) {
    ends_ = {a, b};
    low_ = a.loss <= b.loss ? 0 : 1;
    return false;
  }

  /// A point within a tenth of an end is moved to that tenth: at once when it lies on the end, else
  /// the second time in a row.
  static double away_from_ends(double t, double least, double most, bool& close_before) {
    const double tenth = 0.1 * (most - least);
    const bool close = std::min(most - t, t - least) < tenth;
    const bool move = close && (close_before || t >= most || t <= least);
    close_before = close && !move;
    if (!move) return t;
    return std::abs(t - most) < std::abs(t - least) ? most - tenth : least + tenth;
  }

  /// True when the new point is good.
  bool replace_end(const LinePoint& now) {
    LinePoint &low = ends_[low_], &high = ends_[1 - low_];
    if (too_high(now) || now.loss >= low.loss) {
      high = now;
      low_ = ends_[0].loss <= ends_[1].loss ? 0 : 1;
      return false;
    }
    const bool good = flat(now);
    if (!good && now.slope * (high.t - low.t) >= 0) high = low;
    low = now;
    return good;
  }

  const std::function<LinePoint(double)>& at_;
  const LinePoint& start_;
  const LineSearchOptions& options_;
  std::int64_t steps_ = 0;
  std::array<LinePoint, 2> ends_;  // of the bracket
  std::size_t low_ = 0;            // the one with less loss
};

}  // namespace

LinePoint strong_wolfe(const std::function<LinePoint(double)>& at, const LinePoint& start, double t,
                       double largest, const LineSearchOptions& options) {
  Search search(at, start, options);
  if (!search.bracket(t)) search.zoom(largest);
  return search.best();
}

}  // namespace limpid::optim

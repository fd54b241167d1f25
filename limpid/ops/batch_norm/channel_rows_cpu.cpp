#include <algorithm>

#include "limpid/backends/cpu/parallel.h"
#include "limpid/ops/batch_norm/channel_rows.h"

namespace limpid {

namespace {

const BatchNormLoops& loops_of(DType dtype) {
  static const BatchNormTable& table = at_level(simd_level(), LIMPID_LEVELS(batch_norm_loops));
  return dtype == DType::f16 ? table.f16 : dtype == DType::bf16 ? table.bf16 : table.f32;
}

const void* at_byte(const void* p, std::int64_t at) { return static_cast<const char*>(p) + at; }
void* at_byte(void* p, std::int64_t at) { return static_cast<char*>(p) + at; }

std::int64_t divide_up(std::int64_t n, std::int64_t by) { return (n + by - 1) / by; }

}  // namespace

ChannelRows::ChannelRows(std::int64_t count, std::int64_t channels, DType dtype)
    : count_(count),
      channels_(channels),
      size_(static_cast<std::int64_t>(size_of(dtype))),
      loops_(loops_of(dtype)) {
  constexpr std::int64_t kColumns = 64, kElements = 1 << 14, kMostPieces = 64;
  group_ = std::max<std::int64_t>(1, kColumns / std::max<std::int64_t>(channels, 1));
  const std::int64_t groups = divide_up(count, group_), columns = group_ * channels;
  const std::int64_t wanted = divide_up(groups * columns, kElements);
  most_ = divide_up(groups, std::clamp<std::int64_t>(wanted, 1, kMostPieces));
  pieces_ = groups ? divide_up(groups, most_) : 0;
}

/// Calls f(piece, bytes before the first element, rows, columns), with several rows as one of many
/// columns; what is left of the rows in the end is one row of fewer columns.
template <class F>
void ChannelRows::for_pieces(F&& f) const {
  parallel_for(0, pieces_, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t piece = first; piece < last; ++piece) {
      const std::int64_t begin = piece * most_ * group_;
      const std::int64_t rows = std::min(most_ * group_, count_ - begin), whole = rows / group_;
      f(piece, begin * channels_ * size_, whole, group_ * channels_);
      if (const std::int64_t left = rows - whole * group_)
        f(piece, (begin + whole * group_) * channels_ * size_, std::int64_t{1}, left * channels_);
    }
  });
}

/// f(bytes before the first element, rows, columns, first sums, second sums) adds those of one
/// piece.
template <class F>
ChannelSums ChannelRows::sum(F&& f) const {
  const std::int64_t columns = group_ * channels_;
  std::vector<double> parts(static_cast<std::size_t>(pieces_ * 2 * columns));
  for_pieces([&](std::int64_t piece, std::int64_t at, std::int64_t rows, std::int64_t n) {
    double* first = parts.data() + piece * 2 * columns;
    f(at, rows, n, first, first + columns);
  });
  const auto channels = static_cast<std::size_t>(channels_);
  ChannelSums out{std::vector<double>(channels), std::vector<double>(channels)};
  for (const double* p = parts.data(); p < parts.data() + parts.size(); p += 2 * columns)
    for (std::int64_t j = 0; j < columns; j += channels_)
      for (std::size_t c = 0; c < channels; ++c) {
        out.first[c] += (p + j)[c];
        out.second[c] += (p + columns + j)[c];
      }
  return out;
}

std::vector<float> ChannelRows::repeated(const std::vector<float>& values) const {
  std::vector<float> out;
  out.reserve(values.size() * static_cast<std::size_t>(group_));
  for (std::int64_t k = 0; k < group_; ++k) out.insert(out.end(), values.begin(), values.end());
  return out;
}

ChannelSums ChannelRows::deviations(const void* x, const std::vector<float>& about) const {
  const std::vector<float> from = repeated(about);
  return sum(
      [&](std::int64_t at, std::int64_t rows, std::int64_t n, double* sums, double* squares) {
        loops_.deviations(at_byte(x, at), rows, n, from.data(), sums, squares);
      });
}

ChannelSums ChannelRows::products(const void* x, const void* dy,
                                  const std::vector<float>& centre) const {
  const std::vector<float> from = repeated(centre);
  return sum([&](std::int64_t at, std::int64_t rows, std::int64_t n, double* sums, double* totals) {
    loops_.products(at_byte(x, at), at_byte(dy, at), rows, n, from.data(), sums, totals);
  });
}

void ChannelRows::normalise(const void* x, const std::vector<float>& centre,
                            const std::vector<float>& factor, const std::vector<float>& shift,
                            void* y) const {
  const std::vector<float> c = repeated(centre), f = repeated(factor), s = repeated(shift);
  for_pieces([&](std::int64_t, std::int64_t at, std::int64_t rows, std::int64_t n) {
    loops_.normalise(at_byte(x, at), rows, n, c.data(), f.data(), s.data(), at_byte(y, at));
  });
}

void ChannelRows::gradient(const void* x, const void* dy, const std::vector<float>& centre,
                           const std::vector<float>& of_dy, const std::vector<float>& of_x,
                           const std::vector<float>& constant, void* dx) const {
  const std::vector<float> c = repeated(centre), a = repeated(of_dy), b = repeated(of_x),
                           d = repeated(constant);
  for_pieces([&](std::int64_t, std::int64_t at, std::int64_t rows, std::int64_t n) {
    loops_.gradient(at_byte(x, at), at_byte(dy, at), rows, n, c.data(), a.data(), b.data(),
                    d.data(), at_byte(dx, at));
  });
}

}  // namespace limpid

#include "limpid/metrics/accuracy.h"

#include <cmath>
#include <cstdio>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/metrics/confusion_matrix.h"

namespace limpid {

double accuracy(const Tensor& truth, const Tensor& predicted) {
  const auto t = checked_classes(truth, 0, "truth"), p = checked_classes(predicted, 0, "predicted");
  if (t.size() != p.size())
    throw ShapeError(str("truth has ", t.size(), " samples but predicted has ", p.size()));
  if (t.empty()) throw ValueError("accuracy: there are no samples");
  std::int64_t right = 0;
  for (std::size_t i = 0; i < t.size(); ++i) right += t[i] == p[i];
  return static_cast<double>(right) / static_cast<double>(t.size());
}

double top_k_accuracy(const Tensor& truth, const Tensor& scores, std::int64_t k) {
  if (scores.dim() != 2)
    throw ShapeError(str("scores: expected shape (N, C), found ", to_string(scores.shape())));
  const std::int64_t samples = scores.size(0), classes = scores.size(1);
  if (k < 1 || k > classes)
    throw ValueError(str("top_k_accuracy: k is ", k, "; it must be 1 to ", classes));
  const auto t = checked_classes(truth, classes, "truth");
  if (std::ssize(t) != samples)
    throw ShapeError(str("truth has ", t.size(), " samples but scores have ", samples));
  if (samples == 0) throw ValueError("top_k_accuracy: there are no samples");
  const std::vector<double> all = scores.to_vector<double>();
  std::int64_t right = 0;
  for (std::int64_t i = 0; i < samples; ++i) {
    const double* row = all.data() + i * classes;
    const std::int64_t own = t[static_cast<std::size_t>(i)];
    std::int64_t ahead = 0;  // classes that come before the true one
    for (std::int64_t c = 0; c < classes; ++c) {
      if (std::isnan(row[c])) throw ValueError(str("scores: NaN at position ", i, ", class ", c));
      ahead += row[c] > row[own] || (row[c] == row[own] && c < own);
    }
    right += ahead < k;
  }
  return static_cast<double>(right) / static_cast<double>(samples);
}

std::vector<ClassAccuracy> accuracy_per_class(const Tensor& truth, const Tensor& predicted,
                                              std::span<const std::string> names) {
  const Tensor matrix = confusion_matrix(truth, predicted, std::ssize(names));
  const std::vector<std::int64_t> counts = matrix.to_vector<std::int64_t>();
  std::vector<ClassAccuracy> out;
  for (std::size_t t = 0; t < names.size(); ++t) {
    ClassAccuracy row{names[t], counts[t * names.size() + t]};
    for (std::size_t p = 0; p < names.size(); ++p) row.total += counts[t * names.size() + p];
    out.push_back(std::move(row));
  }
  return out;
}

std::string accuracy_table(std::span<const ClassAccuracy> rows) {
  std::string out = "class     right  of    accuracy\n";
  char line[96];
  for (const ClassAccuracy& row : rows) {
    std::snprintf(line, sizeof line, "%-8.24s %6lld  %-5lld ", row.name.c_str(),
                  static_cast<long long>(row.correct), static_cast<long long>(row.total));
    out += line;
    if (row.total == 0) {
      out += "  n/a\n";
      continue;
    }
    const double share = static_cast<double>(row.correct) / static_cast<double>(row.total);
    std::snprintf(line, sizeof line, "%5.1f %%\n", 100 * share);
    out += line;
  }
  return out;
}

}  // namespace limpid

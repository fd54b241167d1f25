#include "limpid/metrics/precision_recall.h"

#include <cstdio>

#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"

namespace limpid {

namespace {

/// True positives, and how many samples are, and were said to be, of a class.
struct Counts {
  std::int64_t hit = 0, is = 0, said = 0;
};

std::vector<Counts> counts_of(const Tensor& matrix) {
  if (matrix.dim() != 2 || matrix.size(0) != matrix.size(1) || !is_integer(matrix.dtype()))
    throw ShapeError(str("expected a confusion matrix, (C, C) whole numbers, found ",
                         matrix.dtype(), " of shape ", to_string(matrix.shape())));
  const auto classes = static_cast<std::size_t>(matrix.size(0));
  const std::vector<std::int64_t> m = matrix.to_vector<std::int64_t>();
  std::vector<Counts> counts(classes);
  for (std::size_t t = 0; t < classes; ++t)
    for (std::size_t p = 0; p < classes; ++p) {
      const std::int64_t n = m[t * classes + p];
      counts[t].is += n;
      counts[p].said += n;
      if (t == p) counts[t].hit = n;
    }
  return counts;
}

std::optional<double> ratio(std::int64_t a, std::int64_t b) {
  if (b == 0) return std::nullopt;
  return static_cast<double>(a) / static_cast<double>(b);
}

PrecisionRecall scores_of(const Counts& c) {  // 2 TP + FP + FN = is + said
  return {ratio(c.hit, c.said), ratio(c.hit, c.is), ratio(2 * c.hit, c.is + c.said), c.is};
}

std::string cell(std::optional<double> value) {
  char text[32];
  if (!value) return "      n/a";
  std::snprintf(text, sizeof text, "%9.4f", *value);
  return text;
}

std::string line(const std::string& name, const PrecisionRecall& scores) {
  char text[64];
  std::snprintf(text, sizeof text, "%-12.24s", name.c_str());
  return str(text, cell(scores.precision), cell(scores.recall), cell(scores.f1), "  ",
             scores.support, "\n");
}

}  // namespace

std::vector<PrecisionRecall> precision_recall_per_class(const Tensor& matrix) {
  std::vector<PrecisionRecall> out;
  for (const Counts& c : counts_of(matrix)) out.push_back(scores_of(c));
  return out;
}

PrecisionRecall precision_recall(const Tensor& matrix, Average average) {
  Counts all;
  double weight = 0, precision = 0, recall = 0, f1 = 0;
  for (const Counts& c : counts_of(matrix)) {
    all.hit += c.hit, all.is += c.is, all.said += c.said;
    if (c.is == 0 && c.said == 0) continue;
    const double w = average == Average::weighted ? static_cast<double>(c.is) : 1.0;
    const PrecisionRecall scores = scores_of(c);
    weight += w;
    precision += w * scores.precision.value_or(0);
    recall += w * scores.recall.value_or(0);
    f1 += w * scores.f1.value_or(0);
  }
  if (average == Average::micro) return scores_of(all);
  if (weight == 0) return {};
  return {precision / weight, recall / weight, f1 / weight, all.is};
}

std::string precision_recall_table(const Tensor& matrix, std::span<const std::string> names) {
  std::string out = "class       precision   recall       f1  samples\n";
  const auto rows = precision_recall_per_class(matrix);
  for (std::size_t c = 0; c < rows.size(); ++c)
    out += line(c < names.size() ? printable(names[c]) : str(c), rows[c]);
  out += line("micro", precision_recall(matrix, Average::micro));
  out += line("macro", precision_recall(matrix, Average::macro));
  out += line("weighted", precision_recall(matrix, Average::weighted));
  return out;
}

}  // namespace limpid

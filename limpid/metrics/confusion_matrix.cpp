#include "limpid/metrics/confusion_matrix.h"

#include <algorithm>
#include <cstdio>

#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {
constexpr std::int64_t kMaxClasses = 20'000;  // a square of int64: 3.2 GB

std::string name_of(std::int64_t c, std::span<const std::string> names) {
  if (c >= std::ssize(names)) return str(c);
  return printable(names[static_cast<std::size_t>(c)]).substr(0, 24);
}
}  // namespace

std::vector<std::int64_t> checked_classes(const Tensor& labels, std::int64_t classes,
                                          std::string_view what) {
  if (labels.dim() != 1)
    throw ShapeError(
        str(what, ": expected one class a sample, shape (N,), found ", to_string(labels.shape())));
  if (!is_integer(labels.dtype()) && !is_bool(labels.dtype()))
    throw DTypeError(str(what, ": expected whole numbers, found ", labels.dtype()));
  std::vector<std::int64_t> values = labels.to_vector<std::int64_t>();
  if (classes == 0) return values;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] < 0 || values[i] >= classes)
      throw IndexError(
          str(what, ": class ", values[i], " at position ", i, " is outside of 0..", classes - 1));
  return values;
}

Tensor confusion_matrix(const Tensor& truth, const Tensor& predicted, std::int64_t classes) {
  if (classes < 1 || classes > kMaxClasses)
    throw ValueError(str("confusion_matrix: ", classes, " classes; it must be 1 to ", kMaxClasses));
  const auto t = checked_classes(truth, classes, "truth");
  const auto p = checked_classes(predicted, classes, "predicted");
  if (t.size() != p.size())
    throw ShapeError(str("truth has ", t.size(), " samples but predicted has ", p.size()));
  const Tensor matrix = zeros({classes, classes}, {.dtype = DType::i64});
  auto* counts = matrix.data<std::int64_t>();
  for (std::size_t i = 0; i < t.size(); ++i) ++counts[t[i] * classes + p[i]];
  return matrix;
}

std::string confusion_table(const Tensor& matrix, std::span<const std::string> names) {
  const std::int64_t classes = matrix.size(0);
  const std::vector<std::int64_t> counts = matrix.to_vector<std::int64_t>();
  std::size_t first = std::string_view("true \\ said").size(), width = 4;
  for (std::int64_t c = 0; c < classes; ++c) {
    first = std::max(first, name_of(c, names).size());
    width = std::max(width, std::min<std::size_t>(name_of(c, names).size(), 8));
  }
  for (const std::int64_t count : counts) width = std::max(width, str(count).size());
  const auto padded = [](std::string text, std::size_t size, bool left) {
    text.resize(std::min(text.size(), size));
    return left ? text + std::string(size - text.size(), ' ')
                : std::string(size - text.size(), ' ') + text;
  };
  std::string out = padded("true \\ said", first, true);
  for (std::int64_t c = 0; c < classes; ++c) out += "  " + padded(name_of(c, names), width, false);
  for (std::int64_t t = 0; t < classes; ++t) {
    out += "\n" + padded(name_of(t, names), first, true);
    for (std::int64_t p = 0; p < classes; ++p)
      out += "  " + padded(str(counts[static_cast<std::size_t>(t * classes + p)]), width, false);
  }
  return out + "\n";
}

}  // namespace limpid

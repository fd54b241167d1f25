#include "limpid/data/digits.h"

#include <cmath>
#include <vector>

#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/data/csv.h"
#include "limpid/data/data_root.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

constexpr std::int64_t kImages = 1797, kDigitSide = 8, kPixels = kDigitSide * kDigitSide;
constexpr int kMaxInk = 16, kMaxDigit = 9;

int whole_number(const CsvTable& table, std::int64_t row, std::int64_t column, int highest,
                 const char* what, const std::filesystem::path& path) {
  const double value = table.at(row, column);
  if (value >= 0 && value <= highest && value == std::floor(value)) return static_cast<int>(value);
  throw FileError(str(text_place(path.native(), row + 1), ": column ", column + 1, " is ", value,
                      "; ", what, " is a whole number from 0 to ", highest));
}

}  // namespace

Digits load_digits(const std::filesystem::path& path) {
  const std::filesystem::path file = path.empty() ? find_data_file("digits/digits.csv") : path;
  const CsvTable table = read_csv(file, {.columns = kPixels + 1, .max_bytes = 10'000'000});
  if (table.rows != kImages)
    throw FileError(str(text_place(file.native(), table.rows), ": the file has ", table.rows,
                        " lines, and the digits are ", kImages, "; it was cut off or changed"));
  Digits digits{empty({kImages, 1, kDigitSide, kDigitSide}, {.dtype = DType::f32}),
                empty({kImages}, {.dtype = DType::i64})};
  auto* pixel = digits.images.data<float>();
  auto* label = digits.labels.data<std::int64_t>();
  for (std::int64_t row = 0; row < kImages; ++row) {
    for (std::int64_t column = 0; column < kPixels; ++column)
      *pixel++ =
          static_cast<float>(whole_number(table, row, column, kMaxInk, "a pixel", file)) / kMaxInk;
    *label++ = whole_number(table, row, kPixels, kMaxDigit, "a digit", file);
  }
  return digits;
}

}  // namespace limpid

#pragma once
// Numbers in a text file, separated by commas.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace limpid {

struct CsvOptions {
  char separator = ',';
  bool header = false;       ///< the first line holds the names of the columns
  std::int64_t columns = 0;  ///< columns every line must have; 0: as many as the first
  std::int64_t max_bytes = std::int64_t{1} << 30;
  std::int64_t max_columns = 1'000'000;
};

/// A table of numbers, row by row. Row r stands in line r + 1, or r + 2 under a header.
struct CsvTable {
  std::int64_t rows = 0, columns = 0;
  std::vector<double> values;      ///< integers are exact up to 2^53
  std::vector<std::string> names;  ///< of the columns, where the file has a header

  double at(std::int64_t row, std::int64_t column) const {
    return values[static_cast<std::size_t>(row * columns + column)];
  }
};

/// Reads a whole file. FileError such as "digits.csv:12:31: expected a number, found 'x'" (line,
/// then the byte of the line, both from 1). Lines end in \n or \r\n; spaces around numbers are
/// allowed; empty lines, NaN and infinities are not.
CsvTable read_csv(const std::filesystem::path& path, const CsvOptions& options = {});
/// The same of text in memory; `name` stands for the path in errors.
CsvTable parse_csv(std::string_view text, std::string_view name, const CsvOptions& options = {});

/// "digits.csv:12:31" (a column of 0 is left out), fit for printing whatever the file is called.
std::string text_place(std::string_view file, std::int64_t line, std::int64_t column = 0);

}  // namespace limpid

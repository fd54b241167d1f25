#include "limpid/data/csv.h"

#include <charconv>
#include <cmath>

#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"

namespace limpid {

namespace {

class Parser {
 public:
  Parser(std::string_view text, std::string_view name, const CsvOptions& options)
      : rest_(text), name_(name), options_(options) {
    table_.columns = options.columns;
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";  // spreadsheets write it
    if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
  }

  CsvTable table() {
    if (options_.header && next_line()) parse_names();
    while (next_line()) {
      parse_row();
      ++table_.rows;
    }
    return std::move(table_);
  }

 private:
  /// `at` is a place within line_.
  [[noreturn]] void fail(const char* at, std::string_view problem) const {
    throw FileError(str(text_place(name_, number_, at - line_.data() + 1), ": ", problem));
  }

  bool next_line() {
    if (rest_.empty()) return false;
    const auto end = rest_.find('\n');
    line_ = rest_.substr(0, end);
    rest_.remove_prefix(end == rest_.npos ? rest_.size() : end + 1);
    if (line_.ends_with('\r')) line_.remove_suffix(1);
    ++number_;
    return true;
  }

  static std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
  }

  /// Calls `field(text)` for each field of the line and checks their number.
  template <class Field>
  void for_fields(Field field) {
    std::int64_t count = 0;
    for (std::size_t begin = 0; true; ++begin) {
      const auto end = std::min(line_.find(options_.separator, begin), line_.size());
      if (++count > options_.max_columns || (table_.columns != 0 && count > table_.columns))
        fail(line_.data() + begin,
             str("more than the ", table_.columns ? table_.columns : options_.max_columns,
                 " columns expected"));
      field(line_.substr(begin, end - begin));
      begin = end;
      if (begin == line_.size()) break;
    }
    if (table_.columns == 0) table_.columns = count;
    if (count < table_.columns)
      fail(line_.data() + line_.size(),
           str("the line ends after ", count, " of ", table_.columns, " columns"));
  }

  void parse_names() {
    for_fields([&](std::string_view field) { table_.names.emplace_back(trim(field)); });
  }

  void parse_row() {
    if (trim(line_).empty()) fail(line_.data(), "expected numbers, found an empty line");
    for_fields([&](std::string_view field) { table_.values.push_back(parse_number(field)); });
  }

  double parse_number(std::string_view field) const {
    const std::string_view text = trim(field);
    double value = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range)
      fail(text.data(), str("the number ", quote(text), " is outside the range of float64"));
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
      fail(text.data(), str("expected a number, found ", text.empty() ? "nothing" : quote(text)));
    return value;
  }

  std::string_view rest_, line_, name_;
  const CsvOptions& options_;
  std::int64_t number_ = 0;  // of the line, from 1
  CsvTable table_;
};

}  // namespace

std::string text_place(std::string_view file, std::int64_t line, std::int64_t column) {
  return str(printable(file), ":", line, column ? str(":", column) : "");
}

CsvTable read_csv(const std::filesystem::path& path, const CsvOptions& options) {
  return parse_csv(read_text_file(path, options.max_bytes), path.string(), options);
}

CsvTable parse_csv(std::string_view text, std::string_view name, const CsvOptions& options) {
  return Parser(text, name, options).table();
}

}  // namespace limpid

#include "limpid/data/text_table.h"

#include <algorithm>
#include <utility>

#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/core/suggest.h"
#include "limpid/data/csv.h"

namespace limpid {

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

class Parser {
 public:
  Parser(std::string_view text, std::string_view name, const TextTableOptions& options)
      : text_(text), name_(name), options_(options) {
    if (text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
    table_.columns = options.columns;
  }

  TextTable table() {
    bool header = options_.header;
    while (at_ < text_.size()) {
      if (accept_line_end()) continue;
      const std::int64_t line = line_;
      const auto before = static_cast<std::int64_t>(table_.fields.size());
      if (before + std::max<std::int64_t>(table_.columns, 1) > options_.max_fields)
        fail(str("the table has more than max_fields = ", options_.max_fields, " fields"));
      std::vector<std::string> record = parse_record();
      if (std::exchange(header, false)) table_.names = std::move(record);
      else {
        for (std::string& field : record) table_.fields.push_back(std::move(field));
        table_.lines.push_back(line);
        ++table_.rows;
      }
    }
    return std::move(table_);
  }

 private:
  [[noreturn]] void fail(std::string_view problem) const {
    throw FileError(str(text_place(name_, line_, static_cast<std::int64_t>(at_ - line_begin_) + 1),
                        ": ", problem));
  }

  bool accept_line_end() {
    if (text_.substr(at_).starts_with("\r\n")) ++at_;
    else if (text_[at_] != '\n') return false;
    ++at_;
    ++line_;
    line_begin_ = at_;
    return true;
  }

  std::vector<std::string> parse_record() {
    std::vector<std::string> record;
    const std::int64_t most = table_.columns ? table_.columns : options_.max_columns;
    while (true) {
      if (static_cast<std::int64_t>(record.size()) == most)
        fail(str("more than the ", most, " columns expected"));
      record.push_back(parse_field());
      if (at_ == text_.size() || text_[at_] != options_.separator) break;
      ++at_;
    }
    const auto count = static_cast<std::int64_t>(record.size());
    if (table_.columns == 0) table_.columns = count;
    if (count < table_.columns)
      fail(str("the record ends after ", count, " of ", table_.columns, " columns"));
    if (at_ < text_.size()) accept_line_end();
    return record;
  }

  /// Up to the separator, the line's end or the file's end.
  std::string parse_field() {
    if (options_.quotes && at_ < text_.size() && text_[at_] == '"') return parse_quoted();
    std::string field;
    while (at_ < text_.size() && text_[at_] != options_.separator && !at_line_end()) {
      if (options_.quotes && text_[at_] == '"')
        fail("a quote inside of a field that does not begin with one; write \"...\"\"...\"");
      add(field);
    }
    return field;
  }

  std::string parse_quoted() {
    std::string field;
    const std::string begin =
        text_place(name_, line_, static_cast<std::int64_t>(at_ - line_begin_) + 1);
    for (++at_; true;) {
      if (at_ == text_.size()) throw FileError(begin + ": the quoted field does not end");
      if (text_[at_] == '"') {
        ++at_;
        if (at_ == text_.size() || text_[at_] != '"') break;
      } else if (text_[at_] == '\n') {
        ++line_;
        line_begin_ = at_ + 1;
      }
      add(field);
    }
    if (at_ < text_.size() && text_[at_] != options_.separator && !at_line_end())
      fail("expected a separator or the line's end behind a quoted field");
    return field;
  }

  bool at_line_end() const { return text_[at_] == '\n' || text_.substr(at_).starts_with("\r\n"); }
  void add(std::string& field) {
    if (text_[at_] == '\0') fail("a byte of zero, which no text has");
    field += text_[at_++];
  }

  std::string_view text_, name_;
  const TextTableOptions& options_;
  std::size_t at_ = 0, line_begin_ = 0;
  std::int64_t line_ = 1;
  TextTable table_;
};

}  // namespace

std::int64_t TextTable::column(std::string_view name) const {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return static_cast<std::int64_t>(i);
  throw ValueError(str("there is no column ", quote(name), did_you_mean(name, names)));
}

TextTable read_text_table(const std::filesystem::path& path, const TextTableOptions& options) {
  return parse_text_table(read_text_file(path, options.max_bytes), path.string(), options);
}

TextTable parse_text_table(std::string_view text, std::string_view name,
                           const TextTableOptions& options) {
  return Parser(text, name, options).table();
}

std::string csv_field(std::string_view text, char separator) {
  const bool plain = text.find_first_of("\"\r\n") == text.npos &&
                     text.find(separator) == text.npos && !text.starts_with(kByteOrderMark);
  if (plain) return std::string(text);
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

}  // namespace limpid

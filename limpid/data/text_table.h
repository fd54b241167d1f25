#pragma once
// Texts in columns: comma- and tab-separated files with quoting (RFC 4180). Files of nothing but
// numbers are read faster by csv.h.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace limpid {

struct TextTableOptions {
  char separator = ',';
  bool header = false;  ///< the first record holds the names of the columns
  bool quotes = true;   ///< "a, ""b""" is one field; without, a quote is a character as any other
  std::int64_t columns = 0;  ///< fields every record must have; 0: as many as the first
  std::int64_t max_bytes = std::int64_t{1} << 28;
  std::int64_t max_columns = 10'000;
  /// Of all records together. A field of one byte takes 32 bytes of memory, so the size of the file
  /// alone bounds little.
  std::int64_t max_fields = 10'000'000;
};

/// Fields, record by record. Quoted fields may hold line breaks, so a record may take several
/// lines.
struct TextTable {
  std::int64_t rows = 0, columns = 0;
  std::vector<std::string> fields;
  std::vector<std::int64_t> lines;  ///< the line in which each record begins, from 1
  std::vector<std::string> names;   ///< of the columns, where the file has a header

  const std::string& at(std::int64_t row, std::int64_t column) const {
    return fields[static_cast<std::size_t>(row * columns + column)];
  }
  /// The column of a name. ValueError suggests the nearest.
  std::int64_t column(std::string_view name) const;
};

/// Reads a whole file. FileError such as "words.csv:12:31: a quote inside of a field ..." (line,
/// then the byte of the line, both from 1): records of another length, quotes that do not end or do
/// not make up a whole field, bytes of zero, and more than the limits allow. Lines end in \n or
/// \r\n; empty lines are skipped.
TextTable read_text_table(const std::filesystem::path& path, const TextTableOptions& options = {});
/// The same of text in memory; `name` stands for the path in errors.
TextTable parse_text_table(std::string_view text, std::string_view name,
                           const TextTableOptions& options = {});

/// One field as it must be written: in quotes where it needs them.
std::string csv_field(std::string_view text, char separator = ',');

}  // namespace limpid

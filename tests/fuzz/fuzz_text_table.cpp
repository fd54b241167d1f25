// Any bytes are a table of texts or a FileError, and what is read can be written and read again.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "limpid/core/error.h"
#include "limpid/data/cola.h"
#include "limpid/data/text_table.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace limpid;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const bool quotes : {false, true}) {
    try {
      const TextTable table = parse_text_table(text, "fuzz", {.header = quotes, .quotes = quotes});
      if (std::ssize(table.fields) != table.rows * table.columns) std::abort();
      for (const std::string& field : table.fields)
        if (const std::string line = csv_field(field); quotes && !line.empty())
          if (parse_text_table(line, "again").at(0, 0) != field) std::abort();
    } catch (const FileError&) {
    }
  }
  try {
    parse_cola(text, "fuzz");
  } catch (const FileError&) {
  }
  return 0;
}

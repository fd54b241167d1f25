// Any bytes are a table or a FileError.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "limpid/core/error.h"
#include "limpid/data/csv.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace limpid;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const bool header : {false, true}) {
    try {
      const CsvTable table = parse_csv(text, "fuzz", {.header = header});
      if (table.values.size() != static_cast<std::size_t>(table.rows * table.columns)) std::abort();
    } catch (const FileError&) {
    }
  }
  return 0;
}

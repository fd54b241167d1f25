// Any bytes are a JSON value or a FileError; what is read is written and read back equal.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "limpid/core/error.h"
#include "limpid/io/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace limpid;
  try {
    const Json value = parse_json({reinterpret_cast<const char*>(data), size});
    if (parse_json(to_text(value)) != value) std::abort();
  } catch (const FileError&) {
  }
  return 0;
}

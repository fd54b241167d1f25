// Any bytes are tensors within the limit, or a FileError.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "limpid/core/error.h"
#include "limpid/io/npz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace limpid;
  constexpr std::int64_t limit = 1 << 20;
  try {
    std::int64_t bytes = 0;
    for (const auto& [name, tensor] :
         parse_npz(std::as_bytes(std::span(data, size)), "fuzz", limit))
      bytes += tensor.numel() * static_cast<std::int64_t>(size_of(tensor.dtype()));
    if (bytes > limit) std::abort();
  } catch (const FileError&) {
  }
  return 0;
}

// Any bytes are a tensor that is no larger than the file can hold, or a FileError.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "limpid/core/error.h"
#include "limpid/io/idx.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace limpid;
  try {
    const Tensor tensor = parse_idx(std::as_bytes(std::span(data, size)), "fuzz");
    const std::int64_t bytes = tensor.numel() * static_cast<std::int64_t>(size_of(tensor.dtype()));
    if (bytes > 1032 * static_cast<std::int64_t>(size)) std::abort();
  } catch (const FileError&) {
  }
  return 0;
}

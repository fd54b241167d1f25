// Any bytes are a tensor of the file's size, or a FileError.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "limpid/core/error.h"
#include "limpid/io/npy.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace limpid;
  try {
    const Tensor tensor = parse_npy(std::as_bytes(std::span(data, size)), "fuzz");
    const std::int64_t bytes = tensor.numel() * static_cast<std::int64_t>(size_of(tensor.dtype()));
    if (bytes >= static_cast<std::int64_t>(size)) std::abort();
    if (npy_header(tensor).size() % 64 != 0) std::abort();
  } catch (const FileError&) {
  }
  return 0;
}

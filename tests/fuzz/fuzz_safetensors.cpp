// Any bytes are tensors (and perhaps a model), or a FileError; what is read can be used.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "limpid/core/error.h"
#include "limpid/io/model_file.h"
#include "limpid/io/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace limpid;
  const auto bytes = std::as_bytes(std::span(data, size));
  try {
    std::int64_t total = 0;
    for (const auto& [name, tensor] : parse_safetensors(bytes).tensors)
      total += tensor.numel() * static_cast<std::int64_t>(size_of(tensor.dtype()));
    if (total > static_cast<std::int64_t>(size)) std::abort();
  } catch (const FileError&) {
  }
  try {
    parse_model(bytes);
  } catch (const FileError&) {
  }
  return 0;
}

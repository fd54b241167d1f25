// Any bytes are a batch of CIFAR-10 in the binary layout, or a FileError.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "limpid/core/error.h"
#include "limpid/data/cifar10.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace limpid;
  try {
    const CifarBatch batch = parse_cifar_binary(std::as_bytes(std::span(data, size)), "fuzz");
    if (batch.pixels.numel() + batch.labels.numel() != static_cast<std::int64_t>(size))
      std::abort();
  } catch (const FileError&) {
  }
  return 0;
}

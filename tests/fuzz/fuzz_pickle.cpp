// Any bytes are data or a FileError, and a batch of CIFAR-10 or a FileError.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "limpid/core/error.h"
#include "limpid/data/cifar10.h"
#include "limpid/io/pickle.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace limpid;
  const auto bytes = std::as_bytes(std::span(data, size));
  try {
    const Pickle pickle = parse_pickle(bytes, "fuzz");
    for (const std::uint32_t id : pickle.root().items) name_of(pickle[id].kind);
  } catch (const FileError&) {
  }
  try {
    const CifarBatch batch = parse_cifar_python(bytes, "fuzz");
    if (batch.pixels.size(0) != batch.labels.size(0)) std::abort();
  } catch (const FileError&) {
  }
  return 0;
}

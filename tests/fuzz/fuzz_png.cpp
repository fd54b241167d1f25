// Any bytes are a PNG file or a FileError, nothing else; what is read can be used.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "limpid/core/error.h"
#include "limpid/vision/png.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace limpid;
  // Large pictures are allowed, but would only make the search slow. Bytes 16 to 23 are the sides.
  if (size >= 24 && (data[16] | data[17] | data[20] | data[21])) return 0;
  try {
    const Image image = decode_png(std::as_bytes(std::span(data, size)), "fuzz");
    check_image(image, "fuzz");
    const Image small = resize(image, 8, 8);
    if (to_grey(small).pixels.size() != 64) std::abort();
    if (image.width * image.height < 4096 && decode_png(encode_png(image), "again") != image) {
      std::abort();
    }
  } catch (const FileError&) {
  }
  return 0;
}

// Any bytes are a vocabulary or a FileError; any text can be encoded with it.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "limpid/core/error.h"
#include "limpid/data/vocabulary.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace limpid;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  tokenize(text);
  try {
    const Vocabulary vocabulary = Vocabulary::parse(text, "fuzz");
    if (vocabulary[vocabulary.word(vocabulary.size() - 1)] != vocabulary.size() - 1) std::abort();
    vocabulary.decode(vocabulary.encode(text));
  } catch (const FileError&) {
  }
  return 0;
}

#include "limpid/core/random.h"

namespace limpid {

namespace {
thread_local Generator* thread_generator = nullptr;
}

Generator& default_generator() {
  static Generator shared(0);
  return thread_generator ? *thread_generator : shared;
}

void manual_seed(std::uint64_t seed) { default_generator().manual_seed(seed); }

UseGenerator::UseGenerator(Generator& generator) : before_(thread_generator) {
  thread_generator = &generator;
}
UseGenerator::~UseGenerator() { thread_generator = before_; }

}  // namespace limpid

// Threads, seeds, memory, versions.

#include "casters.h"
#include "limpid/core/random.h"
#include "limpid/core/version.h"
#include "limpid/tensor/allocator.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

void add_runtime(nb::module_& m) {
  m.def(
      "_manual_seed", [](std::int64_t seed) { manual_seed(static_cast<std::uint64_t>(seed)); },
      "seed"_a);
  m.def("initial_seed", [] { return default_generator().seed(); });
}

}  // namespace limpid::python

#include "limpid/cli/version.h"

#include "limpid/backends/cpu/simd.h"
#include "limpid/config.h"
#include "limpid/core/str.h"
#include "limpid/core/version.h"
#include "limpid/explain/libraries.h"

namespace limpid {

std::string version_text() {
  const BuildInfo build = build_info();
  std::string out = str("limpid ", build.version, " (", build.commit, ", ", build.build_type, ", ",
                        build.compiler, ")\n");
  out += str("processor   ", cpu_features(), "\n");
  out += "libraries   ";
  bool first = true;
  for (const auto& [name, version] : library_versions()) {
    out += str(first ? "" : ", ", name, " ", version);
    first = false;
  }
  out += "\nops         " + str(all_op_count(), LIMPID_SELECTED_OPS[0] ? " (selected: " : "",
                               LIMPID_SELECTED_OPS, LIMPID_SELECTED_OPS[0] ? ")" : "");
  return out;
}

}  // namespace limpid

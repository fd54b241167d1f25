#include "limpid/cli/version.h"

#include "limpid/config.h"
#include "limpid/core/str.h"
#include "limpid/core/version.h"
#include "limpid/explain/libraries.h"
#include "limpid/io/inflate.h"
#include "limpid/ops/all_ops.h"

namespace limpid {

std::string version_text() {
  const BuildInfo& build = build_info();
  std::string libraries, options;
  for (const auto& [name, version] : library_versions())
    libraries += str(libraries.empty() ? "" : ", ", name, " ", version);
  const auto option = [&](std::string_view name, bool on) {
    options += str(options.empty() ? "" : ", ", name, on ? "" : " (off)");
  };
  option("cpu kernels", LIMPID_HAS_CPU);
  option("oneDNN", LIMPID_HAS_ONEDNN);
  option("OpenMP", LIMPID_HAS_OPENMP);
  option("autograd", LIMPID_HAS_AUTOGRAD);
  option("PNG", LIMPID_HAS_PNG);
  option("zlib", !inflate_version().empty());
  option("cairo", LIMPID_HAS_CAIRO);
  option("TOML", LIMPID_HAS_TOML);
  return str("limpid ", build.version, " (commit ", build.commit, ", ", build.build_type, ", ",
             build.compiler, ")\noptions    ", options, "\nprocessor  ", processor_text(),
             "\nlibraries  ", libraries, "\nops        ", all_op_entries().size(), " (",
             all_ops().size(), " with kernels)");
}

}  // namespace limpid

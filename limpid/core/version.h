#pragma once
// Which limpid this is. What the build contains is in the generated limpid/config.h.

namespace limpid {

/// Where a program came from, for `limpid --version` and for files that limpid writes.
struct BuildInfo {
  const char* version = "";     ///< as in "0.1.0"
  const char* commit = "";      ///< twelve digits of the git commit, or "unknown"
  const char* build_type = "";  ///< Release, Debug or MinSizeRel
  const char* compiler = "";    ///< as in "GNU 12.2.0"
};

/// What the running program was built from. Lives as long as the program.
const BuildInfo& build_info() noexcept;

}  // namespace limpid

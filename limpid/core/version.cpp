#include "limpid/core/version.h"

#include "limpid/commit.h"  // nothing else includes it: a new commit rebuilds this file only
#include "limpid/config.h"

namespace limpid {

const BuildInfo& build_info() noexcept {
  static constexpr BuildInfo info{LIMPID_VERSION, LIMPID_COMMIT, LIMPID_BUILD_TYPE,
                                  LIMPID_COMPILER};
  return info;
}

}  // namespace limpid

#include "limpid/core/machine_memory.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace limpid {

std::int64_t machine_memory() {
  // The limit of a container: of cgroups of version 2 ("max" is none), and of version 1.
  static constexpr const char* limits[] = {"/sys/fs/cgroup/memory.max",
                                           "/sys/fs/cgroup/memory/memory.limit_in_bytes"};
  const std::int64_t pages = std::max<std::int64_t>(0, sysconf(_SC_PHYS_PAGES));
  return within_limits(pages * sysconf(_SC_PAGESIZE), limits);
}

std::int64_t within_limits(std::int64_t bytes, std::span<const char* const> files) {
  for (const char* path : files) {
    std::int64_t limit = 0;
    std::ifstream(path) >> limit;
    if (limit > 0) bytes = bytes > 0 ? std::min(bytes, limit) : limit;
  }
  return bytes;
}

}  // namespace limpid

#include "limpid/core/machine_memory.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace limpid {

std::int64_t machine_memory() {
  std::int64_t bytes = std::max<std::int64_t>(0, sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);
  // The limit of a container: of cgroups of version 2 ("max" is none), and of version 1.
  for (const char* path :
       {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    std::int64_t limit = 0;
    if (std::ifstream(path) >> limit && limit > 0)
      bytes = bytes > 0 ? std::min(bytes, limit) : limit;
  }
  return bytes;
}

}  // namespace limpid

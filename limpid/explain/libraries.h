#pragma once

#include <string>
#include <utility>
#include <vector>

namespace limpid {

/// Libraries of this build, as pairs of name and version.
std::vector<std::pair<std::string, std::string>> library_versions();

/// The processor's name, SIMD level in use and threads.
std::string processor_text();

}  // namespace limpid

#pragma once

#include <string>

namespace limpid {

/// Version, build options, processor features in use, libraries and their versions.
std::string version_text();

}  // namespace limpid

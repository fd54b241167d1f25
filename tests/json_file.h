#pragma once
// Files of JSON: the reader is compiled once, since nlohmann's takes a compiler a second in every
// file of tests.

#include <nlohmann/json.hpp>
#include <string>

namespace limpid::testing {

nlohmann::json read_json(const std::string& path);

/// A file of tests/golden/.
inline nlohmann::json read_golden(const std::string& name) {
  return read_json(LIMPID_SOURCE_DIR "/tests/golden/" + name);
}

}  // namespace limpid::testing

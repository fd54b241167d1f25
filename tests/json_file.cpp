#include "tests/json_file.h"

#include <fstream>

namespace limpid::testing {

nlohmann::json read_json(const std::string& path) {
  return nlohmann::json::parse(std::ifstream(path));
}

}  // namespace limpid::testing

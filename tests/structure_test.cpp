// The plan of the house, checked: includes go one way between the rooms of limpid/, a card includes
// no other card, and no dependency's header leaks through a header of ours.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace limpid::structure_test {

namespace {

/// The rooms, ground floor first. A room may include itself and every room on a floor below; rooms
/// on one floor may not include one another. A new room is entered here.
const std::vector<std::vector<std::string>> kFloors = {{"core"},
                                                       {"tensor"},
                                                       {"autograd"},
                                                       {"op"},
                                                       {"backends"},
                                                       {"ops"},
                                                       {"graph"},
                                                       {"nn"},
                                                       {"optim", "io", "vision"},
                                                       {"data", "metrics"},
                                                       {"train", "explain", "serve"},
                                                       {"cli"}};

/// How the headers of libraries that we use begin.
constexpr std::string_view kDependencies[] = {"dnnl",  "oneapi/", "xsimd",     "CLI/",
                                              "fmt/",  "toml++/", "spng.h",    "cairo",
                                              "omp.h", "zlib",    "nlohmann/", "doctest/"};

constexpr std::string_view kStandardLibraryOnly[] = {"core", "tensor", "autograd", "op"};

struct Include {
  int line = 0;
  std::string target;   // the text between the quotes or brackets
  bool quoted = false;  // "..." (ours) and not <...>
};

template <class Range>
bool contains(const Range& range, std::string_view value) {
  return std::find(std::begin(range), std::end(range), value) != std::end(range);
}

std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> parts;
  std::istringstream in(path);
  for (std::string part; std::getline(in, part, '/');) parts.push_back(part);
  return parts;
}

/// "core" for limpid/core/error.h; "" for what lies in limpid/ itself, as the generated config.h.
std::string room_of(const std::string& path) {
  const auto parts = split(path);
  return parts.size() > 2 ? parts[1] : "";
}

/// The floor of a room, or -1 where the plan has no such room.
int floor_of(std::string_view room) {
  for (std::size_t i = 0; i < kFloors.size(); ++i)
    if (contains(kFloors[i], room)) return static_cast<int>(i);
  return -1;
}

/// Whether the path is a card: limpid/ops/<name>/<name>.h.
bool is_card(const std::string& path) {
  const auto parts = split(path);
  return parts.size() == 4 && parts[1] == "ops" && parts[3] == parts[2] + ".h";
}

bool is_header(std::string_view path) { return path.ends_with(".h"); }

bool is_dependency(std::string_view target) {
  return std::any_of(std::begin(kDependencies), std::end(kDependencies),
                     [&](std::string_view start) { return target.starts_with(start); });
}

std::vector<Include> includes_of(const std::string& text) {
  std::vector<Include> found;
  std::istringstream in(text);
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    std::erase_if(line, [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
    constexpr std::string_view directive = "#include";
    if (!line.starts_with(directive) || line.size() < directive.size() + 2) continue;
    const bool quoted = line[directive.size()] == '"';
    const auto start = directive.size() + 1;
    const auto end = line.find(quoted ? '"' : '>', start);
    found.push_back({number, line.substr(start, end - start), quoted});
  }
  return found;
}

/// The rule that an include of another file of ours breaks, or "".
std::string broken_by_ours(const std::string& path, const std::string& target) {
  if (!target.starts_with("limpid/")) return "our headers are included by their path from limpid/";
  const auto from = room_of(path), to = room_of(target);
  if (to.empty()) return "";  // limpid/config.h
  if (floor_of(to) < 0) return "room '" + to + "' is not in the plan (kFloors in this test)";
  if (from != to && floor_of(to) >= floor_of(from))
    return "room '" + from + "' may not include room '" + to + "'";
  if (!is_card(path)) return "";
  if (is_card(target)) return "a card never includes another card";
  const bool own_folder = split(path)[2] == split(target)[2] && to == "ops";
  if (!own_folder && !contains(std::initializer_list<std::string_view>{"core", "tensor", "op"}, to))
    return "a card includes only headers of core, tensor, op and its own folder";
  return "";
}

/// The rule that an include of a library's header breaks, or "".
std::string broken_by_dependency(const std::string& path) {
  const auto room = room_of(path);
  if (contains(kStandardLibraryOnly, room))
    return "room '" + room + "' uses the standard library only";
  if (is_header(path) && room != "backends")
    return "no dependency's header in a header of ours: include it in the .cpp";
  return "";
}

/// What is wrong in one file: "limpid/op/apply.h:7: includes ...: rule", a line each.
std::vector<std::string> violations(const std::string& path, const std::string& text) {
  std::vector<std::string> found;
  const auto room = room_of(path);
  if (floor_of(room) < 0)
    return {path + ":1: room '" + room + "' is not in the plan (kFloors in this test)"};
  for (const auto& [line, target, quoted] : includes_of(text)) {
    std::string rule;
    if (is_dependency(target)) rule = broken_by_dependency(path);
    else if (quoted || target.starts_with("limpid/")) rule = broken_by_ours(path, target);
    if (rule.empty()) continue;
    found.push_back(path + ":" + std::to_string(line) + ": includes " + target + ": " + rule);
  }
  return found;
}

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Example {
  const char* path;
  const char* text;
  const char* expected;  // part of the one message; nullptr where nothing is wrong
};

}  // namespace

TEST_CASE("structure: the scanner refuses what breaks the plan and nothing else") {
  const Example examples[] = {
      {"limpid/core/a.h", "#include \"limpid/tensor/tensor.h\"", "'core' may not include"},
      {"limpid/core/a.h", "// first\n  # include \"limpid/op/x.h\"", "limpid/core/a.h:2: includes"},
      {"limpid/core/a.h", "#include <limpid/op/operator.h>", "'core' may not include room 'op'"},
      {"limpid/optim/a.cpp", "#include \"limpid/data/loader.h\"", "'optim' may not include"},
      {"limpid/explain/a.cpp", "#include \"limpid/train/run.h\"", "'explain' may not include"},
      {"limpid/nn/a.cpp", "#include \"linear.h\"", "by their path from limpid/"},
      {"limpid/nn/a.cpp", "#include \"limpid/attic/linear.h\"", "'attic' is not in the plan"},
      {"limpid/attic/a.cpp", "", "'attic' is not in the plan"},
      {"limpid/stray.cpp", "", "is not in the plan"},
      {"limpid/ops/add/add.h", "#include \"limpid/ops/sum/sum.h\"", "never includes another card"},
      {"limpid/ops/add/add.h", "#include \"limpid/backends/cpu/simd.h\"", "a card includes only"},
      {"limpid/ops/add/add.h", "#include \"limpid/ops/sum/rows.h\"", "a card includes only"},
      {"limpid/tensor/a.cpp", "#include <fmt/format.h>", "standard library only"},
      {"limpid/op/a.h", "#include <omp.h>", "standard library only"},
      {"limpid/train/a.h", "#include <nlohmann/json.hpp>", "no dependency's header"},
      {"limpid/io/a.h", "#include <spng.h>", "no dependency's header"},
      {"limpid/ops/add/add.h", "#include \"dnnl.hpp\"", "no dependency's header"},
      {"limpid/ops/add/add.h", "#include \"limpid/op/operator.h\"", nullptr},
      {"limpid/ops/add/add.h", "#include \"limpid/ops/add/rows.h\"", nullptr},
      {"limpid/ops/add/add.cpp", "#include \"limpid/ops/sum/sum.h\"", nullptr},
      {"limpid/ops/all_ops.h", "#include \"limpid/ops/sum/sum.h\"", nullptr},
      {"limpid/train/a.cpp", "#include \"limpid/data/loader.h\"\n#include <fmt/core.h>", nullptr},
      {"limpid/core/a.cpp", "#include <vector>\n#include \"limpid/config.h\"", nullptr},
      {"limpid/core/a.cpp", "// #include \"limpid/nn/module.h\"", nullptr},
      {"limpid/backends/cpu/a.h", "#include <xsimd/xsimd.hpp>", nullptr},
      {"limpid/io/a_png.cpp", "#include <spng.h>", nullptr},
  };
  for (const auto& [path, text, expected] : examples) {
    const auto found = violations(path, text);
    const auto message = found.empty() ? std::string() : found.front();
    INFO(path << " with " << text << " gave: " << message);
    CHECK(found.size() == (expected ? 1 : 0));
    if (expected) CHECK(message.find(expected) != std::string::npos);
  }
}

TEST_CASE("structure: includes go one way between the rooms") {
  const std::filesystem::path root = LIMPID_SOURCE_DIR;
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "limpid")) {
    const auto extension = entry.path().extension();
    if (!entry.is_regular_file() || (extension != ".h" && extension != ".cpp")) continue;
    ++files;
    const auto path = std::filesystem::relative(entry.path(), root).generic_string();
    if (path == "limpid/limpid.h") continue;  // the whole public interface, for users
    for (const auto& message : violations(path, read(entry.path()))) FAIL_CHECK(message);
  }
  CHECK(files > 0);
}

}  // namespace limpid::structure_test

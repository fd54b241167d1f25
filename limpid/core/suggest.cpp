#include "limpid/core/suggest.h"

#include <algorithm>
#include <vector>

#include "limpid/core/str.h"

namespace limpid {

namespace {

// Longer texts are no misspelt names; comparing them would only cost time.
constexpr std::size_t kLongestName = 64;
constexpr std::size_t kMostListed = 24;

std::string folded(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '-') c = '_';
  }
  return out;
}

std::string only_completion(std::string_view name, std::span<const std::string> names) {
  if (name.size() < 3) return "";
  const std::string start = folded(name);
  const std::string* found = nullptr;
  for (const std::string& candidate : names) {
    if (!folded(candidate).starts_with(start)) continue;
    if (found) return "";
    found = &candidate;
  }
  return found ? *found : "";
}

}  // namespace

std::size_t edit_distance(std::string_view first, std::string_view second) {
  const std::string a = folded(first), b = folded(second);
  // d[i][j]: edits that turn the first i characters of a into the first j of b. Three rows suffice.
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

std::string nearest_name(std::string_view name, std::span<const std::string> names) {
  if (name.empty() || name.size() > kLongestName) return "";
  std::size_t best = std::max<std::size_t>(1, (name.size() + 1) / 3) + 1;
  const std::string* nearest = nullptr;
  for (const std::string& candidate : names) {
    if (candidate.size() > kLongestName) continue;
    const std::size_t distance = edit_distance(name, candidate);
    // As many edits as characters is another word, not a misspelling ("x" for "y").
    if (distance >= best || distance >= candidate.size()) continue;
    best = distance;
    nearest = &candidate;
  }
  return nearest ? *nearest : only_completion(name, names);
}

std::string did_you_mean(std::string_view name, std::span<const std::string> names) {
  if (names.empty()) return "";
  const std::string nearest = nearest_name(name, names);
  if (!nearest.empty()) return str(" (did you mean '", nearest, "'?)");
  std::string list;
  for (std::size_t i = 0; i < std::min(names.size(), kMostListed); ++i) {
    list += str(i ? ", " : "", names[i]);
  }
  if (names.size() > kMostListed) list += str(", and ", names.size() - kMostListed, " more");
  return str(names.size() == 1 ? " (there is: " : " (there are: ", list, ")");
}

}  // namespace limpid

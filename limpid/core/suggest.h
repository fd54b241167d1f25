#pragma once
// "did you mean 'batch_size'?": the nearest of the names that exist.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace limpid {

/// Edits that turn `a` into `b`: insert, delete, replace a character, or swap two neighbours, where
/// no part is edited twice (the restricted Damerau-Levenshtein distance, "optimal string
/// alignment"). Upper and lower case are the same, and so are '-' and '_'.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The entry of `names` nearest to `name` (the first of equals), or "" when none is near: at most
/// one edit for each three characters (and always one), or the only entry that begins with `name`.
std::string nearest_name(std::string_view name, std::span<const std::string> names);

/// For the end of an error message: " (did you mean 'x'?)", or when nothing is near the list of
/// what exists, " (there are: a, b, c)"; "" when `names` is empty.
std::string did_you_mean(std::string_view name, std::span<const std::string> names);

}  // namespace limpid

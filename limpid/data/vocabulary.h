#pragma once
// From text to numbers: words, and a list that gives each word a number.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "limpid/tensor/tensor.h"

namespace limpid {

/// Words of a text: ASCII letters in lower case, every ASCII punctuation mark a word of its own,
/// and split at white space. "Don't, I said." gives don ' t , i said . (bytes beyond ASCII stay as
/// they are, part of their word).
std::vector<std::string> tokenize(std::string_view text);

struct VocabularyOptions {
  std::int64_t min_frequency = 1;  ///< words that are rarer become <unk>
  std::int64_t max_size = 0;       ///< the most frequent words only, special ones counted; 0: all
};

/// Words and their numbers. 0 is <pad> (fills up shorter sentences) and 1 is <unk> (any word that
/// is not in it); then come words by falling frequency, equals in alphabetical order.
class Vocabulary {
 public:
  static constexpr std::int64_t kPad = 0, kUnknown = 1;
  static constexpr std::int64_t kMaxWords = 5'000'000;  ///< that a file may hold

  Vocabulary();
  /// The words of texts. ValueError for options out of range.
  static Vocabulary build(std::span<const std::string> texts,
                          const VocabularyOptions& options = {});

  std::int64_t size() const { return static_cast<std::int64_t>(words_.size()); }
  /// The number of a word, kUnknown when it is not in here.
  std::int64_t operator[](std::string_view word) const;
  /// IndexError for a number outside of 0..size()-1.
  const std::string& word(std::int64_t number) const;

  /// tokenize() and the number of each word: (length,) int64.
  Tensor encode(std::string_view text) const;
  /// The words of numbers, with spaces between; <pad> is left out. DTypeError for what holds no
  /// integers, IndexError for a number that no word has.
  std::string decode(const Tensor& numbers) const;

  /// A text file with one word a line, in order. FileError names the line of a word that stands
  /// twice, of a beginning that is not <pad> and <unk>, and of the first word beyond `max_words`
  /// (each takes some 150 bytes of memory, however short it is).
  void save(const std::filesystem::path& path) const;
  static Vocabulary load(const std::filesystem::path& path, std::int64_t max_words = kMaxWords);
  static Vocabulary parse(std::string_view text, std::string_view name,
                          std::int64_t max_words = kMaxWords);

 private:
  bool add(std::string word);  // false when it is there already

  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  std::vector<std::string> words_;
  std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>> numbers_;
};

}  // namespace limpid

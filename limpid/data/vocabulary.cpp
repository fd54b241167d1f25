#include "limpid/data/vocabulary.h"

#include <algorithm>
#include <map>

#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/data/csv.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

constexpr std::string_view kPadWord = "<pad>", kUnknownWord = "<unk>";
constexpr std::int64_t kMaxFile = std::int64_t{1} << 28;

// The C library's tests of characters depend on the locale; these do not.
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::vector<std::string> tokenize(std::string_view text) {
  std::vector<std::string> words;
  bool open = false;  // the last word may go on
  for (const char c : text) {
    if (is_space(c)) {
      open = false;
    } else if (is_word(c)) {
      if (!open) words.emplace_back();
      words.back() += lower(c);
      open = true;
    } else {
      words.emplace_back(1, c);
      open = false;
    }
  }
  return words;
}

Vocabulary::Vocabulary() {
  add(std::string(kPadWord));
  add(std::string(kUnknownWord));
}

bool Vocabulary::add(std::string word) {
  if (!numbers_.emplace(word, size()).second) return false;
  words_.push_back(std::move(word));
  return true;
}

Vocabulary Vocabulary::build(std::span<const std::string> texts, const VocabularyOptions& options) {
  if (options.min_frequency < 1)
    throw ValueError(str("min_frequency is ", options.min_frequency, "; it must be 1 or more"));
  if (options.max_size != 0 && options.max_size < 2)
    throw ValueError(str("max_size is ", options.max_size, "; <pad> and <unk> alone take 2"));
  std::map<std::string, std::int64_t> counts;
  for (const std::string& text : texts)
    for (std::string& word : tokenize(text)) ++counts[std::move(word)];
  std::vector<std::pair<std::string, std::int64_t>> order(counts.begin(), counts.end());
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  Vocabulary vocabulary;
  for (auto& [word, count] : order) {
    if (count < options.min_frequency) break;
    if (options.max_size != 0 && vocabulary.size() == options.max_size) break;
    vocabulary.add(std::move(word));
  }
  return vocabulary;
}

std::int64_t Vocabulary::operator[](std::string_view word) const {
  const auto found = numbers_.find(word);
  return found == numbers_.end() ? kUnknown : found->second;
}

const std::string& Vocabulary::word(std::int64_t number) const {
  if (number < 0 || number >= size())
    throw IndexError(str("word ", number, " is outside of the vocabulary's 0..", size() - 1));
  return words_[static_cast<std::size_t>(number)];
}

Tensor Vocabulary::encode(std::string_view text) const {
  std::vector<std::int64_t> numbers;
  for (const std::string& word : tokenize(text)) numbers.push_back((*this)[word]);
  return tensor(numbers);
}

std::string Vocabulary::decode(const Tensor& numbers) const {
  if (!is_integer(numbers.dtype()))
    throw DTypeError(str("decode: the numbers of words are integers, not ", numbers.dtype()));
  std::string out;
  std::int64_t position = 0;
  for (const std::int64_t number : numbers.to_vector<std::int64_t>()) {
    if (number < 0 || number >= size())
      throw IndexError(str("decode: word ", number, " at position ", position,
                           " is outside of the vocabulary's 0..", size() - 1));
    if (number != kPad) out += str(out.empty() ? "" : " ", word(number));
    ++position;
  }
  return out;
}

void Vocabulary::save(const std::filesystem::path& path) const {
  std::string text;
  for (const std::string& word : words_) text += word + "\n";
  write_text_file(path, text);
}

Vocabulary Vocabulary::load(const std::filesystem::path& path, std::int64_t max_words) {
  return parse(read_text_file(path, kMaxFile), path.string(), max_words);
}

Vocabulary Vocabulary::parse(std::string_view text, std::string_view name, std::int64_t max_words) {
  Vocabulary vocabulary;
  std::int64_t line = 0;
  const auto fail = [&](std::string_view problem) {
    throw FileError(str(text_place(name, line), ": ", problem));
  };
  while (!text.empty()) {
    ++line;
    const auto end = text.find('\n');
    if (end == text.npos) fail("the last line does not end; the file was cut off");
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (word.empty()) fail("expected a word, found an empty line");
    if (line > max_words)
      fail(str("the vocabulary has more than max_words = ", max_words, " words"));
    if (line <= 2) {
      const std::string_view expected = line == 1 ? kPadWord : kUnknownWord;
      if (word != expected) fail(str("expected ", expected, ", found ", quote(word)));
    } else if (!vocabulary.add(std::string(word))) {
      fail(str("the word ", quote(word), " stands twice"));
    }
  }
  if (line < 2) fail("a vocabulary begins with <pad> and <unk>");
  return vocabulary;
}

}  // namespace limpid

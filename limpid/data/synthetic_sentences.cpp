#include <cctype>
#include <span>
#include <string>
#include <string_view>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/data/draws.h"
#include "limpid/data/synthetic.h"

namespace limpid {

namespace {

using Word = std::string_view;

/// A word in singular and plural.
struct Forms {
  Word of[2];
};

// Determiners that go with one number alone, so that the other is always wrong.
constexpr Forms kDeterminers[] = {
    {{"a", "these"}}, {{"every", "many"}}, {{"this", "those"}}, {{"each", "several"}}};
constexpr Forms kNouns[] = {
    {{"cat", "cats"}},         {{"dog", "dogs"}},       {{"child", "children"}},
    {{"teacher", "teachers"}}, {{"woman", "women"}},    {{"man", "men"}},
    {{"student", "students"}}, {{"bird", "birds"}},     {{"horse", "horses"}},
    {{"doctor", "doctors"}},   {{"writer", "writers"}}, {{"friend", "friends"}}};
constexpr Forms kVerbs[] = {{{"sleeps", "sleep"}}, {{"laughs", "laugh"}}, {{"arrives", "arrive"}},
                            {{"waits", "wait"}},   {{"smiles", "smile"}}, {{"falls", "fall"}}};
constexpr Forms kTransitive[] = {{{"sees", "see"}},   {{"likes", "like"}}, {{"follows", "follow"}},
                                 {{"helps", "help"}}, {{"hears", "hear"}}, {{"knows", "know"}},
                                 {{"finds", "find"}}, {{"loves", "love"}}};
constexpr Word kAdjectives[] = {"little", "young", "small", "tall",
                                "happy",  "quiet", "brave", "tired"};
constexpr Word kAdverbs[] = {"today", "often", "here", "quietly", "again"};
constexpr Word kPrepositions[] = {"near", "behind", "with", "beside"};

template <class T>
const T& any_of(std::span<const T> words, Draws& draws) {
  return words[static_cast<std::size_t>(draws.below(std::ssize(words)))];
}
template <class T, std::size_t N>
const T& any_of(const T (&words)[N], Draws& draws) {
  return any_of(std::span<const T>(words), draws);
}

/// "this old cat": where its determiner stands, and its number (0 one, 1 more).
struct NounPhrase {
  std::size_t determiner = 0, noun = 0;
  std::size_t number = 0;
};

struct Sentence {
  std::vector<Word> words;
  NounPhrase subject;
  std::size_t verb = 0;   ///< its place
  Word wrong_verb;        ///< of the other number
  Word wrong_determiner;  ///< of the subject, likewise
};

NounPhrase add_noun_phrase(Sentence& s, Draws& draws) {
  NounPhrase phrase{.determiner = s.words.size(),
                    .number = static_cast<std::size_t>(draws.below(2))};
  const Forms& determiner = any_of(kDeterminers, draws);
  s.words.push_back(determiner.of[phrase.number]);
  if (s.wrong_determiner.empty()) s.wrong_determiner = determiner.of[1 - phrase.number];
  if (draws.chance(0.3)) s.words.push_back(any_of(kAdjectives, draws));
  phrase.noun = s.words.size();
  s.words.push_back(any_of(kNouns, draws).of[phrase.number]);
  return phrase;
}

/// subject (preposition noun-phrase)* verb [object] [adverb]
Sentence make_sentence(std::int64_t phrases, Draws& draws) {
  Sentence s;
  s.subject = add_noun_phrase(s, draws);
  for (std::int64_t i = draws.below(phrases + 1); i > 0; --i) {
    s.words.push_back(any_of(kPrepositions, draws));
    add_noun_phrase(s, draws);
  }
  const bool transitive = draws.chance(0.5);
  const Forms& verb = transitive ? any_of(kTransitive, draws) : any_of(kVerbs, draws);
  s.verb = s.words.size();
  s.words.push_back(verb.of[s.subject.number]);
  s.wrong_verb = verb.of[1 - s.subject.number];
  if (transitive) add_noun_phrase(s, draws);
  if (draws.chance(0.3)) s.words.push_back(any_of(kAdverbs, draws));
  return s;
}

/// Breaks it in one of five ways, each of which is wrong whatever the words are.
void spoil(Sentence& s, Draws& draws) {
  auto& words = s.words;
  const auto at = [&](std::size_t i) { return words.begin() + static_cast<std::ptrdiff_t>(i); };
  switch (draws.below(5)) {
    case 0: words[s.verb] = s.wrong_verb; break;                             // this cat sleep
    case 1: words[s.subject.determiner] = s.wrong_determiner; break;         // these cat sleeps
    case 2: std::swap(words[s.verb], words[s.verb - 1]); break;              // this sleeps cat
    case 3: words.erase(at(s.verb)); break;                                  // this cat
    default: std::swap(words[s.subject.determiner], words[s.subject.noun]);  // cat this sleeps
  }
}

std::string written(const std::vector<Word>& words) {
  std::string out;
  for (const Word word : words) out += str(out.empty() ? "" : " ", word);
  out[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(out[0])));
  return out + ".";
}

}  // namespace

std::vector<ColaSentence> synthetic_cola(std::int64_t samples, std::uint64_t seed,
                                         std::uint64_t stream, std::int64_t phrases) {
  std::vector<ColaSentence> out;
  for (std::int64_t i = 0; i < samples; ++i) {
    Draws draws(seed, 4 + stream, i);  // 0 to 3 are pictures'
    Sentence s = make_sentence(phrases, draws);
    const bool acceptable = draws.chance(0.5);
    if (!acceptable) spoil(s, draws);
    out.push_back({"made", acceptable, acceptable ? "" : "*", written(s.words)});
  }
  return out;
}

}  // namespace limpid

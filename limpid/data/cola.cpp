#include "limpid/data/cola.h"

#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/data/csv.h"
#include "limpid/data/text_table.h"

namespace limpid {

std::vector<ColaSentence> load_cola(const std::filesystem::path& path) {
  return parse_cola(read_text_file(path, std::int64_t{1} << 28), path.string());
}

std::vector<ColaSentence> parse_cola(std::string_view text, std::string_view name) {
  // Quotes in the sentences are the sentences' own: they are not doubled and do not pair.
  const TextTable table =
      parse_text_table(text, name, {.separator = '\t', .quotes = false, .columns = 4});
  std::vector<ColaSentence> sentences;
  for (std::int64_t row = 0; row < table.rows; ++row) {
    const std::string& label = table.at(row, 1);
    if (label != "0" && label != "1")
      throw FileError(str(text_place(name, table.lines[static_cast<std::size_t>(row)]),
                          ": expected 0 or 1 as label, found ", quote(label)));
    sentences.push_back({table.at(row, 0), label == "1", table.at(row, 2), table.at(row, 3)});
  }
  return sentences;
}

TextDataset::TextDataset(std::vector<std::string> texts, std::vector<std::int64_t> labels,
                         std::shared_ptr<const Vocabulary> vocabulary)
    : texts_(std::move(texts)), labels_(std::move(labels)), vocabulary_(std::move(vocabulary)) {
  if (!vocabulary_) throw ValueError("a TextDataset needs a vocabulary");
  if (texts_.size() != labels_.size())
    throw ValueError(str(texts_.size(), " texts but ", labels_.size(), " labels"));
}

Sample TextDataset::get(std::int64_t i) const {
  if (i < 0 || i >= size())
    throw IndexError(str("sample ", i, " is outside of 0..", size() - 1, " (", size(), " in all)"));
  const auto at = static_cast<std::size_t>(i);
  return {vocabulary_->encode(texts_[at]), Tensor(Scalar(labels_[at]))};
}

}  // namespace limpid

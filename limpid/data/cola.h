#pragma once
// CoLA, the Corpus of Linguistic Acceptability (Warstadt, Singh and Bowman, 2019): English
// sentences and whether a linguist finds them acceptable. https://nyu-mll.github.io/CoLA

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/data/dataset.h"
#include "limpid/data/vocabulary.h"

namespace limpid {

struct ColaSentence {
  std::string source;      ///< code of the publication
  std::int64_t label = 0;  ///< 1 acceptable, 0 not
  std::string mark;        ///< the author's own mark: "*" or nothing
  std::string text;
};

/// Reads one of the tab-separated files in_domain_train.tsv, in_domain_dev.tsv and
/// out_of_domain_dev.tsv: source, label, mark, sentence. FileError names the line of what is wrong.
std::vector<ColaSentence> load_cola(const std::filesystem::path& path);
std::vector<ColaSentence> parse_cola(std::string_view text, std::string_view name = "cola");

/// Texts as numbers, each as long as it is: batches need a collate that pads (data/padding.h).
class TextDataset : public Dataset {
 public:
  TextDataset(std::vector<std::string> texts, std::vector<std::int64_t> labels,
              std::shared_ptr<const Vocabulary> vocabulary);
  std::int64_t size() const override { return static_cast<std::int64_t>(texts_.size()); }
  /// The words' numbers (length,) int64, and the class, a 0-d int64.
  Sample get(std::int64_t i) const override;

 private:
  std::vector<std::string> texts_;
  std::vector<std::int64_t> labels_;
  std::shared_ptr<const Vocabulary> vocabulary_;
};

}  // namespace limpid

// A transformer encoder judges whether English sentences are acceptable. Sources: Vaswani et al.,
// Attention is all you need, NeurIPS 2017; Warstadt, Singh and Bowman, Neural network acceptability
// judgments, TACL 2019.
// in tests: --train 4000 --test 300 --epochs 5 --batch-size 32 --lr 0.002 --require 0.8 --out .

#include "examples/cpp/classify.h"
#include "limpid/data/cola.h"
#include "limpid/data/padding.h"

using namespace example;

namespace {

struct Sizes {
  std::int64_t words = 0;  // in the vocabulary
  std::int64_t width = 64, heads = 4, layers = 1, longest = 64;
  double dropout = 0.1;
};

/// Words and places as vectors, an encoder in which every word looks at all others, and the mean of
/// the words as the sentence.
struct Judge : nn::Module {
  nn::Embedding &words, &places;
  nn::TransformerEncoder& encoder;
  nn::Linear& head;

  explicit Judge(const Sizes& s)
      : words(register_module("words",
                              nn::Embedding(s.words, s.width, {.padding_idx = Vocabulary::kPad}))),
        places(register_module("places", nn::Embedding(s.longest, s.width))),
        encoder(register_module(
            "encoder",
            nn::TransformerEncoder(
                nn::TransformerEncoderLayer(
                    s.width, s.heads,
                    {.dim_feedforward = 4 * s.width, .dropout = s.dropout, .batch_first = true}),
                s.layers))),
        head(register_module("head", nn::Linear(s.width, 2))) {}

  /// Numbers of words (B, T) and where they are real, (B, T) -> scores (B, 2).
  Tensor judge(const Tensor& numbers, const Tensor& real) {
    const std::int64_t length = std::min(numbers.size(1), places.weight.size(0));
    const Tensor mask = real.narrow(1, 0, length);
    const Tensor x = words(numbers.narrow(1, 0, length)) + places(arange(length));
    const Tensor seen = encoder(x, {.src_key_padding_mask = logical_not(mask)});  // (B, T, width)
    const Tensor weight = mask.to(DType::f32).unsqueeze(2);
    return head((seen * weight).sum({1}) / weight.sum({1}));
  }
};

struct Texts {
  std::shared_ptr<const Vocabulary> vocabulary;
  std::vector<ColaSentence> test_sentences;
  std::shared_ptr<TextDataset> train, test;
};

std::shared_ptr<TextDataset> numbered(const std::vector<ColaSentence>& sentences,
                                      std::shared_ptr<const Vocabulary> vocabulary) {
  std::vector<std::string> texts;
  std::vector<std::int64_t> labels;
  for (const ColaSentence& s : sentences) {
    texts.push_back(s.text);
    labels.push_back(s.label);
  }
  return std::make_shared<TextDataset>(texts, labels, std::move(vocabulary));
}

Texts load(std::int64_t train, std::int64_t test, std::int64_t seed) {
  const auto folder = find_or_say("cola");
  const auto made = static_cast<std::uint64_t>(seed);
  auto rest = folder.empty() ? synthetic_cola(wanted(train, 10'000), made, 0)
                             : load_cola(folder / "in_domain_train.tsv");
  auto held = folder.empty() ? synthetic_cola(wanted(test, 1'000), made, 1)
                             : load_cola(folder / "in_domain_dev.tsv");
  if (train > 0 && std::ssize(rest) > train) rest.resize(static_cast<std::size_t>(train));
  if (test > 0 && std::ssize(held) > test) held.resize(static_cast<std::size_t>(test));
  std::vector<std::string> texts;
  for (const ColaSentence& s : rest) texts.push_back(s.text);
  const auto vocabulary = std::make_shared<Vocabulary>(Vocabulary::build(texts));
  return {vocabulary, held, numbered(rest, vocabulary), numbered(held, vocabulary)};
}

/// Accuracy on a dataset, and what the model says of each sentence.
std::pair<double, std::vector<std::int64_t>> test(Judge& model,
                                                  const std::shared_ptr<TextDataset>& data) {
  NoGrad guard;
  model.eval();
  DataLoader loader(data, {.batch_size = 100, .collate = pad_collate(Vocabulary::kPad)});
  std::vector<Tensor> scores, labels;
  for (const Batch& batch : loader) {
    scores.push_back(model.judge(batch.input, batch.mask));
    labels.push_back(batch.target);
  }
  model.train();
  const Tensor all = cat(scores, 0);
  return {accuracy_of(all, cat(labels, 0)), all.argmax(1).to_vector<std::int64_t>()};
}

void print_examples(const Texts& texts, const std::vector<std::int64_t>& said) {
  std::printf("\nreally  said\n");
  for (std::size_t i = 0; i < 8 && i < said.size(); ++i)
    std::printf("%-7s %-7s %s\n", texts.test_sentences[i].label ? "right" : "wrong",
                said[i] ? "right" : "wrong", texts.test_sentences[i].text.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  std::int64_t train = 0, test_count = 0, epochs = 6, batch_size = 64, seed = 0;
  Sizes sizes;
  double lr = 0.001, require = 0;
  std::string out = "cola_transformer";
  const Setting settings[] = {
      {"train", &train, "sentences to train on; 0: all, or 10000 made ones", 0, 100000},
      {"test", &test_count, "sentences to test on; 0: all, or 1000 made ones", 0, 100000},
      {"width", &sizes.width, "numbers a word becomes", 1, 4096},
      {"heads", &sizes.heads, "ways to look at the others at once; width must be divisible", 1, 64},
      {"layers", &sizes.layers, "encoder layers", 1, 64},
      {"longest", &sizes.longest, "words of a sentence that count", 1, 1024},
      {"dropout", &sizes.dropout, "share left out in training", 0, 1},
      {"epochs", &epochs, "passes over the data", 1, 10000},
      {"batch_size", &batch_size, "sentences a step", 1, 100000},
      {"lr", &lr, "learning rate of Adam", 0, 10, true},
      {"seed", &seed, "of weights, order, dropout and made data", 0, kMaxSeed},
      {"require", &require, "fail below this test accuracy", 0, 1},
      {"out", &out, "folder for the picture"}};
  return run_program(argc, argv, "A transformer judges sentences.", settings, [&] {
    make_folder(out);
    const Texts texts = load(train, test_count, seed);
    manual_seed(static_cast<std::uint64_t>(seed));
    sizes.words = texts.vocabulary->size();
    Judge model(sizes);
    std::printf("%lld words, %lld parameters\n", static_cast<long long>(sizes.words),
                static_cast<long long>(count_parameters(model)));
    optim::Adam optimizer(model.parameters(), {.lr = lr});
    optim::CosineAnnealingLR schedule(optimizer, epochs);
    DataLoader loader(texts.train, {.batch_size = batch_size,
                                    .shuffle = true,
                                    .seed = static_cast<std::uint64_t>(seed),
                                    .collate = pad_collate(Vocabulary::kPad)});
    History history;
    std::vector<std::int64_t> said;
    for (std::int64_t epoch = 1; epoch <= epochs; ++epoch) {
      const Clock clock;
      double total = 0;
      for (const Batch& batch : loader) {
        optimizer.zero_grad();
        const Tensor loss = cross_entropy(model.judge(batch.input, batch.mask), batch.target);
        loss.backward();
        optimizer.step();
        total += loss.item();
      }
      schedule.step();
      history.seconds += clock.seconds();
      double share = 0;
      std::tie(share, said) = test(model, texts.test);
      history.add(epoch, total / static_cast<double>(loader.size()), share);
      history.print();
    }
    print_examples(texts, said);
    std::printf("\ntest accuracy %.4f, %.2f s of training\n", history.last(), history.seconds);
    save_curves(out, "Sentences, acceptable or not", {"transformer"}, {history});
    return example::required(history.last() >= require);
  });
}

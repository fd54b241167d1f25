#include "limpid/data/synthetic_files.h"

#include <cstring>

#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/core/suggest.h"
#include "limpid/data/data_root.h"
#include "limpid/data/synthetic.h"
#include "limpid/io/idx.h"
#include "limpid/io/npz.h"

namespace limpid {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMark = "GENERATED DATA, not the real dataset.";
constexpr std::int64_t kMaxSamples = 1'000'000;

void write_mnist(const fs::path& folder, const SyntheticFilesOptions& options) {
  for (const SyntheticPart part : {SyntheticPart::train, SyntheticPart::test}) {
    const bool train = part == SyntheticPart::train;
    const LabelledPixels data =
        synthetic_mnist(train ? options.train : options.test, options.seed, part);
    const std::string name = train ? "train" : "t10k";
    save_idx(folder / (name + "-images-idx3-ubyte.gz"), data.pixels);
    save_idx(folder / (name + "-labels-idx1-ubyte.gz"), data.labels.to(DType::u8));
  }
}

/// Records of a label byte and 3072 pixels, from sample `first` to before `last`.
void write_cifar_batch(const fs::path& path, const LabelledPixels& data, std::int64_t first,
                       std::int64_t last) {
  constexpr std::int64_t kPixels = 3 * 32 * 32;
  std::vector<std::byte> bytes(static_cast<std::size_t>((last - first) * (kPixels + 1)));
  std::byte* out = bytes.data();
  for (std::int64_t i = first; i < last; ++i, out += kPixels + 1) {
    *out = static_cast<std::byte>(data.labels.data<std::int64_t>()[i]);
    std::memcpy(out + 1, data.pixels.data<std::uint8_t>() + i * kPixels, kPixels);
  }
  write_file(path, bytes);
}

void write_cifar10(const fs::path& folder, const SyntheticFilesOptions& options) {
  constexpr std::int64_t kBatches = 5;
  const LabelledPixels train = synthetic_cifar10(options.train, options.seed, SyntheticPart::train);
  for (std::int64_t b = 0; b < kBatches; ++b)
    write_cifar_batch(folder / str("data_batch_", b + 1, ".bin"), train,
                      options.train * b / kBatches, options.train * (b + 1) / kBatches);
  write_cifar_batch(folder / "test_batch.bin",
                    synthetic_cifar10(options.test, options.seed, SyntheticPart::test), 0,
                    options.test);
}

void write_olivetti(const fs::path& folder, const SyntheticFilesOptions& options) {
  const Olivetti faces = synthetic_olivetti(options.seed);
  save_npz(folder / "olivetti.npz",
           {{"images", faces.images.squeeze(1)}, {"target", faces.labels}});
}

void write_cola(const fs::path& folder, const SyntheticFilesOptions& options) {
  struct Part {
    const char* name;
    std::int64_t samples, phrases;
  };
  // Out of the domain: sentences that are longer than any to train on.
  const Part parts[] = {{"in_domain_train.tsv", options.train, 1},
                        {"in_domain_dev.tsv", options.test, 1},
                        {"out_of_domain_dev.tsv", options.test, 3}};
  for (std::uint64_t stream = 0; stream < std::size(parts); ++stream) {
    const Part& part = parts[stream];
    std::string text;
    for (const ColaSentence& s : synthetic_cola(part.samples, options.seed, stream, part.phrases))
      text += str(s.source, "\t", s.label, "\t", s.mark, "\t", s.text, "\n");
    write_text_file(folder / part.name, text);
  }
}

struct Writer {
  std::string_view name;
  void (*write)(const fs::path& folder, const SyntheticFilesOptions& options);
};
constexpr Writer kWriters[] = {{"mnist", write_mnist},
                               {"cifar10", write_cifar10},
                               {"olivetti", write_olivetti},
                               {"cola", write_cola}};

const Writer& writer_of(std::string_view dataset) {
  for (const Writer& writer : kWriters)
    if (writer.name == dataset) return writer;
  throw ValueError(str("no dataset ", quote(dataset), " can be generated",
                       did_you_mean(dataset, synthetic_datasets())));
}

SyntheticFilesOptions checked(std::string_view dataset, SyntheticFilesOptions options) {
  if (dataset == "olivetti" && (options.train != 0 || options.test != 0))
    throw ValueError("olivetti always has 400 faces; leave out the numbers of samples");
  if (options.train == 0) options.train = 10'000;
  if (options.test == 0) options.test = 2'000;
  for (const std::int64_t n : {options.train, options.test})
    if (n < 10 || n > kMaxSamples)
      throw ValueError(str(n, " samples; it must be from 10 to ", kMaxSamples));
  return options;
}

/// Makes the folder, or sees that nothing but made data lies in it.
void claim(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw FileError(
        str("cannot make the folder ", quote(folder.native(), 300), ": ", error.message()));
  if (!fs::is_empty(folder) && !is_synthetic(folder))
    throw FileError(str(quote(folder.native(), 300),
                        " holds files that were not generated; they stay as they are. Set "
                        "LIMPID_DATA_ROOT to another folder"));
}

}  // namespace

std::vector<std::string> synthetic_datasets() {
  std::vector<std::string> names;
  for (const Writer& writer : kWriters) names.emplace_back(writer.name);
  return names;
}

fs::path write_synthetic(std::string_view dataset, const SyntheticFilesOptions& given) {
  const Writer& writer = writer_of(dataset);
  const SyntheticFilesOptions options = checked(dataset, given);
  const fs::path folder = (options.root.empty() ? data_root() : options.root) / writer.name;
  claim(folder);
  // First of all: should writing stop midway, what is there is marked.
  write_text_file(folder / "README.txt",
                  str(kMark, "\n\nThese files have the format of ", writer.name,
                      ", but a program made what is in them (`limpid data generate ", writer.name,
                      "`, seed ", options.seed,
                      ").\nResults on them say nothing about the real dataset. Remove this folder "
                      "before you prepare the real one.\n"));
  writer.write(folder, options);
  return folder;
}

bool is_synthetic(const fs::path& folder) {
  std::error_code ignored;
  const fs::path readme = folder / "README.txt";
  if (!fs::is_regular_file(readme, ignored)) return false;
  const InputFile file(readme);
  std::vector<std::byte> start(kMark.size());
  if (file.size() < std::ssize(start)) return false;
  file.read(0, start);
  return std::memcmp(start.data(), kMark.data(), kMark.size()) == 0;
}

}  // namespace limpid

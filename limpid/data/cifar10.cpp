#include "limpid/data/cifar10.h"

#include <cstring>

#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/data/check_samples.h"
#include "limpid/io/pickle.h"
#include "limpid/ops/cat/cat.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

constexpr std::int64_t kPixels = 3 * 32 * 32, kRecord = 1 + kPixels, kClasses = 10;
constexpr std::int64_t kMaxFile = std::int64_t{1} << 30;
constexpr std::string_view kFolders[] = {"", "cifar-10-batches-py", "cifar-10-batches-bin"};

Tensor empty_pixels(std::int64_t samples) {
  return empty({samples, 3, 32, 32}, {.dtype = DType::u8});
}

/// The folder that holds the batches, and whether they are binary.
std::pair<std::filesystem::path, bool> find_batches(const std::filesystem::path& root) {
  std::string tried;
  for (const std::string_view folder : kFolders)
    for (const bool binary : {false, true}) {
      const auto first = root / folder / (binary ? "data_batch_1.bin" : "data_batch_1");
      const auto test = root / folder / (binary ? "test_batch.bin" : "test_batch");
      std::error_code ignored;
      if (std::filesystem::exists(first, ignored) || std::filesystem::exists(test, ignored))
        return {root / folder, binary};
      tried += str("\n  ", quote(first.native(), 300));
    }
  throw FileError(str("there is no CIFAR-10; looked for", tried));
}

CifarBatch load_batch(const std::filesystem::path& path, bool binary) {
  const auto bytes = read_file(path, kMaxFile);
  const std::string name = quote(path.native(), 300);
  return binary ? parse_cifar_binary(bytes, name) : parse_cifar_python(bytes, name);
}

}  // namespace

CifarBatch parse_cifar_binary(std::span<const std::byte> bytes, std::string_view name) {
  const std::int64_t size = std::ssize(bytes), samples = size / kRecord;
  if (size % kRecord != 0)
    throw FileError(str(name, ": byte ", samples * kRecord, ": expected ", kRecord,
                        " bytes (a label and ", kPixels, " pixels), but the file ends after ",
                        size % kRecord));
  CifarBatch batch{empty_pixels(samples), empty({samples}, {.dtype = DType::i64})};
  for (std::int64_t i = 0; i < samples; ++i) {
    const auto record = bytes.subspan(static_cast<std::size_t>(i * kRecord), kRecord);
    const int label = std::to_integer<int>(record[0]);
    if (label >= kClasses)
      throw FileError(str(name, ": byte ", i * kRecord, ": expected a label from 0 to ",
                          kClasses - 1, ", found ", label));
    batch.labels.data<std::int64_t>()[i] = label;
    std::memcpy(batch.pixels.data<std::uint8_t>() + i * kPixels, record.data() + 1, kPixels);
  }
  return batch;
}

CifarBatch parse_cifar_python(std::span<const std::byte> bytes, std::string_view name) {
  const Pickle pickle = parse_pickle(bytes, name);
  const PickleValue& root = pickle.root();
  const PickleValue& data = pickle.member(root, "data", PickleValue::Kind::array);
  const Shape& shape = data.array.shape();
  if (shape.rank() != 2 || shape[1] != kPixels)
    pickle.fail(data, str("expected pixels of shape (N, ", kPixels, "), found ", to_string(shape)));
  const PickleValue& list = pickle.member(root, "labels", PickleValue::Kind::list);
  std::vector<std::int64_t> labels;
  for (const std::uint32_t id : list.items) {
    const PickleValue& label = pickle[id];
    if (label.kind != PickleValue::Kind::integer)
      pickle.fail(label, str("expected a whole number as label ", labels.size(), ", found ",
                             name_of(label.kind)));
    labels.push_back(label.integer);
  }
  return {data.array.view({shape[0], 3, 32, 32}),
          checked_labels(tensor(labels), shape[0], kClasses, name)};
}

std::shared_ptr<const TensorDataset> load_cifar10(const std::filesystem::path& root, bool train) {
  const auto [folder, binary] = find_batches(root);
  std::vector<std::string> names = {"test_batch"};
  if (train)
    names = {"data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5"};
  std::vector<Tensor> pixels, labels;
  for (const std::string& name : names) {
    CifarBatch batch = load_batch(folder / (binary ? name + ".bin" : name), binary);
    pixels.push_back(pixels_to_unit(batch.pixels));
    labels.push_back(std::move(batch.labels));
  }
  return std::make_shared<TensorDataset>(cat(pixels, 0), cat(labels, 0));
}

std::vector<std::string> cifar10_classes() {
  return {"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"};
}

}  // namespace limpid

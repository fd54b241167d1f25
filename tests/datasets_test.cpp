// Public datasets from files of their layouts, text, padding, normalisation, and `prepare`.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <numeric>

#include "limpid/config.h"
#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/data/catalog.h"
#include "limpid/data/cifar10.h"
#include "limpid/data/cola.h"
#include "limpid/data/data_loader.h"
#include "limpid/data/data_root.h"
#include "limpid/data/image_folder.h"
#include "limpid/data/mnist.h"
#include "limpid/data/normalize.h"
#include "limpid/data/olivetti.h"
#include "limpid/data/padding.h"
#include "limpid/data/prepare.h"
#include "limpid/data/text_table.h"
#include "limpid/io/checksum.h"
#include "limpid/io/idx.h"
#include "limpid/io/npy.h"
#include "limpid/io/npz.h"
#include "limpid/tensor/creation.h"
#include "limpid/vision/png.h"
#include "scratch_folder.h"
#include "thrown.h"

namespace limpid::datasets_test {

namespace {

std::filesystem::path fixture(const std::string& name) {
  return std::filesystem::path(LIMPID_SOURCE_DIR) / "tests/fuzz/corpus" / name;
}
std::string text_of(const std::string& name) { return read_text_file(fixture(name), 1 << 20); }
std::vector<std::int64_t> ints(const Tensor& tensor) { return tensor.to_vector<std::int64_t>(); }
using Ints = std::vector<std::int64_t>;
using Words = std::vector<std::string>;

/// Numbers 0, 1, 2, ... of a dtype, modulo something.
Tensor counting(const Shape& shape, std::int64_t modulo, DType dtype) {
  std::vector<std::int64_t> values(static_cast<std::size_t>(numel(shape)));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::int64_t>(i) % modulo;
  return from_values(std::span<const std::int64_t>(values), shape, {.dtype = dtype});
}

}  // namespace

TEST_CASE("mnist: pictures and labels, and what is wrong with them") {
  const ScratchFolder folder;
  const auto root = folder / "";
  const auto images = folder / "train-images-idx3-ubyte",
             labels = folder / "train-labels-idx1-ubyte";
  CHECK_SAYS(FileError, "train-images-idx3-ubyte' nor the same with .gz", load_mnist(root, true));
  save_idx(images, counting({3, 28, 28}, 256, DType::u8));
  save_idx(labels, tensor({7, 0, 9}, {.dtype = DType::u8}));
  const auto dataset = load_mnist(root, true);
  CHECK(dataset->inputs().shape() == Shape{3, 1, 28, 28});
  CHECK(dataset->inputs().dtype() == DType::f32);
  CHECK(dataset->inputs().select(0, 0).select(0, 0)[1][2].item() == doctest::Approx(30.0 / 255));
  CHECK(ints(dataset->targets()) == Ints{7, 0, 9});
  CHECK_SAYS(FileError, "t10k-images", load_mnist(root, false));
  save_idx(labels, tensor({7, 0, 10}, {.dtype = DType::u8}));
  CHECK_SAYS(FileError, "train-labels-idx1-ubyte': label 2 is 10; classes go from 0 to 9",
             load_mnist(root, true));
  save_idx(labels, tensor({7, 0}, {.dtype = DType::u8}));
  CHECK_SAYS(FileError, "expected 3 labels, one a sample, found 2", load_mnist(root, true));
  save_idx(labels, tensor({7.0, 0.0, 1.0}));
  CHECK_SAYS(FileError, "found float32 of shape (3,)", load_mnist(root, true));
  save_idx(images, counting({3, 28, 27}, 256, DType::u8));
  CHECK_SAYS(FileError,
             "expected uint8 pictures of shape (N, 28, 28), found uint8 of shape (3, 28, 27)",
             load_mnist(root, true));
  CHECK(mnist_classes("fashion_mnist")[9] == "Ankle boot");
  CHECK_SAYS(ValueError, "did you mean 'kmnist'?", mnist_classes("kmnsit"));
}

TEST_CASE("cifar10: the binary and the Python layout give the same samples") {
  const std::string binary = text_of("cifar/two.bin"),
                    python = text_of("pickle/cifar_python2.pickle");
  const auto bytes = [](const std::string& text) { return std::as_bytes(std::span(text)); };
  const CifarBatch a = parse_cifar_binary(bytes(binary)), b = parse_cifar_python(bytes(python));
  CHECK(a.pixels.shape() == Shape{2, 3, 32, 32});
  CHECK(ints(a.labels) == Ints{6, 9});
  CHECK(ints(b.labels) == Ints{6, 9});
  CHECK(ints(a.pixels) == ints(b.pixels));
  CHECK(parse_cifar_binary({}).pixels.size(0) == 0);
  CHECK_SAYS(
      FileError,
      "c: byte 3073: expected 3073 bytes (a label and 3072 pixels), but the file ends after 10",
      parse_cifar_binary(bytes(binary).first(3083), "c"));
  std::string label = binary;
  label[3073] = 10;
  CHECK_SAYS(FileError, "c: byte 3073: expected a label from 0 to 9, found 10",
             parse_cifar_binary(bytes(label), "c"));
  std::string bad = python;
  bad[bad.find("K\x09") + 1] = 10;
  CHECK_SAYS(FileError, "c: label 1 is 10", parse_cifar_python(bytes(bad), "c"));

  const ScratchFolder folder;
  CHECK_SAYS(FileError, "cifar-10-batches-bin/data_batch_1.bin", load_cifar10(folder / "", true));
  std::filesystem::create_directory(folder / "cifar-10-batches-py");
  for (const char* name :
       {"data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5"})
    write_text_file(folder / "cifar-10-batches-py" / name, python);
  const auto train = load_cifar10(folder / "", true);
  CHECK(train->inputs().shape() == Shape{10, 3, 32, 32});
  CHECK(train->inputs().select(0, 3).select(0, 2)[31][31].item() ==
        doctest::Approx((2 * 3072 - 1) * 7 % 251 / 255.0));
  CHECK(ints(train->targets()) == Ints{6, 9, 6, 9, 6, 9, 6, 9, 6, 9});
  CHECK_SAYS(FileError, "test_batch", load_cifar10(folder / "", false));
}

TEST_CASE("olivetti: one npz, or two npy, in either layout") {
  const ScratchFolder folder;
  const Tensor faces = counting({400, 64, 64}, 256, DType::f32).div_(255),
               people = arange(400).to(DType::i32);
  const Tensor who = tensor(Ints([] {
    Ints out;
    for (std::int64_t i = 0; i < 400; ++i) out.push_back(i / 10);
    return out;
  }()));
  CHECK_SAYS(FileError, "olivetti.npz' nor", load_olivetti(folder / ""));
  save_npy(folder / "olivetti_faces.npy", faces);
  CHECK_SAYS(FileError, "olivetti_faces_target.npy", load_olivetti(folder / ""));
  save_npy(folder / "olivetti_faces_target.npy", who);
  const Olivetti loaded = load_olivetti(folder / "");
  CHECK(loaded.images.shape() == Shape{400, 1, 64, 64});
  CHECK(ints(loaded.labels) == ints(who));
  save_npz(folder / "olivetti.npz",
           {{"data", counting({400, 4096}, 256, DType::u8)}, {"target", who.to(DType::i32)}});
  const Olivetti packed = load_olivetti(folder / "");
  CHECK(packed.images.to_vector<float>() == loaded.images.to_vector<float>());
  save_npz(folder / "olivetti.npz", {{"images", faces}, {"target", people}});
  CHECK_SAYS(FileError, "label 40 is 40; classes go from 0 to 39", load_olivetti(folder / ""));
  save_npz(folder / "olivetti.npz", {{"image", faces}});
  CHECK_SAYS(FileError, "neither an array 'images' nor 'data'", load_olivetti(folder / ""));
  save_npz(folder / "olivetti.npz", {{"images", faces.clone().mul_(2)}, {"target", who}});
  CHECK_SAYS(FileError, "pixel 128 of face 0 is 1.00", load_olivetti(folder / ""));
  save_npz(folder / "olivetti.npz", {{"images", zeros({400, 64, 63})}, {"target", who}});
  CHECK_SAYS(FileError, "found (400, 64, 63)", load_olivetti(folder / ""));
}

#if LIMPID_HAS_PNG
TEST_CASE("image folder: classes from folders, pictures on demand") {
  const ScratchFolder folder;
  const auto root = folder / "pictures";
  CHECK_SAYS(FileError, "cannot read the folder", ImageFolder(root));
  std::filesystem::create_directories(root / "dog" / "big");
  std::filesystem::create_directories(root / "cat");
  CHECK_SAYS(FileError, "cat' holds no .png file", ImageFolder(root));
  Image colours = make_image(2, 1, 3);
  colours.pixels = {255, 0, 51, 10, 20, 30};
  write_png(root / "cat" / "b.png", colours);
  write_png(root / "cat" / "a.PNG", make_image(2, 1, 1, 51));
  write_png(root / "dog" / "big" / "c.png", make_image(2, 1, 4, 0));  // wholly transparent
  write_text_file(root / "readme.txt", "no picture");
  const ImageFolder pictures(root);
  CHECK(pictures.classes() == Words{"cat", "dog"});
  CHECK(pictures.labels() == Ints{0, 0, 1});
  CHECK(pictures.size() == 3);
  const Sample grey = pictures.get(0), rgb = pictures.get(1), clear = pictures.get(2);
  CHECK(grey.input.shape() == Shape{3, 1, 2});
  CHECK(grey.input.to_vector<float>() == std::vector<float>(6, 0.2f));
  CHECK(rgb.input.select(0, 0).to_vector<float>() == std::vector<float>{1.0f, 10 / 255.0f});
  CHECK(rgb.input.select(0, 2).to_vector<float>() == std::vector<float>{0.2f, 30 / 255.0f});
  CHECK(clear.input.to_vector<float>() == std::vector<float>(6, 1.0f));
  CHECK(clear.target.item<std::int64_t>() == 1);
  CHECK(ImageFolder(root, {.channels = 1, .height = 4, .width = 6}).get(1).input.shape() ==
        Shape{1, 4, 6});
  CHECK_SAYS(IndexError, "sample 3 is outside of 0..2", pictures.get(3));
  CHECK_SAYS(ValueError, "channels is 2", ImageFolder(root, {.channels = 2}));
  CHECK_SAYS(ValueError, "both height and width", ImageFolder(root, {.height = 2}));
  const std::string png = read_text_file(root / "cat" / "b.png", 10'000);
  write_text_file(root / "cat" / "b.png", png.substr(0, png.size() - 20));
  DataLoader loader(std::make_shared<ImageFolder>(root), {.batch_size = 3});
  CHECK_SAYS(FileError, "cat/b.png", loader.begin());
}
#endif

TEST_CASE("text table: quotes, line breaks, separators") {
  const TextTable table = parse_text_table(text_of("text_table/quoted.csv"), "t", {.header = true});
  CHECK(table.rows == 2);
  CHECK(table.names == Words{"name", "said, twice"});
  CHECK(table.at(0, 0) == "a \"b\"");
  CHECK(table.at(0, 1) == "two\nlines");
  CHECK(table.at(1, 1) == "");
  CHECK(table.lines == Ints{2, 4});
  CHECK(table.column("said, twice") == 1);
  CHECK_SAYS(ValueError, "there is no column 'nam' (did you mean 'name'?)", table.column("nam"));
  CHECK(parse_text_table("\xef\xbb\xbf"
                         "a,b\n\n\nc,d",
                         "t")
            .fields == Words{"a", "b", "c", "d"});
  CHECK(parse_text_table("a\t\"b\n", "t", {.separator = '\t', .quotes = false}).fields ==
        Words{"a", "\"b"});
  CHECK(parse_text_table("", "t").rows == 0);
  CHECK(parse_text_table("\"\"", "t").fields == Words{""});
  CHECK_SAYS(FileError, "t:2:2: the record ends after 1 of 2 columns",
             parse_text_table("a,b\nc\n", "t"));
  CHECK_SAYS(FileError, "t:1:5: more than the 2 columns expected",
             parse_text_table("a,b,c\n", "t", {.columns = 2}));
  CHECK_SAYS(FileError, "t:2:2: a quote inside of a field", parse_text_table("a\nb\"c\"\n", "t"));
  CHECK_SAYS(FileError, "t:1:4: expected a separator", parse_text_table("\"a\"b", "t"));
  CHECK_SAYS(FileError, "t:1:3: the quoted field does not end",
             parse_text_table("x,\"a\nb\n", "t"));
  CHECK_SAYS(FileError, "t:1:2: a byte of zero", parse_text_table(std::string("a\0b", 3), "t"));
  CHECK(parse_text_table("a,b\nc,d\n", "t", {.max_fields = 4}).rows == 2);
  CHECK_SAYS(FileError, "t:3:1: the table has more than max_fields = 5 fields",
             parse_text_table("a,b\nc,d\ne,f\n", "t", {.max_fields = 5}));
  // 1 MiB of separators: 100 records are within the limit on columns, the table is not.
  const std::string record(9'999, ',');
  std::string separators;
  for (int i = 0; i < 1'001; ++i) separators += record + "\n";
  CHECK_SAYS(FileError, "t:1001:1: the table has more than max_fields = 10000000 fields",
             parse_text_table(separators, "t"));
  CHECK(csv_field("a,\"b\"") == "\"a,\"\"b\"\"\"");
  CHECK(csv_field("plain text") == "plain text");
}

TEST_CASE("cola: four columns, with the sentences' own quotes") {
  const auto sentences = load_cola(fixture("text_table/cola.tsv"));
  CHECK(sentences.size() == 2);
  CHECK(sentences[0].label == 1);
  CHECK(sentences[0].source == "gj04");
  CHECK(sentences[1].mark == "*");
  CHECK(sentences[1].text == "They \"drank the.");
  CHECK_SAYS(FileError, "c:2: expected 0 or 1 as label, found '2'",
             parse_cola("a\t1\t\tx\na\t2\t\ty\n", "c"));
  CHECK_SAYS(FileError, "c:1:6: the record ends after 3 of 4 columns",
             parse_cola("a\t1\tx\n", "c"));
}

TEST_CASE("vocabulary: words, frequencies, numbers, files") {
  CHECK(tokenize("Don't, I  SAID\t-- caf\xc3\xa9.") ==
        Words{"don", "'", "t", ",", "i", "said", "-", "-", "caf\xc3\xa9", "."});
  CHECK(tokenize(" \n").empty());
  const Words texts = {"the cat saw the dog", "The dog barked", "a cat"};
  const Vocabulary all = Vocabulary::build(texts);
  CHECK(all.size() == 8);
  CHECK(all.word(0) == "<pad>");
  CHECK(all.word(1) == "<unk>");
  CHECK(all.word(2) == "the");
  CHECK(all.word(3) == "cat");  // as often as dog, and before it in the alphabet
  CHECK(all["dog"] == 4);
  CHECK(all["elephant"] == Vocabulary::kUnknown);
  CHECK(ints(all.encode("The elephant saw")) == Ints{2, 1, 7});
  CHECK(all.encode("").shape() == Shape{0});
  CHECK(all.decode(tensor({2, 3, 0, 0})) == "the cat");
  CHECK(all.decode(tensor({7, 7})) == "saw saw");
  CHECK_SAYS(DTypeError, "decode: the numbers of words are integers, not float32",
             all.decode(tensor({2.0f})));
  CHECK_SAYS(IndexError, "decode: word 8 at position 1 is outside of the vocabulary's 0..7",
             all.decode(tensor({2, 8})));
  CHECK_SAYS(IndexError, "decode: word -1 at position 0", all.decode(tensor({-1})));
  CHECK(Vocabulary::build(texts, {.min_frequency = 2}).size() == 5);
  CHECK(Vocabulary::build(texts, {.max_size = 3}).size() == 3);
  CHECK_SAYS(IndexError, "word 8 is outside of the vocabulary's 0..7", all.word(8));
  CHECK_SAYS(ValueError, "min_frequency is 0", Vocabulary::build(texts, {.min_frequency = 0}));
  CHECK_SAYS(ValueError, "max_size is 1", Vocabulary::build(texts, {.max_size = 1}));
  const ScratchFolder folder;
  all.save(folder / "words.txt");
  const Vocabulary back = Vocabulary::load(folder / "words.txt");
  CHECK(back.size() == all.size());
  CHECK(back["barked"] == all["barked"]);
  CHECK_SAYS(FileError, "v:4: the word 'x' stands twice",
             Vocabulary::parse("<pad>\n<unk>\nx\nx\n", "v"));
  CHECK_SAYS(FileError, "v:2: expected <unk>, found 'x'", Vocabulary::parse("<pad>\nx\n", "v"));
  CHECK_SAYS(FileError, "v:3: the last line does not end",
             Vocabulary::parse("<pad>\n<unk>\nx", "v"));
  CHECK_SAYS(FileError, "begins with <pad> and <unk>", Vocabulary::parse("", "v"));
  CHECK(Vocabulary::parse("<pad>\n<unk>\nx\n", "v", 3).size() == 3);
  CHECK_SAYS(FileError, "v:4: the vocabulary has more than max_words = 3 words",
             Vocabulary::parse("<pad>\n<unk>\nx\ny\n", "v", 3));
}

TEST_CASE("padding: as torch.nn.utils.rnn.pad_sequence") {
  const std::vector<Tensor> sequences = {tensor({1, 2}), tensor({3, 4, 5}), tensor(Ints{})};
  const Tensor padded = pad_sequence(sequences, {.batch_first = true, .padding_value = -1});
  CHECK(padded.dtype() == DType::i64);
  CHECK(padded.shape() == Shape{3, 3});
  CHECK(ints(padded) == Ints{1, 2, -1, 3, 4, 5, -1, -1, -1});
  CHECK(ints(pad_sequence(sequences)) == Ints{1, 3, 0, 2, 4, 0, 0, 5, 0});
  CHECK(ints(pad_sequence(sequences, {.batch_first = true, .padding_left = true})) ==
        Ints{0, 1, 2, 3, 4, 5, 0, 0, 0});
  const std::vector<Tensor> rows = {tensor({{1.0, 2.0}}), tensor({{3.0, 4.0}, {5.0, 6.0}}).t()};
  CHECK(pad_sequence(rows).shape() == Shape{2, 2, 2});
  CHECK(pad_sequence(rows).to_vector<double>() == std::vector<double>{1, 2, 3, 5, 0, 0, 4, 6});
  CHECK_SAYS(ShapeError, "sequence 0 is (2,) but sequence 1 is (1, 1)",
             pad_sequence(std::vector{tensor({1, 2}), tensor({{1}})}));
  CHECK_SAYS(DTypeError, "sequence 0 is int64 but sequence 1 is float32",
             pad_sequence(std::vector{tensor({1}), tensor({1.0})}));
  CHECK_SAYS(ShapeError, "sequence 0 is 0-d", pad_sequence(std::vector{Tensor(Scalar(1))}));
  CHECK_SAYS(ValueError, "at least one", pad_sequence({}));

  CHECK(ints(length_mask(Ints{2, 0, 3})) == Ints{1, 1, 0, 0, 0, 0, 1, 1, 1});
  CHECK(ints(length_mask(Ints{1}, 2, true)) == Ints{0, 1});
  CHECK(length_mask({}).shape() == Shape{0, 0});
  CHECK_SAYS(ValueError, "length 1 is 3; it must be 0 to 2", length_mask(Ints{1, 3}, 2));
}

TEST_CASE("padding: a loader over texts of different lengths") {
  const Words texts = {"a b c", "a", "b b"};
  const auto words = std::make_shared<Vocabulary>(Vocabulary::build(texts));
  const auto dataset = std::make_shared<TextDataset>(texts, Ints{1, 0, 1}, words);
  DataLoader loader(dataset, {.batch_size = 3, .workers = 1, .collate = pad_collate()});
  const Batch batch = *loader.begin();
  CHECK(ints(batch.input) == Ints{3, 2, 4, 3, 0, 0, 2, 2, 0});
  CHECK(ints(batch.mask) == Ints{1, 1, 1, 1, 0, 0, 1, 1, 0});
  CHECK(ints(batch.target) == Ints{1, 0, 1});
  CHECK_SAYS(ValueError, "3 texts but 1 labels", TextDataset(texts, Ints{1}, words));
  CHECK_SAYS(IndexError, "sample 3", dataset->get(3));
}

TEST_CASE("normalize: mean 0 and standard deviation 1 a channel") {
  const Tensor images = tensor({1.0, 3.0, 10.0, 10.0, 5.0, 7.0, 20.0, 40.0}).view({2, 2, 1, 2});
  const ChannelStats stats = channel_stats(images);
  CHECK(stats.mean == std::vector<double>{4.0, 20.0});
  CHECK(stats.std[0] == doctest::Approx(std::sqrt(5.0)));
  CHECK(stats.std[1] == doctest::Approx(std::sqrt(150.0)));
  const ChannelStats after = channel_stats(normalize(images, stats));
  for (std::size_t c = 0; c < 2; ++c) {
    CHECK(std::fabs(after.mean[c]) < 1e-6);
    CHECK(after.std[c] == doctest::Approx(1.0));
  }
  CHECK(images[0][0][0][0].item() == 1.0);  // unchanged
  const Tensor one = normalize(images[0], {{1.0, 10.0}, {2.0, 5.0}});
  CHECK(one.to_vector<double>() == std::vector<double>{0, 1, 0, 0});
  CHECK_SAYS(ValueError, "the standard deviation of channel 1 is 0",
             normalize(images, {{0, 0}, {1, 0}}));
  CHECK_SAYS(ValueError, "have 2 channels, but there are 1 means", normalize(images, {{0}, {1}}));
  CHECK_SAYS(ShapeError, "found (8,)", normalize(images.view({8}), stats));
  CHECK_SAYS(DTypeError, "found int64", channel_stats(arange(8).view({2, 2, 1, 2})));
  CHECK_SAYS(ValueError, "no pixels", channel_stats(empty({0, 3, 2, 2})));

  const auto dataset = std::make_shared<TensorDataset>(images, tensor({0, 1}));
  const MappedDataset mapped(dataset, [&](Sample sample) {
    return Sample{normalize(sample.input, {{1.0, 10.0}, {2.0, 5.0}}), sample.target};
  });
  CHECK(mapped.size() == 2);
  CHECK(mapped.get(0).input.to_vector<double>() == std::vector<double>{0, 1, 0, 0});
  CHECK(ints(mapped.get(1).target) == Ints{1});
}

TEST_CASE("prepare: files are checked, placed, and never replaced by others unasked") {
  const ScratchFolder folder;
  std::filesystem::create_directories(folder / "in" / "raw");
  const KnownDataset& cola = known_dataset("cola");
  const auto root = folder / "data";
  const std::string text = text_of("text_table/cola.tsv");
  write_text_file(folder / "in" / "raw" / "in_domain_train.tsv", text);
  const auto prepare = [&](const std::vector<std::filesystem::path>& from, bool force = false) {
    return prepare_dataset(cola, from, {.root = root, .force = force});
  };
  PrepareReport report = prepare({folder / "in"});
  CHECK(report.files.size() == 1);
  CHECK(report.files[0].holds == "2 sentences");
  CHECK_FALSE(report.files[0].checksum_known);
  CHECK(report.missing == Words{"in_domain_dev.tsv", "out_of_domain_dev.tsv"});
  CHECK(read_text_file(root / "cola" / "in_domain_train.tsv", 1000) == text);
  CHECK(prepare({folder / "in"}).files[0].was_there);

  write_text_file(folder / "in_domain_train.tsv", text + text);
  CHECK_SAYS(FileError, "is there and differs from", prepare({folder / "in_domain_train.tsv"}));
  CHECK(read_text_file(root / "cola" / "in_domain_train.tsv", 1000) == text);
  CHECK(prepare({folder / "in_domain_train.tsv"}, true).files[0].holds == "4 sentences");
  CHECK(read_text_file(root / "cola" / "in_domain_train.tsv", 1000) == text + text);

  // One bad file among good ones: none is placed.
  write_text_file(folder / "in_domain_dev.tsv", text);
  write_text_file(folder / "out_of_domain_dev.tsv", "a\tb\n");
  CHECK_SAYS(FileError, "out_of_domain_dev.tsv:1",
             prepare({folder / "in_domain_dev.tsv", folder / "out_of_domain_dev.tsv"}));
  CHECK_FALSE(std::filesystem::exists(root / "cola" / "in_domain_dev.tsv"));
  write_text_file(folder / "out_of_domain_dev.tsv", text);
  CHECK(prepare({folder / "in_domain_dev.tsv", folder / "out_of_domain_dev.tsv"}).missing.empty());
  CHECK(missing_files(cola, root / "cola").empty());

  write_text_file(folder / "in_domain_trian.tsv", text);
  CHECK_SAYS(ValueError, "is no file of cola (did you mean 'in_domain_train.tsv'?)",
             prepare({folder / "in_domain_trian.tsv"}));
  CHECK_SAYS(ValueError, "is an archive; unpack it", prepare({folder / "cola_public_1.1.zip"}));
  CHECK_SAYS(FileError, "holds no file of cola", prepare({root}));
  CHECK_SAYS(ValueError, "no dataset is called 'minst' (did you mean 'mnist'?)",
             known_dataset("minst"));
}

TEST_CASE("prepare: a checksum that differs is an error unless told otherwise") {
  const ScratchFolder folder;
  const KnownDataset& cifar = known_dataset("cifar10");
  std::string batch;  // 10,000 samples, all of class 0 and black
  batch.resize(std::size_t{10'000} * 3073);
  write_text_file(folder / "data_batch_1.bin", batch);
  const std::vector<std::filesystem::path> binary = {folder / "data_batch_1.bin"};
  const PrepareReport report = prepare_dataset(cifar, binary, {.root = folder / "data"});
  CHECK(report.files[0].holds == "10000 pictures of 32 x 32 with labels");
  CHECK(report.missing.size() == 5);
  CHECK(report.missing[0] == "data_batch_2.bin");
  write_text_file(folder / "data_batch_2.bin", batch.substr(3073));
  CHECK_SAYS(
      FileError, "expected 10000 samples, found 9999",
      prepare_dataset(cifar, std::vector{folder / "data_batch_2.bin"}, {.root = folder / "data"}));
  write_text_file(folder / "data_batch_1", text_of("pickle/cifar_python2.pickle"));
  const std::vector<std::filesystem::path> python = {folder / "data_batch_1"};
  CHECK_SAYS(FileError, "and that of the published file c99cafc152244af753f735de768cd75f",
             prepare_dataset(cifar, python, {.root = folder / "data"}));
  CHECK_SAYS(FileError, "expected 10000 samples, found 2",
             prepare_dataset(cifar, python, {.root = folder / "data", .checksum = false}));
  CHECK(missing_files(known_dataset("olivetti"), folder / "none") == Words{"olivetti.npz"});
  CHECK(missing_files(known_dataset("mnist"), folder / "none").size() == 4);
}

TEST_CASE("data root: where files are looked for") {
  const ScratchFolder folder;
  ::setenv("LIMPID_DATA_ROOT", (folder / "root").c_str(), 1);
  CHECK(data_root() == folder / "root");
  CHECK(data_folders() == std::vector<std::filesystem::path>{folder / "root"});
  CHECK(std::filesystem::exists(find_own_data_file("digits/digits.csv")));
  CHECK(find_data_file("digits/digits.csv") == find_own_data_file("digits/digits.csv"));
  CHECK(find_dataset(known_dataset("digits")) ==
        find_own_data_file("digits/digits.csv").parent_path());
  CHECK_SAYS(FileError, "`limpid data prepare mnist`", find_data_file("mnist/x"));
  ::unsetenv("LIMPID_DATA_ROOT");
  ::setenv("XDG_DATA_HOME", (folder / "xdg").c_str(), 1);
  CHECK(data_root() == folder / "xdg" / "limpid/data");
  CHECK(data_folders()[0] == data_root());
  ::unsetenv("XDG_DATA_HOME");
}

}  // namespace limpid::datasets_test

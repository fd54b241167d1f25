// Made data: learnable on the whole is what the examples show; here its form, its parts and its
// files, which the readers of the real datasets must take.

#include "limpid/data/synthetic.h"

#include <doctest/doctest.h>

#include <set>

#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/data/cola.h"
#include "limpid/data/draws.h"
#include "limpid/data/mnist.h"
#include "limpid/data/prepare.h"
#include "limpid/data/synthetic_files.h"
#include "limpid/io/gzip.h"
#include "limpid/io/idx.h"
#include "limpid/io/inflate.h"
#include "limpid/ops/ops.h"
#include "scratch_folder.h"
#include "thrown.h"

namespace limpid::synthetic_test {

namespace {

bool same(const Tensor& a, const Tensor& b) {
  return a.shape() == b.shape() && eq(a, b).all().item<bool>();
}

std::vector<std::byte> bytes_of(std::size_t count) {
  std::vector<std::byte> out(count);
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<std::byte>(i * 7 + i / 256);
  return out;
}

}  // namespace

TEST_CASE("draws: uniform, whole and noisy numbers have the moments that they say") {
  Draws draws(1, 2, 3);
  double sum = 0, squares = 0, uniform = 0;
  std::int64_t most = 0;
  constexpr int kCount = 20000;
  for (int i = 0; i < kCount; ++i) {
    const double n = draws.noise(2);
    sum += n;
    squares += n * n;
    uniform += draws.between(-1, 3);
    most = std::max(most, draws.below(5));
  }
  CHECK(std::abs(sum / kCount) < 0.05);
  CHECK(std::abs(squares / kCount - 4) < 0.15);
  CHECK(std::abs(uniform / kCount - 1) < 0.04);
  CHECK(most == 4);
  CHECK(Draws(1, 2, 3).below(1000) == Draws(1, 2, 3).below(1000));
  CHECK(Draws(1, 2, 3).between(0, 1) != Draws(1, 2, 4).between(0, 1));
}

TEST_CASE("made digits: form, classes, and a function of seed, part and number") {
  const LabelledPixels a = synthetic_mnist(40, 5, SyntheticPart::train);
  CHECK(a.pixels.shape() == Shape{40, 28, 28});
  CHECK(a.pixels.dtype() == DType::u8);
  CHECK(a.labels[17].item<std::int64_t>() == 7);
  CHECK(same(a.pixels, synthetic_mnist(40, 5, SyntheticPart::train).pixels));
  CHECK(same(a.pixels.narrow(0, 0, 20), synthetic_mnist(20, 5, SyntheticPart::train).pixels));
  CHECK_FALSE(same(a.pixels, synthetic_mnist(40, 6, SyntheticPart::train).pixels));
  CHECK_FALSE(same(a.pixels, synthetic_mnist(40, 5, SyntheticPart::test).pixels));
  // Ink in the middle, paper at the rim.
  CHECK(a.pixels.narrow(1, 8, 12).narrow(2, 8, 12).to(DType::f32).mean().item() > 50);
  CHECK(a.pixels.narrow(1, 0, 2).to(DType::f32).mean().item() < 10);
}

TEST_CASE("made pictures: ten classes in turn, in many colours") {
  const LabelledPixels a = synthetic_cifar10(30, 1, SyntheticPart::test);
  CHECK(a.pixels.shape() == Shape{30, 3, 32, 32});
  CHECK(a.labels[23].item<std::int64_t>() == 3);
  CHECK(synthetic_cifar10_classes().size() == 10);
  CHECK_FALSE(same(a.pixels[0], a.pixels[10]));
  CHECK(same(a.pixels, synthetic_cifar10(30, 1, SyntheticPart::test).pixels));
  // Every picture has two tones at least: something is drawn in it.
  for (std::int64_t i = 0; i < 30; ++i) CHECK(a.pixels[i].to(DType::f32).std().item() > 15);
}

TEST_CASE("made faces: views of one person are nearer to each other than to other people") {
  const Olivetti faces = synthetic_olivetti(3);
  CHECK(faces.images.shape() == Shape{400, 1, 64, 64});
  CHECK(faces.labels[399].item<std::int64_t>() == 39);
  CHECK(faces.images.min().item() >= 0);
  CHECK(faces.images.max().item() <= 1);
  const auto gap = [&](std::int64_t i, std::int64_t j) {
    const Tensor middle =
        faces.images.narrow(2, 16, 36).narrow(3, 18, 28);  // the rest is background
    return (middle[i] - middle[j]).square().mean().item();
  };
  double own = 0, others = 0;
  for (std::int64_t i = 0; i < 400; i += 10) {
    own += gap(i, i + 1);
    others += gap(i, (i + 15) % 400);
  }
  CHECK(own < 0.5 * others);
}

TEST_CASE("made sentences: half are marked as wrong, and agreement tells them apart") {
  const auto sentences = synthetic_cola(400, 2, 0);
  std::int64_t right = 0;
  std::set<std::string> texts;
  for (const ColaSentence& s : sentences) {
    right += s.label;
    CHECK(s.mark == (s.label ? "" : "*"));
    CHECK(s.text.ends_with("."));
    texts.insert(s.text);
    if (!s.label) continue;
    // "These" goes with a plural, "this" with a singular: the noun follows, perhaps after one
    // adjective.
    const bool single = s.text.starts_with("This ") || s.text.starts_with("A ") ||
                        s.text.starts_with("Every ") || s.text.starts_with("Each ");
    const auto words = tokenize(s.text);
    const bool adjective = std::set<std::string>{"little", "young", "small", "tall",
                                                 "happy",  "quiet", "brave", "tired"}
                               .contains(words[1]);
    const std::string& noun = words[adjective ? 2 : 1];
    const bool plural = noun.ends_with("s") || noun.ends_with("men") || noun == "children";
    CHECK_MESSAGE(plural == !single, s.text);
  }
  CHECK(right > 160);
  CHECK(right < 240);
  CHECK(texts.size() > 350);
  CHECK(synthetic_cola(5, 2, 1)[0].text != sentences[0].text);
}

TEST_CASE("gzip_stored: inflate gives the bytes back, at the bounds of its blocks too") {
  for (const std::size_t count : {0u, 1u, 65534u, 65535u, 65536u, 200000u}) {
    const auto bytes = bytes_of(count);
    const auto packed = gzip_stored(bytes);
    CHECK(is_gzip(packed));
    if (inflate_version().empty()) continue;  // a build that cannot read it
    CHECK(inflate_all(packed, Deflate::gzip, std::ssize(bytes), "test") == bytes);
  }
}

TEST_CASE("made files: the readers of the real ones take them, and see that they are made") {
  const ScratchFolder scratch;
  const SyntheticFilesOptions options{.root = scratch / "data", .train = 52, .test = 11, .seed = 4};
  for (const std::string& name :
       {std::string("mnist"), std::string("cifar10"), std::string("cola")}) {
    const auto folder = write_synthetic(name, options);
    CHECK(folder == scratch / "data" / name);
    CHECK(missing_files(known_dataset(name), folder).empty());
    CHECK(is_synthetic(folder));
    write_synthetic(name, options);  // made files may be replaced
  }
  if (!inflate_version().empty()) {
    const auto train = load_mnist(scratch / "data" / "mnist", true);
    CHECK(train->inputs().shape() == Shape{52, 1, 28, 28});
    const LabelledPixels made = synthetic_mnist(52, 4, SyntheticPart::train);
    CHECK(same(train->inputs().squeeze(1) * 255, made.pixels.to(DType::f32)));
    CHECK(same(train->targets(), made.labels));
    CHECK(load_mnist(scratch / "data" / "mnist", false)->size() == 11);
  }
  const auto train = load_cifar10(scratch / "data" / "cifar10", true);
  CHECK(train->size() == 52);  // in five files, of ten or eleven each
  CHECK(same(train->targets(), synthetic_cifar10(52, 4, SyntheticPart::train).labels));
  CHECK(load_cifar10(scratch / "data" / "cifar10", false)->size() == 11);
  CHECK(load_cola(scratch / "data" / "cola" / "in_domain_train.tsv").size() == 52);
  CHECK(load_cola(scratch / "data" / "cola" / "out_of_domain_dev.tsv").size() == 11);

  const auto olivetti = write_synthetic("olivetti", {.root = scratch / "data", .seed = 4});
  CHECK(same(load_olivetti(olivetti).images, synthetic_olivetti(4).images));
}

TEST_CASE("made files: never beside or in place of others") {
  const ScratchFolder scratch;
  std::filesystem::create_directories(scratch / "data" / "mnist");
  CHECK_FALSE(is_synthetic(scratch / "data" / "mnist"));
  const auto mine = scratch / "data" / "mnist" / "train-images-idx3-ubyte";
  write_text_file(mine, "mine");
  CHECK_SAYS(FileError, "holds files that were not generated",
             write_synthetic("mnist", {.root = scratch / "data"}));
  CHECK(read_text_file(mine, 100) == "mine");
  CHECK(std::distance(std::filesystem::directory_iterator(scratch / "data" / "mnist"), {}) == 1);
  // A README of someone else's is no mark.
  write_text_file(scratch / "data" / "mnist" / "README.txt",
                  "GENERATED by hand, but not by limpid");
  CHECK_SAYS(ValueError, "holds files", write_synthetic("mnist", {.root = scratch / "data"}));
  CHECK_SAYS(ValueError, "no dataset 'minst' can be generated (did you mean 'mnist'?)",
             write_synthetic("minst", {.root = scratch / "data"}));
  CHECK_SAYS(ValueError, "9 samples; it must be from 10",
             write_synthetic("cola", {.root = scratch / "data", .train = 9}));
  CHECK_SAYS(ValueError, "-1 samples",
             write_synthetic("cola", {.root = scratch / "data", .test = -1}));
  CHECK_SAYS(ValueError, "always has 400 faces",
             write_synthetic("olivetti", {.root = scratch / "data", .train = 400}));
  CHECK_FALSE(std::filesystem::exists(scratch / "data" / "cola"));
}

}  // namespace limpid::synthetic_test

#include "limpid/data/catalog.h"

#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/core/suggest.h"
#include "limpid/data/check_samples.h"
#include "limpid/data/cifar10.h"
#include "limpid/data/cola.h"
#include "limpid/data/digits.h"
#include "limpid/data/olivetti.h"
#include "limpid/io/idx.h"
#include "limpid/io/npy.h"
#include "limpid/io/npz.h"

namespace limpid {

namespace {

using Path = std::filesystem::path;

std::string name_of(const Path& path) { return quote(path.native(), 300); }

void check_samples(std::int64_t found, const Path& path, const DataFile& file) {
  if (file.samples != 0 && found != file.samples)
    throw FileError(str(name_of(path), ": expected ", file.samples, " samples, found ", found));
}

// -- one check a kind of file
std::string idx_images(const Path& path, const DataFile& file) {
  const Tensor images = load_idx(path);
  if (images.dtype() != DType::u8 ||
      images.shape() != Shape{images.dim() ? images.size(0) : 0, 28, 28})
    throw FileError(str(name_of(path), ": expected uint8 pictures of shape (", file.samples,
                        ", 28, 28), found ", images.dtype(), " of shape ",
                        to_string(images.shape())));
  check_samples(images.size(0), path, file);
  return str(images.size(0), " pictures of 28 x 28");
}
std::string idx_labels(const Path& path, const DataFile& file) {
  checked_labels(load_idx(path), file.samples, 10, name_of(path));
  return str(file.samples, " labels from 0 to 9");
}
std::string cifar_python(const Path& path, const DataFile& file) {
  const auto bytes = read_file(path, std::int64_t{1} << 30);
  check_samples(parse_cifar_python(bytes, name_of(path)).labels.numel(), path, file);
  return str(file.samples, " pictures of 32 x 32 with labels");
}
std::string cifar_binary(const Path& path, const DataFile& file) {
  const auto bytes = read_file(path, std::int64_t{1} << 30);
  check_samples(parse_cifar_binary(bytes, name_of(path)).labels.numel(), path, file);
  return str(file.samples, " pictures of 32 x 32 with labels");
}
std::string olivetti_npz(const Path& path, const DataFile&) {
  olivetti_from(load_npz(path), name_of(path));
  return "400 faces with labels";
}
std::string olivetti_pictures(const Path& path, const DataFile&) {
  olivetti_faces(load_npy(path), name_of(path));
  return "400 faces";
}
std::string olivetti_labels(const Path& path, const DataFile&) {
  olivetti_people(load_npy(path), name_of(path));
  return "400 labels from 0 to 39";
}
std::string cola_sentences(const Path& path, const DataFile&) {
  return str(load_cola(path).size(), " sentences");
}
std::string digits_table(const Path& path, const DataFile&) {
  return str(load_digits(path).labels.numel(), " pictures of 8 x 8 with labels");
}

/// The four files of MNIST and its relatives: each as .gz, whose checksum is published, or plain.
KnownDataset mnist_like(std::string name, std::string title, std::string source,
                        const std::vector<std::string>& md5) {
  struct Part {
    const char* name;
    std::int64_t samples;
    decltype(DataFile::check) check;
  };
  const Part parts[] = {{"train-images-idx3-ubyte", 60'000, idx_images},
                        {"train-labels-idx1-ubyte", 60'000, idx_labels},
                        {"t10k-images-idx3-ubyte", 10'000, idx_images},
                        {"t10k-labels-idx1-ubyte", 10'000, idx_labels}};
  std::vector<DataPart> layout;
  for (std::size_t i = 0; i < std::size(parts); ++i)
    layout.push_back({{str(parts[i].name, ".gz"), md5[i], parts[i].samples, parts[i].check},
                      {parts[i].name, "", parts[i].samples, parts[i].check}});
  return {std::move(name), std::move(title), std::move(source), {layout}};
}

KnownDataset cifar10() {
  const std::vector<std::string> names = {"data_batch_1", "data_batch_2", "data_batch_3",
                                          "data_batch_4", "data_batch_5", "test_batch"};
  const std::vector<std::string> md5 = {
      "c99cafc152244af753f735de768cd75f", "d4bba439e000b95fd0a9bffe97cbabec",
      "54ebc095f3ab1f0389bbae665268c751", "634d18415352ddfa80567beed471001a",
      "482c414d41f54cd18b22e5b47cb7c3cb", "40351d587109b95175f43aff81a1287e"};
  std::vector<DataPart> python, binary;
  for (std::size_t i = 0; i < names.size(); ++i) {
    python.push_back({{names[i], md5[i], 10'000, cifar_python}});
    binary.push_back({{names[i] + ".bin", "", 10'000, cifar_binary}});
  }
  return {"cifar10",
          "colour pictures of animals and vehicles, 10 classes",
          "https://www.cs.toronto.edu/~kriz/cifar.html",
          {python, binary}};
}

std::vector<KnownDataset> make_catalog() {
  return {
      {"digits",
       "handwritten digits of 8 x 8; they come with limpid",
       "this source",
       {{{{"digits.csv", "", 0, digits_table}}}}},
      mnist_like("mnist", "handwritten digits of 28 x 28", "http://yann.lecun.com/exdb/mnist",
                 {"f68b3c2dcbeaaa9fbdd348bbdeb94873", "d53e105ee54ea40749a09fcbcd1e9432",
                  "9fb629c4189551a2d022fa330f9573f3", "ec29112dd5afa0611ce80d1b7f02629c"}),
      mnist_like("fashion_mnist", "pictures of clothes, 10 classes",
                 "https://github.com/zalandoresearch/fashion-mnist",
                 {"8d4fb7e6c68d591d4c3dfef9ec88bf0d", "25c81989df183df01b3e8a0aad5dffbe",
                  "bef4ecab320f06d8554ea6380940ec79", "bb300cfdad3c16e7a12a480ee83cd310"}),
      mnist_like("kmnist", "handwritten Japanese characters, 10 classes",
                 "https://github.com/rois-codh/kmnist",
                 {"bdb82020997e1d708af4cf47b453dcf7", "e144d726b3acfaa3e44228e80efcd344",
                  "5c965bf0a639b31b8f53240b1b52f4d7", "7320c461ea6c1c855c0b718fb2a4b134"}),
      cifar10(),
      {"olivetti",
       "faces of 40 people",
       "scikit-learn's fetch_olivetti_faces, saved by numpy.savez",
       {{{{"olivetti.npz", "", 400, olivetti_npz}}},
        {{{"olivetti_faces.npy", "", 400, olivetti_pictures}},
         {{"olivetti_faces_target.npy", "", 400, olivetti_labels}}}}},
      {"cola",
       "English sentences, acceptable or not",
       "https://nyu-mll.github.io/CoLA",
       {{{{"in_domain_train.tsv", "", 0, cola_sentences}},
         {{"in_domain_dev.tsv", "", 0, cola_sentences}},
         {{"out_of_domain_dev.tsv", "", 0, cola_sentences}}}}},
  };
}

}  // namespace

std::span<const KnownDataset> known_datasets() {
  static const std::vector<KnownDataset> catalog = make_catalog();
  return catalog;
}

const KnownDataset& known_dataset(std::string_view name) {
  std::vector<std::string> names;
  for (const KnownDataset& dataset : known_datasets()) {
    if (dataset.name == name) return dataset;
    names.push_back(dataset.name);
  }
  throw ValueError(str("no dataset is called ", quote(name), did_you_mean(name, names)));
}

}  // namespace limpid

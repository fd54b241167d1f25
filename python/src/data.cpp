// Datasets and words: limpid.datasets, limpid.text.

#include "casters.h"
#include "gil.h"
#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/data/cifar10.h"
#include "limpid/data/cola.h"
#include "limpid/data/data_root.h"
#include "limpid/data/digits.h"
#include "limpid/data/mnist.h"
#include "limpid/data/olivetti.h"
#include "limpid/data/prepare.h"
#include "limpid/data/split.h"
#include "limpid/data/synthetic.h"
#include "limpid/data/synthetic_files.h"
#include "limpid/data/vocabulary.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

namespace {

using Rows = std::pair<Tensor, Tensor>;  // samples and labels

Rows rows_of(const std::shared_ptr<const TensorDataset>& data) {
  return {data->inputs(), data->targets()};
}

/// Texts and labels of a file. Python's texts are Unicode, those of C++ any bytes.
std::pair<nb::list, std::vector<std::int64_t>> load_texts(const std::string& path) {
  std::pair<nb::list, std::vector<std::int64_t>> out;
  for (const ColaSentence& s : load_cola(path)) {
    PyObject* text = PyUnicode_FromStringAndSize(s.text.data(), std::ssize(s.text));
    if (!text) {
      PyErr_Clear();
      throw FileError(str(quote(path, 300), ": the text of sentence ", nb::len(out.first) + 1,
                          " is not UTF-8"));
    }
    out.first.append(nb::steal(text));
    out.second.push_back(s.label);
  }
  return out;
}

/// What the labels of a dataset mean; those of made pictures mean other things.
std::vector<std::string> classes_of(const std::string& name, bool made) {
  if (name == "cifar10") return made ? synthetic_cifar10_classes() : cifar10_classes();
  return mnist_classes(name);
}

void add_readers(nb::module_& m) {
  m.def("_load_digits", [](const std::string& path) {
    const Digits digits = load_digits(path);
    return Rows(digits.images, digits.labels);
  });
  m.def(
      "_load_mnist",
      [](const std::string& root, bool train) {
        const Unlock unlock;
        return rows_of(load_mnist(root, train));
      },
      "root"_a, "train"_a);
  m.def(
      "_load_cifar10",
      [](const std::string& root, bool train) {
        const Unlock unlock;
        return rows_of(load_cifar10(root, train));
      },
      "root"_a, "train"_a);
  m.def(
      "_load_olivetti",
      [](const std::string& root) {
        const Unlock unlock;
        const Olivetti faces = load_olivetti(root);
        return Rows(faces.images, faces.labels);
      },
      "root"_a);
  m.def("_load_cola", load_texts, "path"_a);
  m.def("_classes", classes_of, "name"_a, "made"_a);
}

void add_places(nb::module_& m) {
  m.def("_data_root", [] { return data_root().string(); });
  // A message names what a user called: limpid.datasets.find, .generate, limpid.text.Vocabulary.
  m.def(
      "_find", [](const std::string& name) { return find_dataset(known_dataset(name)).string(); },
      "name"_a);
  m.def(
      "_is_synthetic", [](const std::string& folder) { return is_synthetic(folder); }, "folder"_a);
  m.def(
      "_generate",
      [](const std::string& name, const std::string& root, std::int64_t train, std::int64_t test,
         std::uint64_t seed) {
        const Unlock unlock;
        return write_synthetic(name, {.root = root, .train = train, .test = test, .seed = seed})
            .string();
      },
      "name"_a, "root"_a, "train"_a, "test"_a, "seed"_a);
}

void add_words(nb::module_& m) {
  m.def("_tokenize", tokenize, "text"_a);
  nb::class_<Vocabulary>(m, "_Vocabulary")
      .def(
          "__init__",
          [](Vocabulary* self, const std::vector<std::string>& texts, std::int64_t min_frequency,
             std::int64_t max_size) {
            new (self) Vocabulary(
                Vocabulary::build(texts, {.min_frequency = min_frequency, .max_size = max_size}));
          },
          "texts"_a, "min_frequency"_a, "max_size"_a)
      .def(
          "save", [](const Vocabulary& self, const std::string& path) { self.save(path); },
          "path"_a)
      .def("size", &Vocabulary::size)
      .def("__getitem__", &Vocabulary::operator[], "word"_a)
      .def("word", &Vocabulary::word, "number"_a)
      .def("encode", &Vocabulary::encode, "text"_a)
      .def("decode", &Vocabulary::decode, "numbers"_a);
  m.def(
      "_load_vocabulary", [](const std::string& path) { return Vocabulary::load(path); }, "path"_a);
  m.def(
      "_parse_vocabulary",
      [](const std::string& text) { return Vocabulary::parse(text, "a pickled vocabulary"); },
      "text"_a);
}

}  // namespace

void add_data(nb::module_& m) {
  add_readers(m);
  add_places(m);
  m.def(
      "_stratified_split",
      [](const Tensor& labels, double fraction, std::uint64_t seed) {
        const SplitIndices split =
            stratified_split(labels.to_vector<std::int64_t>(), fraction, seed);
        return std::pair(split.rest, split.held);
      },
      "labels"_a, "fraction"_a, "seed"_a);
  add_words(m);
}

}  // namespace limpid::python

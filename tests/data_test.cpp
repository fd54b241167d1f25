// Datasets, splits, CSV and the digits.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <numeric>
#include <string>

#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/data/csv.h"
#include "limpid/data/data_root.h"
#include "limpid/data/dataset.h"
#include "limpid/data/digits.h"
#include "limpid/data/sampler.h"
#include "limpid/data/split.h"
#include "limpid/tensor/creation.h"
#include "scratch_folder.h"

namespace limpid::data_test {

namespace {

using Indices = std::vector<std::int64_t>;

std::shared_ptr<TensorDataset> counting(std::int64_t n) {
  return std::make_shared<TensorDataset>(arange(2 * n).view({n, 2}), arange(n));
}

Indices ints(const Tensor& tensor) {
  return Indices(tensor.data<std::int64_t>(), tensor.data<std::int64_t>() + tensor.numel());
}

std::string csv_error(std::string_view text, const CsvOptions& options = {}) {
  try {
    parse_csv(text, "t.csv", options);
  } catch (const FileError& error) {
    return error.what();
  }
  return "no error";
}

/// Sets an environment variable for one test.
struct Environment {
  Environment(const char* n, const std::string& value) : name(n) { ::setenv(n, value.c_str(), 1); }
  ~Environment() { ::unsetenv(name); }
  const char* name;
};

}  // namespace

TEST_CASE("dataset: rows one by one and gathered are the same") {
  const auto dataset = counting(5);
  CHECK(dataset->size() == 5);
  const Sample sample = dataset->get(3);
  CHECK(ints(sample.input) == Indices{6, 7});
  CHECK(sample.target.dim() == 0);
  CHECK(sample.target.item<std::int64_t>() == 3);
  const Batch batch = *dataset->gather(Indices{4, 0, 4});
  CHECK(batch.input.shape() == Shape{3, 2});
  CHECK(ints(batch.input) == Indices{8, 9, 0, 1, 8, 9});
  CHECK(ints(batch.target) == Indices{4, 0, 4});
  CHECK_THROWS_WITH_AS(dataset->get(5), "sample 5 is outside of 0..4 (5 in all)", IndexError);
  CHECK_THROWS_AS(dataset->get(-1), IndexError);
  CHECK_THROWS_AS(dataset->gather(Indices{0, 5}), IndexError);
  CHECK_FALSE(TensorDataset(ones({3, 1})).get(0).target.defined());
  CHECK(gather_rows(empty({3, 0}), Indices{1, 2}).shape() == Shape{2, 0});
  CHECK(ints(gather_rows(arange(6).view({2, 3}).t(), Indices{2})) == Indices{2, 5});
  CHECK_THROWS_WITH_AS(TensorDataset(ones({3, 2}), ones({2})),
                       "TensorDataset: inputs (3, 2) have 3 rows but targets (2,) have 2",
                       ShapeError);
  CHECK_THROWS_WITH_AS(TensorDataset(Tensor(Scalar(1))),
                       "TensorDataset: needs tensors with one row a sample, not 0-d ones; inputs "
                       "have shape ()",
                       ShapeError);
  CHECK_THROWS_WITH_AS(TensorDataset(ones({1}), Tensor(Scalar(1))),
                       "TensorDataset: needs tensors with one row a sample, not 0-d ones; targets "
                       "have shape ()",
                       ShapeError);
  CHECK_THROWS_WITH_AS(TensorDataset{Tensor{}}, "TensorDataset: inputs are undefined", ValueError);
  CHECK_THROWS_WITH_AS(TensorDataset(empty({0})).get(0), "sample 0 of none", IndexError);
  CHECK_THROWS_WITH_AS(gather_rows(ones({2, 3}), Indices{5}),
                       "gather_rows: row 5 is outside of 0..1 (2 in all)", IndexError);
  CHECK_THROWS_WITH_AS(gather_rows(Tensor(), Indices{0}), "gather_rows: the tensor is undefined",
                       ValueError);
  CHECK_THROWS_WITH_AS(gather_rows(Tensor(Scalar(1)), Indices{0}),
                       "gather_rows: a tensor of shape () has no rows", ShapeError);
  CHECK_THROWS_WITH_AS(Subset(dataset, {9}), "Subset: sample 9 is outside of 0..4 (5 in all)",
                       IndexError);
  CHECK_THROWS_WITH_AS(Subset(nullptr, {}), "Subset: there is no dataset", ValueError);
  CHECK_THROWS_AS(TensorDataset(empty({3}, {.device = Device("meta")})), DeviceError);
}

TEST_CASE("dataset: a subset of a subset") {
  const auto half = std::make_shared<Subset>(counting(6), Indices{5, 3, 1});
  const Subset last(half, {2, 0});
  CHECK(last.get(0).target.item<std::int64_t>() == 1);
  CHECK(ints(last.gather(Indices{1, 0})->target) == Indices{5, 1});
  CHECK_THROWS_AS(Subset(half, {3}), IndexError);
  CHECK_THROWS_AS(last.get(2), IndexError);
}

TEST_CASE("dataset: samples that differ are refused by name") {
  const Sample a{ones({2}), ones({})}, b{ones({3}), ones({})}, c{ones({2}), Tensor()};
  const Sample d{zeros({2}, {.dtype = DType::i64}), ones({})};
  const Indices numbers = {7, 9};
  CHECK_THROWS_WITH_AS(stack_samples(std::vector{a, b}, numbers),
                       "sample 7 has input of shape (2,) but sample 9 has (3,); samples of a "
                       "batch need one shape (resize them, or give a collate)",
                       ShapeError);
  CHECK_THROWS_WITH_AS(stack_samples(std::vector{a, c}, numbers),
                       "sample 7 has target but sample 9 has none", ValueError);
  CHECK_THROWS_AS(stack_samples(std::vector{a, d}, numbers), DTypeError);
  const Batch batch = stack_samples(std::vector{a, a}, numbers);
  CHECK(batch.input.shape() == Shape{2, 2});
  CHECK(batch.target.shape() == Shape{2});
}

TEST_CASE("sampler: orders are permutations that depend on seed and epoch alone") {
  Indices all(100);
  std::iota(all.begin(), all.end(), 0);
  const RandomSampler sampler(100, 7);
  Indices first = sampler.order(0);
  CHECK(first == RandomSampler(100, 7).order(0));
  CHECK(first != sampler.order(1));
  CHECK(first != RandomSampler(100, 8).order(0));
  CHECK(first != all);
  std::sort(first.begin(), first.end());
  CHECK(first == all);
  CHECK(SequentialSampler(3).order(5) == Indices{0, 1, 2});
  CHECK(shuffled(0, 1).empty());
  // Each of the 6 orders of three turns up about 1000 times in 6000.
  std::map<Indices, int> counts;
  for (std::uint64_t epoch = 0; epoch < 6000; ++epoch) ++counts[shuffled(3, 1, epoch)];
  CHECK(counts.size() == 6);
  for (const auto& [order, count] : counts) CHECK(std::abs(count - 1000) < 150);
}

TEST_CASE("sampler: batches, with and without the short last one") {
  const auto sampler = std::make_shared<SequentialSampler>(7);
  BatchSampler batches(sampler, 3);
  batches.set_epoch(0);
  CHECK(batches.size() == 3);
  CHECK(batches.batch(2).size() == 1);
  CHECK(batches.batch(1)[0] == 3);
  CHECK(BatchSampler(sampler, 3, true).size() == 2);
  CHECK(BatchSampler(sampler, 8, true).size() == 0);
  CHECK_THROWS_WITH_AS(BatchSampler(sampler, 0), "batch_size is 0; it must be 1 or more",
                       ValueError);
}

TEST_CASE("split: stratified, complete, seeded") {
  Indices labels;
  for (std::int64_t i = 0; i < 100; ++i) labels.push_back(i % 10 < 7 ? 0 : i % 10 < 9 ? 1 : -5);
  const SplitIndices split = stratified_split(labels, 0.2, 3);
  CHECK(split.held.size() == 20);
  std::map<std::int64_t, int> held;
  for (const std::int64_t i : split.held) ++held[labels[static_cast<std::size_t>(i)]];
  CHECK(held == std::map<std::int64_t, int>{{0, 14}, {1, 4}, {-5, 2}});
  Indices all = split.rest;
  all.insert(all.end(), split.held.begin(), split.held.end());
  std::sort(all.begin(), all.end());
  Indices expected(100);
  std::iota(expected.begin(), expected.end(), 0);
  CHECK(all == expected);
  CHECK(stratified_split(labels, 0.2, 3).held == split.held);
  CHECK(stratified_split(labels, 0.2, 4).held != split.held);
  CHECK(stratified_split(labels, 0.0, 3).held.empty());
  CHECK(stratified_split(labels, 1.0, 3).rest.empty());
  CHECK(stratified_split(Indices{1, 2, 3}, 1.0 / 3, 3).held.size() == 1);
  CHECK(stratified_split({}, 0.5, 3).held.empty());
  CHECK_THROWS_AS(stratified_split(labels, 1.5, 3), ValueError);
  CHECK_THROWS_AS(stratified_split(labels, std::nan(""), 3), ValueError);
}

TEST_CASE("split: random parts") {
  const auto parts = random_split(counting(10), Indices{7, 0, 3}, 1);
  CHECK(parts.size() == 3);
  CHECK(parts[1]->size() == 0);
  Indices all = parts[0]->indices();
  all.insert(all.end(), parts[2]->indices().begin(), parts[2]->indices().end());
  CHECK(all == shuffled(10, 1));
  CHECK_THROWS_AS(random_split(counting(10), Indices{7, 2}, 1), ValueError);
  CHECK_THROWS_AS(random_split(counting(10), Indices{7, 4}, 1), ValueError);
  CHECK_THROWS_AS(random_split(counting(10), Indices{11, -1}, 1), ValueError);
  CHECK_THROWS_AS(random_split(counting(10), Indices{INT64_MAX, INT64_MAX}, 1), ValueError);
}

TEST_CASE("csv: numbers, headers, line ends") {
  const CsvTable table = parse_csv("1,2.5\r\n -3e2 ,\t4\n", "t");
  CHECK(table.rows == 2);
  CHECK(table.columns == 2);
  CHECK(table.values == std::vector<double>{1, 2.5, -300, 4});
  CHECK(table.at(1, 0) == -300);
  CHECK(parse_csv("1;2", "t", {.separator = ';'}).columns == 2);
  const CsvTable named = parse_csv("a, b\n1,2", "t", {.header = true});
  CHECK(named.names == std::vector<std::string>{"a", "b"});
  CHECK(named.rows == 1);
  CHECK(parse_csv("", "t").rows == 0);
  CHECK(parse_csv("\xef\xbb\xbf"
                  "a\n1",
                  "t", {.header = true})
            .names.at(0) == "a");
  CHECK(parse_csv("\xef\xbb\xbf"
                  "7,8\n",
                  "t")
            .values == std::vector<double>{7, 8});
  CHECK_THROWS_AS(parse_csv("7\n\xef\xbb\xbf"
                            "8\n",
                            "t"),
                  FileError);  // at the start alone
}

TEST_CASE("csv: errors name the file, the line and the column") {
  struct Case {
    std::string_view text, message;
    CsvOptions options = {};
  };
  const Case cases[] = {
      {"1,2\n3,x\n", "t.csv:2:3: expected a number, found 'x'"},
      {"1,2\n3, 4x\n", "t.csv:2:4: expected a number, found '4x'"},
      {"1,\n", "t.csv:1:3: expected a number, found nothing"},
      {"1,2\n3\n", "t.csv:2:2: the line ends after 1 of 2 columns"},
      {"1,2\n3,4,5\n", "t.csv:2:5: more than the 2 columns expected"},
      {"1\n\n2\n", "t.csv:2:1: expected numbers, found an empty line"},
      {"nan\n", "t.csv:1:1: expected a number, found 'nan'"},
      {"1e999\n", "t.csv:1:1: the number '1e999' is outside the range of float64"},
      {"\"1\"\n", "t.csv:1:1: expected a number"},
      {"1,2\n", "t.csv:1:4: the line ends after 2 of 3 columns", {.columns = 3}},
      {"1,2,3\n", "more than the 2 columns", {.max_columns = 2}},
      {"a,b\n1\n", "t.csv:2:2: the line ends after 1 of 2 columns", {.header = true}},
      {"1,\x1b[31m\n", "found '\\x1b[31m'"},
  };
  for (const auto& [text, message, options] : cases) {
    const std::string error = csv_error(text, options);
    INFO(text << " gave: " << error);
    CHECK(error.find(message) != std::string::npos);
  }
  const ScratchFolder folder;
  write_text_file(folder / "big.csv", "1,2\n");
  CHECK_THROWS_AS(read_csv(folder / "big.csv", {.max_bytes = 3}), FileError);
  CHECK_THROWS_AS(read_csv(folder / "none.csv"), FileError);
}

TEST_CASE("digits: all images, scaled") {
  const Digits digits = load_digits();
  CHECK(digits.images.shape() == Shape{1797, 1, 8, 8});
  CHECK(digits.labels.shape() == Shape{1797});
  const float* pixel = digits.images.data<float>();
  CHECK(pixel[2] == 5.0f / 16);
  CHECK(std::accumulate(pixel, pixel + digits.images.numel(), 0.0) * 16 == 561718.0);
  std::map<std::int64_t, int> counts;
  for (const std::int64_t label : ints(digits.labels)) ++counts[label];
  CHECK(counts[0] == 178);
  CHECK(counts[3] == 183);
  CHECK(counts[9] == 180);
  CHECK(stratified_split(ints(digits.labels), 0.2, 0).held.size() == 359);
}

TEST_CASE("digits: a file that is absent, cut off or wrong is named with its line") {
  const ScratchFolder folder;
  const std::string text = read_text_file(find_data_file("digits/digits.csv"), 1'000'000);
  const auto error_of = [&](const std::string& changed) -> std::string {
    write_text_file(folder / "d.csv", changed);
    try {
      load_digits(folder / "d.csv");
    } catch (const FileError& error) {
      return error.what();
    }
    return "no error";
  };
  const auto contains = [](const std::string& error, std::string_view part) {
    INFO(error);
    CHECK(error.find(part) != std::string::npos);
  };
  CHECK(error_of(text) == "no error");
  contains(error_of(text.substr(0, text.size() / 2)), "d.csv:");
  contains(error_of(text.substr(0, text.find('\n') + 1)), "d.csv:1: the file has 1 lines");
  contains(error_of("17" + text.substr(1)), "d.csv:1: column 1 is 17; a pixel is a whole number");
  contains(error_of("0.5" + text.substr(1)), "column 1 is 0.5");
  contains(error_of("-1" + text.substr(1)), "column 1 is -1");
  std::string label = text;
  label.insert(label.find('\n'), "0");  // label 00: still 0
  CHECK(error_of(label) == "no error");
  label.insert(label.find('\n') - 2, "1");
  contains(error_of(label), "d.csv:1: column 65 is 100; a digit");
  contains(error_of("x" + text), "d.csv:1:1: expected a number");

  const Environment environment("LIMPID_DATA_ROOT", (folder / "none").string());
  CHECK_THROWS_WITH_AS(find_data_file("mnist/x"), doctest::Contains("none/mnist/x"), FileError);
  CHECK(load_digits().labels.size(0) == 1797);  // they come along
}

}  // namespace limpid::data_test

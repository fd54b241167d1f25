// What users get wrong, over the whole public interface: each mistake is an error of the right kind
// that says what is wrong, and afterwards everything goes on as if it had not been made.

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "limpid/core/files.h"
#include "limpid/data/csv.h"
#include "limpid/data/data_loader.h"
#include "limpid/data/digits.h"
#include "limpid/io/model_file.h"
#include "limpid/io/pgm.h"
#include "limpid/limpid.h"
#include "limpid/train/recipe.h"
#include "limpid/vision/png.h"
#include "tests/call.h"
#include "tests/scratch_folder.h"
#include "tests/thrown.h"

namespace limpid::bad_input_test {

using testing::Call;
using testing::thrown;

namespace {

/// A mistake: what it throws, and part of what that says.
struct Mistake {
  std::string (*caught)(const Call<void()>&);
  std::string says;
  Call<void()> make;
};

template <class E>
std::string caught_as(const Call<void()>& f) {
  return thrown<E>(f);
}
template <class E>
Mistake mistake(std::string says, Call<void()> make) {
  return {caught_as<E>, std::move(says), std::move(make)};
}

/// A step of training with what tensors, autograd, layers and optimisers have; always the same.
std::vector<double> healthy_step() {
  manual_seed(3);
  nn::Sequential model(nn::Linear(4, 8), nn::ReLU(), nn::Linear(8, 3));
  optim::Adam adam(model.parameters(), {.lr = 0.1});
  const Tensor x = randn({6, 4});
  cross_entropy(model(x), tensor({0, 1, 2, 0, 1, 2}, {.dtype = DType::i64})).backward();
  adam.step();
  return model(x).to_vector<double>();
}

void check_all(const std::vector<Mistake>& mistakes) {
  const std::vector<double> expected = healthy_step();
  for (const Mistake& m : mistakes) {
    const std::string message = m.caught(m.make);
    CHECK_MESSAGE(message.find(m.says) != std::string::npos, "expected '", m.says,
                  "', got: ", message);
    CHECK_MESSAGE(message.size() < 2000, "the message is too long");
    CHECK_MESSAGE(is_grad_enabled(), "after: ", message);
    CHECK_MESSAGE(healthy_step() == expected, "a step differs after: ", message);
  }
}

}  // namespace

TEST_CASE("bad input: tensors and ops") {
  const Tensor x = zeros({2, 3}), y = zeros({4, 5});
  Tensor leaf = ones({2, 3}).requires_grad_();
  check_all({
      mistake<ShapeError>("(2, 3)", [&] { x + y; }),
      mistake<ShapeError>("(4, 5)", [&] { matmul(x, y); }),
      mistake<ShapeError>("cat",
                          [&] {
                            cat({x, y}, 0);
                          }),
      mistake<Error>("cat", [&] { cat(std::vector<Tensor>{}, 0); }),
      mistake<ShapeError>("negative",
                          [&] {
                            zeros({-1, 2});
                          }),
      mistake<Error>("",
                     [&] {
                       zeros({std::int64_t{1} << 40, std::int64_t{1} << 40});
                     }),
      mistake<IndexError>("max: dimension 0 is empty", [&] { max(zeros({0})); }),
      mistake<IndexError>("min: dimension 0 is empty", [&] { min(zeros({0})); }),
      mistake<ShapeError>("do not fit", [&] { x.view({7}); }),
      mistake<IndexError>("out of range", [&] { x.sum({2}); }),
      mistake<IndexError>("out of range", [&] { softmax(x, -3); }),
      mistake<IndexError>("index 2", [&] { x[2]; }),
      mistake<Error>("item", [&] { x.item(); }),
      mistake<Error>("undefined", [&] { Tensor() + x; }),
      mistake<Error>("backward", [&] { x.sum().backward(); }),
      mistake<Error>("backward", [&] { (leaf * 2).backward(); }),
      mistake<Error>("in place", [&] { leaf.add_(1); }),
      mistake<IndexError>("class 7",
                          [&] {
                            cross_entropy(x, tensor({0, 7}, {.dtype = DType::i64}));
                          }),
      mistake<DeviceError>("cuda",
                           [] {
                             zeros({2, 3}, {.device = Device("cuda")});
                           }),
      mistake<ShapeError>("conv2d",
                          [&] {
                            conv2d(zeros({1, 3, 8, 8}), zeros({4, 4, 3, 3}));
                          }),
      mistake<Error>("conv2d",
                     [&] {
                       conv2d(zeros({1, 4, 8, 8}), zeros({4, 4, 3, 3}), {}, {.stride = 0});
                     }),
      mistake<ShapeError>("max_pool2d",
                          [&] {
                            max_pool2d(zeros({1, 1, 2, 2}), 3);
                          }),
  });
}

TEST_CASE("bad input: layers, optimisers, loaders") {
  nn::Sequential model(nn::Linear(4, 8), nn::ReLU(), nn::Linear(8, 3));
  const auto dataset = [] { return std::make_shared<TensorDataset>(zeros({5, 4})); };
  check_all({
      mistake<Error>("Linear", [] { nn::Linear(-4, 3); }),
      mistake<ShapeError>("layer",
                          [&] {
                            model(zeros({2, 5}));
                          }),
      mistake<Error>("Dropout", [] { nn::Dropout(1.5); }),
      mistake<Error>("groups", [] { nn::Conv2d(3, 8, 3, {.groups = 2}); }),
      mistake<Error>("BatchNorm1d", [] { nn::BatchNorm1d(-1); }),
      mistake<Error>("",
                     [] {
                       nn::BatchNorm2d(3)(zeros({2, 3}));
                     }),
      mistake<Error>("0.weight", [&] { model.load_state_dict({}); }),
      mistake<Error>("SGD", [&] { optim::SGD(model.parameters(), {.lr = std::nan("")}); }),
      mistake<Error>("empty", [] { optim::Adam(std::vector<Tensor>{}); }),
      mistake<Error>("batch_size", [&] { DataLoader(dataset(), {.batch_size = 0}); }),
      mistake<Error>("workers", [&] { DataLoader(dataset(), {.workers = -1}); }),
      mistake<Error>("",
                     [&] {
                       TensorDataset(zeros({5, 4}), zeros({6}));
                     }),
  });
}

TEST_CASE("bad input: files") {
  const ScratchFolder folder;
  const auto file = [&](const std::string& name, const std::string& text) {
    write_text_file(folder / name, text);
    return folder / name;
  };
  const std::string huge_header(8, '\x7f');
  check_all({
    mistake<FileError>("absent", [&] { load_safetensors(folder / "absent"); }),
        mistake<FileError>("weights", [&] { load_safetensors(file("weights", "")); }),
        mistake<FileError>("weights", [&] { load_safetensors(file("weights", huge_header)); }),
        mistake<FileError>("a folder", [&] { load_safetensors(folder / "."); }),
        mistake<FileError>("model", [&] { load_model(file("model", std::string(64, '\0'))); }),
        mistake<FileError>("absent", [&] { read_csv(folder / "absent"); }),
        mistake<FileError>("2", [&] { read_csv(file("table.csv", "1,2\n3,x\n")); }),
        mistake<FileError>("table.csv", [&] { read_csv(file("table.csv", "1,2\n3\n")); }),
        mistake<FileError>("picture.pgm",
                           [&] { load_pgm(file("picture.pgm", "P5 99999999 99999999 255 ")); }),
        mistake<FileError>("picture.pgm", [&] { load_pgm(file("picture.pgm", "P5 2 2 255 x")); }),
#if LIMPID_HAS_PNG
        mistake<FileError>("picture.png", [&] { read_png(file("picture.png", "GIF89a")); }),
        mistake<FileError>("absent", [&] { read_png(folder / "absent"); }),
        mistake<FileError>("absent",
                           [&] { write_png(folder / "absent/p.png", make_image(1, 1, 1)); }),
#endif
#if LIMPID_HAS_TOML
        mistake<FileError>("recipe.toml", [&] { read_recipe(file("recipe.toml", "lr = ")); }),
        mistake<ValueError>("lr", [&] { read_recipe(file("recipe.toml", "lr = -1")); }),
        mistake<ValueError>("epochs", [&] { read_recipe(file("recipe.toml", "epoch = 3")); }),
        mistake<FileError>("absent", [&] { read_recipe(folder / "absent"); }),
#endif
        mistake<FileError>("absent", [&] { write_text_file(folder / "absent/file", "x"); }),
  });
}

}  // namespace limpid::bad_input_test

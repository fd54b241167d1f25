#pragma once
// What the examples share: the digits, split as everywhere; accuracy; pictures.

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "limpid/limpid.h"
#include "limpid/vision/image_tensor.h"
#include "limpid/vision/plot.h"
#include "limpid/vision/png.h"

namespace example {

using namespace limpid;

/// A training set to draw batches from, and test data that nothing is chosen by.
struct TrainTest {
  std::shared_ptr<TensorDataset> train;
  Tensor test_inputs, test_labels;
};

/// The handwritten digits that come with limpid: 1,438 to train on, 359 to test on, or another
/// share.
inline TrainTest split_digits(double held = 0.2) {
  const Digits digits = load_digits();  // (1797, 1, 8, 8) and (1797,)
  const SplitIndices split = stratified_split(digits.labels.to_vector<std::int64_t>(), held, 1797);
  return {std::make_shared<TensorDataset>(gather_rows(digits.images, split.rest),
                                          gather_rows(digits.labels, split.rest)),
          gather_rows(digits.images, split.held), gather_rows(digits.labels, split.held)};
}

/// The share of `labels` that `scores` (one row a sample) are highest at.
inline double accuracy_of(const Tensor& scores, const Tensor& labels) {
  return eq(scores.argmax(1), labels).to(DType::f32).mean().item();
}

/// The accuracy of a model on test data, which is passed through in portions.
inline double accuracy(nn::Module& model, const Tensor& inputs, const Tensor& labels) {
  NoGrad guard;
  const bool was_training = model.is_training();
  model.eval();
  std::vector<Tensor> scores;
  for (const Tensor& part : inputs.split(256)) scores.push_back(model(part));
  model.train(was_training);
  return accuracy_of(cat(scores, 0), labels);
}

/// Seconds since it was made.
class Clock {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// The folder of the pictures. What cannot be written is said before there is anything to lose.
inline void make_folder(const std::string& out) {
  std::error_code error;
  std::filesystem::create_directories(out, error);
  if (error) throw FileError("--out: cannot make the folder '" + out + "': " + error.message());
  if (access(out.c_str(), W_OK) != 0)
    throw FileError("--out: cannot write into '" + out + "': " + std::strerror(errno));
}

/// Writes a picture into the folder `out` and says where; a build without cairo says that instead.
template <class Draw>
void save_picture(const std::string& out, const std::string& name, const Draw& draw) {
  try {
    const std::filesystem::path path = std::filesystem::path(out) / name;
    write_png(path, draw());
    std::printf("picture %s\n", path.c_str());
  } catch (const FileError& error) {
    std::printf("no picture: %s\n", error.what());
  }
}

/// The exit code of a program with --require, which says why where it is not 0.
inline int required(bool reached) {
  if (!reached) std::fprintf(stderr, "this is not as good as --require asks for\n");
  return reached ? 0 : 1;
}

}  // namespace example

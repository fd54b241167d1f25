#include "limpid/data/mnist.h"

#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/core/suggest.h"
#include "limpid/data/check_samples.h"
#include "limpid/io/idx.h"

namespace limpid {

namespace {
constexpr std::int64_t kMnistSide = 28, kMnistClasses = 10;
}

std::shared_ptr<const TensorDataset> load_mnist(const std::filesystem::path& root, bool train) {
  const std::string part = train ? "train" : "t10k";
  const auto images_path = plain_or_gz(root, part + "-images-idx3-ubyte");
  const auto labels_path = plain_or_gz(root, part + "-labels-idx1-ubyte");
  const Tensor images = load_idx(images_path);
  if (images.dtype() != DType::u8 || images.dim() != 3 || images.size(1) != kMnistSide ||
      images.size(2) != kMnistSide)
    throw FileError(str(quote(images_path.native(), 300), ": expected uint8 pictures of shape (N, ",
                        kMnistSide, ", ", kMnistSide, "), found ", images.dtype(), " of shape ",
                        to_string(images.shape())));
  const Tensor labels = checked_labels(load_idx(labels_path), images.size(0), kMnistClasses,
                                       quote(labels_path.native(), 300));
  return std::make_shared<TensorDataset>(pixels_to_unit(images).unsqueeze(1), labels);
}

std::vector<std::string> mnist_classes(std::string_view name) {
  if (name == "mnist") return {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
  if (name == "fashion_mnist")
    return {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
            "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};
  if (name == "kmnist") return {"o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"};
  const std::vector<std::string> known = {"mnist", "fashion_mnist", "kmnist"};
  throw ValueError(str("no classes are known for ", quote(name), did_you_mean(name, known)));
}

}  // namespace limpid

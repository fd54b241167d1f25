#pragma once
// A trained model in one file that needs no program or recipe to be used: weights, the list of
// layers, the ops they need, what the classes are called, and how an input is prepared. It is a
// safetensors file; all but the weights stands in its __metadata__.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/io/layer_spec.h"
#include "limpid/io/safetensors.h"

namespace limpid {

/// How an input becomes what the first layer takes. A width of 0: the model takes no images.
struct Preprocessing {
  std::int64_t width = 0, height = 0;
  std::int64_t channels = 1;
  double scale = 1.0;  ///< numbers of a text input are multiplied by it; pixels arrive in [0, 1]
  friend bool operator==(const Preprocessing&, const Preprocessing&) = default;
};

struct ModelFile {
  std::vector<LayerSpec> layers;     ///< run one after the other, in evaluation mode
  NamedTensors state;                ///< "0.weight": parameters and buffers of layer 0, ...
  std::vector<std::string> classes;  ///< names of the outputs; may be empty
  Preprocessing preprocessing;
  std::string limpid_version;  ///< of the limpid that wrote the file
};

/// Writes the model atomically. ValueError when layers and state do not belong together.
void save_model(const std::filesystem::path& path, const ModelFile& model);

/// Reads a model and checks that it can run here. FileError says what is wrong in the file, or
/// which op this build lacks; layers that do not fit each other are found here, too, where
/// input_shape() is known.
ModelFile load_model(const std::filesystem::path& path);
/// The same of a file that lies in memory.
ModelFile parse_model(std::span<const std::byte> bytes, std::string_view name = "model");

/// The ops that layers need, each once: {"linear", "relu"}.
std::vector<std::string> needed_ops(std::span<const LayerSpec> layers);

/// The shape of one input, or an empty shape when the model does not say: (1, channels, height,
/// width), or (1, in_features).
Shape input_shape(const ModelFile& model);

/// The dtype that inputs must have: that of the weights.
DType input_dtype(const ModelFile& model);

/// The most elements that a layer may give out: 1 GiB of float32.
inline constexpr std::int64_t kMaxActivation = std::int64_t{1} << 28;

/// Runs the layers on a batch. On the meta device it only computes shapes.
Tensor forward(const ModelFile& model, const Tensor& input);

}  // namespace limpid

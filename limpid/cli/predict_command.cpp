// limpid predict RUN IMAGE...: what a trained model takes images for.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "limpid/cli/commands.h"
#include "limpid/core/str.h"
#include "limpid/io/model_file.h"
#include "limpid/ops/argmax/argmax.h"
#include "limpid/tensor/creation.h"
#include "limpid/train/run_folder.h"
#include "limpid/vision/image_tensor.h"
#include "limpid/vision/png.h"

namespace limpid {

namespace {

/// A picture as the model's input, and in words what was done to it. Models of grey pictures see
/// ink as 1 and paper as 0: a picture that is dark on the whole is taken for light ink on dark
/// paper.
Tensor prepare(Image image, const Preprocessing& wanted, std::string& done) {
  const bool colour = wanted.channels == 3;
  if (image.channels != wanted.channels) {
    image = colour ? to_rgb(image) : to_grey(image);
    done += colour ? ", made RGB" : ", made grey";
  }
  if (image.width != wanted.width || image.height != wanted.height) {
    done += str(", resized from ", image.width, "x", image.height, " to ", wanted.width, "x",
                wanted.height);
    image = resize(image, wanted.width, wanted.height);
  }
  if (colour) return tensor_from_image(image).unsqueeze(0);
  double sum = 0;
  for (std::uint8_t p : image.pixels) sum += p;
  const bool dark_paper = sum < 127.5 * static_cast<double>(image.pixels.size());
  done += dark_paper ? ", read as light ink on dark paper" : ", read as dark ink on light paper";
  Tensor input = empty({1, 1, wanted.height, wanted.width});
  float* p = input.data<float>();
  for (std::uint8_t pixel : image.pixels)
    *p++ = static_cast<float>(dark_paper ? pixel : 255 - pixel) / 255.0f;
  return input;
}

void predict_one(const ModelFile& model, const std::string& path) {
  std::string done;
  const Tensor input = prepare(read_png(path), model.preprocessing, done);
  const Tensor probabilities = forward(model, input.to(input_dtype(model)))[0];
  const std::vector<double> p = probabilities.to_vector<double>();
  if (std::any_of(p.begin(), p.end(), [](double share) { return std::isnan(share); }))
    throw ValueError(str(path, ": the model gives no numbers; its weights hold NaN or infinities"));
  std::vector<std::size_t> order(p.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] > p[b]; });
  const auto name = [&](std::size_t c) {
    return c < model.classes.size() ? model.classes[c] : str(c);
  };
  std::printf("%s: %s (%.1f %%)", path.c_str(), name(order[0]).c_str(), 100 * p[order[0]]);
  for (std::size_t i = 1; i < std::min<std::size_t>(3, order.size()); ++i)
    std::printf(", %s (%.1f %%)", name(order[i]).c_str(), 100 * p[order[i]]);
  std::printf("\n  %s\n", done.empty() ? "" : done.c_str() + 2);
}

void predict(const std::string& run, const std::vector<std::string>& images) {
  const std::filesystem::path path = run;
  const ModelFile model =
      load_model(std::filesystem::is_directory(path) ? RunFolder::open(path).weights_path() : path);
  if (model.preprocessing.width == 0 ||
      (model.preprocessing.channels != 1 && model.preprocessing.channels != 3))
    throw ValueError(str(run, " is no model of grey or RGB images"));
  std::size_t failed = 0;
  for (const std::string& image : images) {
    try {
      predict_one(model, image);
    } catch (const Error& error) {  // the other images are still worth an answer
      std::fprintf(stderr, "limpid: %s\n", error.what());
      ++failed;
    }
  }
  if (failed) throw CLI::RuntimeError(1);
}

}  // namespace

void add_predict_command(CLI::App& app) {
  struct Options {
    std::string run;
    std::vector<std::string> images;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("predict", "Classify images: limpid predict RUN IMAGE.png...");
  command->add_option("run", options->run, "run folder, or weights.safetensors")->required();
  command->add_option("images", options->images, "PNG files of any size")->required();
  command->callback([options] { predict(options->run, options->images); });
}

}  // namespace limpid

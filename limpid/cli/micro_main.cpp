// limpid-micro: runs a trained model where there is nothing but the C++ standard library.
// Exit codes: 0 done, 1 it failed, 2 the command line is wrong.

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/cli/standard_output.h"
#include "limpid/config.h"
#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/core/version.h"
#include "limpid/io/model_file.h"
#include "limpid/io/pgm.h"
#include "limpid/ops/all_ops.h"
#include "limpid/tensor/creation.h"

namespace {

using namespace limpid;

constexpr char kUsage[] =
    "limpid-micro: run a trained model\n"
    "\n"
    "  limpid-micro predict MODEL INPUT   class and probabilities of one input\n"
    "  limpid-micro info MODEL            layers, ops and sizes of a model\n"
    "  limpid-micro --version             what this program is made of\n"
    "\n"
    "MODEL  a .safetensors file that limpid saved\n"
    "INPUT  a .pgm picture, or a text file of numbers (- for standard input)\n";

constexpr std::size_t kMaxText = 64 << 20;

void print(const std::string& text) { std::fputs(text.c_str(), stdout); }

std::string read_standard_input() {
  std::string text;
  char buffer[4096];
  while (const std::size_t n = std::fread(buffer, 1, sizeof buffer, stdin)) {
    text.append(buffer, n);
    if (text.size() > kMaxText) throw FileError("standard input is longer than 64 MiB");
  }
  return text;
}

/// Numbers between white space, commas or semicolons.
std::vector<float> parse_numbers(std::string_view text, const std::string& name) {
  constexpr std::string_view between = " \t\r\n,;";
  std::vector<float> numbers;
  for (std::size_t at = 0; true;) {
    at = text.find_first_not_of(between, at);
    if (at == text.npos) return numbers;
    const std::string_view word = text.substr(at, text.find_first_of(between, at) - at);
    float value = 0.0f;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size())
      throw FileError(str(name, ": byte ", at, ": expected a number, found ", quote(word)));
    numbers.push_back(value);
    at += word.size();
  }
}

/// The numbers of a text input as the model's input.
Tensor from_numbers(const ModelFile& model, const std::string& path) {
  const bool standard_input = path == "-";
  const std::string name = standard_input ? "standard input" : quote(path, 300);
  std::vector<float> numbers =
      parse_numbers(standard_input ? read_standard_input() : read_text_file(path, kMaxText), name);
  for (float& x : numbers) x = static_cast<float>(x * model.preprocessing.scale);
  Shape shape = input_shape(model);
  if (shape.empty()) shape = {1, static_cast<std::int64_t>(numbers.size())};
  if (numel(shape) != static_cast<std::int64_t>(numbers.size()))
    throw ShapeError(
        str(name, " has ", numbers.size(), " numbers, and the model takes ", numel(shape)));
  return from_values(std::span<const float>(numbers), shape, {.dtype = input_dtype(model)});
}

Tensor from_picture(const ModelFile& model, const std::string& path) {
  const Preprocessing& p = model.preprocessing;
  if (p.width == 0) throw ValueError("the model takes no pictures; give it numbers in a text file");
  if (p.channels != 1)
    throw ValueError(str("the model takes pictures of ", p.channels, " channels; a PGM has one"));
  const Tensor image = load_pgm(path);
  if (image.size(1) != p.height || image.size(2) != p.width)
    throw ShapeError(str(quote(path, 300), " has ", image.size(2), " x ", image.size(1),
                         " pixels, and the model takes ", p.width, " x ", p.height,
                         "; resize it first"));
  return from_values(
      std::span<const float>(image.data<float>(), static_cast<std::size_t>(image.numel())),
      input_shape(model), {.dtype = input_dtype(model)});
}

/// p_i = exp(x_i - max) / sum exp(x_j - max), unless the model ends in a softmax of its own.
std::vector<double> probabilities(const ModelFile& model, std::vector<double> x) {
  if (!model.layers.empty() && model.layers.back().type == "Softmax") return x;
  const double highest = *std::max_element(x.begin(), x.end());
  double sum = 0.0;
  for (double& value : x) sum += value = std::exp(value - highest);
  for (double& value : x) value /= sum;
  return x;
}

std::vector<double> to_doubles(const Tensor& tensor) {
  std::vector<double> values;
  const Tensor dense = tensor.contiguous();
  visit_dtype(dense.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    const T* first = dense.data<T>();
    for (std::int64_t i = 0; i < dense.numel(); ++i) values.push_back(convert<double>(first[i]));
  });
  return values;
}

std::string class_name(const ModelFile& model, std::size_t i) {
  return i < model.classes.size() ? model.classes[i] : str(i);
}

int predict(const std::string& model_path, const std::string& input_path) {
  const ModelFile model = load_model(model_path);
  const bool picture = input_path.ends_with(".pgm");
  const Tensor input = picture ? from_picture(model, input_path) : from_numbers(model, input_path);
  const std::vector<double> output = to_doubles(forward(model, input));
  if (output.empty()) throw ValueError("the model gives no numbers for this input");
  const std::vector<double> p = probabilities(model, output);
  const auto best = static_cast<std::size_t>(std::max_element(p.begin(), p.end()) - p.begin());
  print(str(printable(class_name(model, best)), "\n"));
  for (std::size_t i = 0; i < p.size(); ++i) {
    char line[32];
    std::snprintf(line, sizeof line, "  %.6f  ", p[i]);
    print(str(line, printable(class_name(model, i)), "\n"));
  }
  return 0;
}

int info(const std::string& path) {
  const ModelFile model = load_model(path);
  print(str(quote(path, 300), ": written by limpid ", printable(model.limpid_version), "\n"));
  std::int64_t elements = 0, bytes = 0;
  for (const auto& [name, tensor] : model.state) {
    elements += tensor.numel();
    bytes += tensor.numel() * static_cast<std::int64_t>(size_of(tensor.dtype()));
  }
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    const LayerSpec& layer = model.layers[i];
    print(str("  ", i, "  ", layer.type, " ", to_text(Json(layer.attributes)), "\n"));
  }
  std::string ops;
  for (const std::string& op : needed_ops(model.layers)) ops += str(ops.empty() ? "" : ", ", op);
  print(str("input: ", to_string(input_shape(model)), " ", input_dtype(model), "\nops: ", ops,
            "\nclasses: ", model.classes.size(), "\nweights: ", elements, " numbers, ", bytes,
            " bytes\n"));
  return 0;
}

int version() {
  const BuildInfo& build = build_info();
  std::string ops;
  for (const OpInfo* op : all_ops()) ops += str(ops.empty() ? "" : ", ", op->doc.name);
  print(str("limpid-micro ", build.version, " (", build.commit, "), ", build.compiler, ", ",
            build.build_type, "\nops: ", ops, "\n"));
  return 0;
}

int wrong_usage(const std::string& problem) {
  std::fprintf(stderr, "limpid-micro: %s\n\n%s", problem.c_str(), kUsage);
  return 2;
}

int run(const std::vector<std::string>& args) {
  if (args.empty()) return wrong_usage("say what to do");
  const std::string& command = args[0];
  if (command == "--help" || command == "-h") return print(kUsage), 0;
  if (command == "--version") return version();
  if (command == "predict") {
    if (args.size() != 3) return wrong_usage("predict takes a MODEL and an INPUT");
    return predict(args[1], args[2]);
  }
  if (command == "info") {
    if (args.size() != 2) return wrong_usage("info takes a MODEL");
    return info(args[1]);
  }
  return wrong_usage(str("there is no command ", quote(command)));
}

int run_and_report(const std::vector<std::string>& args) {
  try {
    return run(args);
  } catch (const std::bad_alloc&) {
    std::fputs("limpid-micro: out of memory\n", stderr);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "limpid-micro: %s\n", error.what());
  }
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  hold_standard_streams();
  const std::vector<std::string> args(argv + std::min(argc, 1), argv + argc);
  return after_output(run_and_report(args), "limpid-micro");
}

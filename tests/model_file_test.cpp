// Model files: descriptions of layers, what belongs together, and what is refused.
#include "limpid/io/model_file.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <set>
#include <sstream>
#include <string>

#include "limpid/config.h"
#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/core/version.h"
#include "limpid/io/layer_spec.h"
#include "limpid/io/pgm.h"
#include "limpid/ops/all_ops.h"
#include "limpid/tensor/creation.h"
#include "scratch_folder.h"

namespace limpid::model_file_test {

namespace {

/// Runs with no op at all.
ModelFile shapes_only() {
  return {.layers = {{"Flatten", {}}, {"Dropout", {{"p", 0.25}}}},
          .state = {},
          .classes = {"cat", "dog"},
          .preprocessing = {.width = 2, .height = 3, .channels = 1, .scale = 0.0625},
          .limpid_version = ""};
}

/// y = relu(x [[1, 2], [3, -4]]^T + [0.5, 0])
ModelFile small_network() {
  return {
      .layers = {{"Linear", {{"in_features", 2}, {"out_features", 2}}}, {"ReLU", {}}},
      .state = {{"0.weight", tensor({{1.0, 2.0}, {3.0, -4.0}})}, {"0.bias", tensor({0.5, 0.0})}},
      .classes = {},
      .preprocessing = {},
      .limpid_version = ""};
}

template <class F>
std::string error_of(F f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

void contains(const std::string& error, std::string_view part) {
  INFO(error);
  CHECK(error.find(part) != std::string::npos);
}

std::string metadata_error(const ScratchFolder& folder, const std::string& key,
                           const std::string& value) {
  save_model(folder / "x", shapes_only());
  SafetensorsFile file = load_safetensors(folder / "x");
  file.metadata[key] = value;
  if (value == "none") file.metadata.erase(key);
  save_safetensors(folder / "x", file.tensors, file.metadata);
  return error_of([&] { load_model(folder / "x"); });
}

}  // namespace

TEST_CASE("layer spec: defaults are filled in") {
  const LayerSpec conv = checked({"Conv2d",
                                  {{"kernel_size", Json::Array{Json(3), Json(5)}},
                                   {"in_channels", 4},
                                   {"out_channels", 6},
                                   {"groups", 2},
                                   {"padding", 1}}});
  CHECK(conv.pair("kernel_size") == std::array<std::int64_t, 2>{3, 5});
  CHECK(conv.pair("padding") == std::array<std::int64_t, 2>{1, 1});
  CHECK(conv.pair("stride") == std::array<std::int64_t, 2>{1, 1});
  CHECK(conv.flag("bias"));
  CHECK(parameters_of(conv)[0].shape == Shape{6, 2, 3, 5});
  CHECK(parameters_of(conv)[1].shape == Shape{6});
  CHECK(checked(conv).attributes == conv.attributes);
  const LayerSpec pool = checked({"MaxPool2d", {{"kernel_size", 3}}});
  CHECK(pool.pair("stride") == std::array<std::int64_t, 2>{3, 3});
  CHECK(checked({"BatchNorm2d", {{"num_features", 3}}}).number("eps") == 1e-5);
  CHECK(checked({"GELU", {}}).text("approximate") == "none");
  CHECK(checked({"AvgPool2d", {{"kernel_size", 3}}}).flag("count_include_pad"));
  const LayerSpec norm = checked({"LayerNorm", {{"normalized_shape", 4}}});
  CHECK(norm.shape("normalized_shape") == Shape{4});
  CHECK(parameters_of(norm).size() == 2);
  CHECK(parameters_of(checked({"LayerNorm", {{"normalized_shape", 4}, {"bias", false}}})).size() ==
        1);
  CHECK(parameters_of(checked({"BatchNorm2d", {{"num_features", 3}, {"affine", false}}})).size() ==
        3);
}

TEST_CASE("layer spec: what is wrong is named, with the nearest name") {
  const auto error = [](const LayerSpec& spec) { return error_of([&] { checked(spec); }); };
  contains(error({"Conv2D", {}}), "there is no layer type 'Conv2D' (did you mean 'Conv2d'?)");
  contains(error({"Linear", {{"in_features", 2}}}), "Linear: out_features: is missing");
  contains(error({"Linear", {{"infeatures", 2}}}),
           "no attribute 'infeatures' (did you mean 'in_features'?)");
  contains(error({"ReLU", {{"a", 1}}}), "ReLU has no attribute 'a'");
  contains(error({"Dropout", {{"p", 0.1}, {"p", 0.1}}}), "'p' is given twice");
  contains(error({"Dropout", {{"p", 1.5}}}), "Dropout: p: 1.5 is outside of 0..1");
  contains(error({"Linear", {{"in_features", 0}, {"out_features", 1}}}), "0 is outside of 1..");
  contains(error({"Linear", {{"in_features", 1.5}, {"out_features", 1}}}), "expected an integer");
  contains(error({"MaxPool2d", {{"kernel_size", Json::Array{Json(1)}}}}), "[height, width]");
  contains(error({"Softmax", {{"dim", 100}}}), "outside of -64..64");
  contains(error({"GELU", {{"approximate", "erf"}}}),
           "GELU: approximate: 'erf' is neither 'none' nor 'tanh'");
  contains(error({"LayerNorm", {{"normalized_shape", Json::Array{}}}}),
           "LayerNorm: normalized_shape: has 0 sizes");
  contains(error({"LayerNorm", {{"normalized_shape", Json::Array{Json(2), Json(0)}}}}),
           "0 is outside of 1..");
  contains(error({"Softplus", {{"beta", 0}}}), "Softplus: beta: 0 is outside of");
  contains(error_of([] {
             parameters_of(checked(
                 {"Conv2d",
                  {{"in_channels", 3}, {"out_channels", 4}, {"kernel_size", 1}, {"groups", 2}}}));
           }),
           "groups 2 must divide in_channels 3");
}

TEST_CASE("model file: comes back as it was saved") {
  const ScratchFolder folder;
  const ModelFile model = shapes_only();
  save_model(folder / "m.safetensors", model);
  const ModelFile back = load_model(folder / "m.safetensors");
  CHECK(back.classes == model.classes);
  CHECK(back.preprocessing == model.preprocessing);
  CHECK(back.limpid_version == build_info().version);
  CHECK(back.layers.size() == 2);
  CHECK(back.layers[0].type == "Flatten");
  CHECK(back.layers[1].number("p") == 0.25);
  CHECK(input_shape(back) == Shape{1, 1, 3, 2});
  const Tensor y = forward(back, arange(0.0, 6.0, 1.0).view({1, 1, 3, 2}));
  CHECK(y.shape() == Shape{1, 6});
  CHECK(y.data<float>()[5] == 5);
}

TEST_CASE("model file: says which ops it needs, and is refused where one is missing") {
  const ScratchFolder folder;
  CHECK(needed_ops(small_network().layers) == std::vector<std::string>{"linear", "relu"});
  save_model(folder / "m", small_network());
  CHECK(load_safetensors(folder / "m").metadata.at("ops") == "linear,relu");
  if (find_op("linear") && find_op("relu")) {
    const ModelFile back = load_model(folder / "m");
    CHECK(input_shape(back) == Shape{1, 2});
    const Tensor y = forward(back, tensor({{1.0, 2.0}, {0.0, -1.0}}));
    CHECK(y.to_vector<float>() == std::vector<float>{5.5f, 0, 0, 4});
  } else {
    contains(error_of([&] { load_model(folder / "m"); }), "the model needs the op 'linear'");
  }
  contains(metadata_error(folder, "ops", "warp"),
           "the model needs the op 'warp', which this limpid");
  contains(metadata_error(folder, "ops", ",,"), "the model needs the op ''");
}

TEST_CASE("model file: the preset `micro` has just the ops that a file can name") {
  const Json presets = parse_json(
      read_text_file(std::filesystem::path(LIMPID_SOURCE_DIR) / "CMakePresets.json", 1 << 20));
  std::string listed;
  for (const Json& preset : presets.find("configurePresets")->as_array())
    if (preset.find("name")->as_string() == "micro")
      listed = preset.find("cacheVariables")->find("LIMPID_OPS")->as_string();
  std::set<std::string> in_preset;
  std::istringstream names(listed);
  for (std::string name; std::getline(names, name, ',');) in_preset.insert(name);
  std::set<std::string> in_files;
  for (const std::string_view op : ops_of_all_layers()) {
    in_files.emplace(op);
    if (std::string_view(LIMPID_SELECTED_OPS).empty()) CHECK_MESSAGE(find_op(op), op);
  }
  CHECK(in_preset == in_files);
}

TEST_CASE("model file: hostile descriptions are refused") {
  const ScratchFolder folder;
  struct Case {
    const char *key, *value, *message;
  };
  const Case cases[] = {
      {"format", "pt", "tensors without a model"},
      {"format", "none", "tensors without a model"},
      {"format_version", "2", "version '2', and this limpid reads 1"},
      {"format_version", "none", "no 'format_version'"},
      {"architecture", "none", "no 'architecture'"},
      {"architecture", "[", "__metadata__, architecture: byte 1: expected a value"},
      {"architecture", "{}", "expected an array"},
      {"architecture", "[1]", "expected an object"},
      {"architecture", R"([{"type":"Nope"}])", "layer 0: there is no layer type 'Nope'"},
      {"architecture", R"([{"p":0.5}])", "there is no layer type ''"},
      {"architecture", R"([{"type":"Flatten","start_dim":60}])", "60"},
      {"classes", "{}", "__metadata__, classes: expected an array"},
      {"classes", "[1]", "expected a string"},
      {"preprocessing", "{}", "__metadata__, preprocessing: there is no width"},
      {"preprocessing", R"({"width":-1,"height":1,"channels":1,"scale":1})", "-1 x 1"},
      {"preprocessing", R"({"width":1,"height":0,"channels":1,"scale":1})", "1 x 0"},
      {"preprocessing", R"({"width":1,"height":1,"channels":0,"scale":1})", "0 channels"},
      {"preprocessing", R"({"width":65536,"height":65536,"channels":4096,"scale":1})",
       "impossibly large"},
  };
  for (const auto& [key, value, message] : cases) {
    const std::string error = metadata_error(folder, key, value);
    INFO(key << " = " << value);
    contains(error, message);
    contains(error, "/x': ");  // the file
  }
  CHECK_THROWS_AS(load_model(folder / "absent"), FileError);
}

TEST_CASE("model file: weights must be those that the layers need") {
  const ScratchFolder folder;
  const auto error = [&](auto change) {
    ModelFile model = small_network();
    change(model);
    return error_of([&] { save_model(folder / "m", model); });
  };
  contains(error([](ModelFile& m) { m.state.pop_back(); }),
           "layer 0 ('Linear'): tensor '0.bias' (2,) is missing");
  contains(error([](ModelFile& m) {
             m.state[0].tensor = ones({2, 3});
           }),
           "tensor '0.weight' is (2, 3) where the layer needs (2, 2)");
  contains(error([](ModelFile& m) { m.state[1].tensor = zeros({2}, {.dtype = DType::i64}); }),
           "is int64 where the layer needs floats");
  contains(error([](ModelFile& m) {
             m.state.push_back({"1.weight", ones({1})});
           }),
           "tensor '1.weight' belongs to no layer");
  contains(error([](ModelFile& m) { m.state.push_back(m.state[0]); }), "same name");
  CHECK(folder.count() == 0);
}

TEST_CASE("model file: cut off anywhere it is refused") {
  const ScratchFolder folder;
  save_model(folder / "m", shapes_only());
  const std::string whole = read_text_file(folder / "m", 10'000);
  for (std::size_t length = 0; length < whole.size(); ++length)
    CHECK_THROWS_AS(parse_model(std::as_bytes(std::span(whole.data(), length))), FileError);
}

TEST_CASE("pgm: text and bytes") {
  const Tensor text = parse_pgm("P2 # grey\n3 1\n4\n0 1 4\n");
  CHECK(text.shape() == Shape{1, 1, 3});
  CHECK(text.to_vector<float>() == std::vector<float>{0, 0.25f, 1});
  CHECK(parse_pgm(std::string("P5 1 2 255\n\xff\x00", 13)).to_vector<float>() ==
        std::vector<float>{1, 0});
  CHECK(parse_pgm(std::string("P5 1 1 65535 \x80\x00", 15)).to_vector<float>()[0] ==
        32768.0f / 65535);
  const std::pair<std::string, const char*> refused[] = {
      {"", "begins with P2 or P5"},
      {"P6 1 1 255 aaa", "begins with P2 or P5"},
      {"P5", "expected the width"},
      {"P5 1 2 255\n\xff", "it was cut off"},
      {"P5 65536 65536 255\n\xff", "it was cut off"},
      {"P5 99999 1 255\n", "the width must be 1 to 65536"},
      {"P5 0 1 255\n", "the width must be 1"},
      {"P5 1 1 99999\n", "the value of white"},
      {"P5 1 1 10\n\x0b", "above white"},
      {"P2 2 1 9\n1 x\n", "expected a pixel"},
      {"P2 2 1 9\n1 10\n", "a pixel must be 0 to 9"},
      {"P2 1 # no end", "expected the height"},
  };
  for (const auto& [bytes, message] : refused)
    contains(error_of([&] { parse_pgm(bytes); }), message);
}

}  // namespace limpid::model_file_test

#include "limpid/io/model_file.h"

#include <algorithm>

#include "limpid/config.h"
#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/ops/all_ops.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

constexpr std::string_view kFormat = "limpid-model", kFormatVersion = "1";
constexpr std::size_t kMaxLayers = 10'000;
constexpr std::int64_t kMaxSide = 65'536, kMaxInput = std::int64_t{1} << 28;

const std::string& entry(const Metadata& metadata, const std::string& key) {
  const auto found = metadata.find(key);
  if (found == metadata.end()) throw FileError(str("__metadata__ has no ", quote(key)));
  return found->second;
}

/// What `parse` makes of an entry; its errors say which entry they concern.
template <class Parse>
auto parsed(const Metadata& metadata, const std::string& key, Parse parse) {
  const std::string& text = entry(metadata, key);
  try {
    return parse(text);
  } catch (const Error& error) {
    throw FileError(str("__metadata__, ", key, ": ", error.what()));
  }
}

void check_format(const Metadata& metadata) {
  const auto format = metadata.find("format");
  if (format == metadata.end() || format->second != kFormat)
    throw FileError(
        "these are tensors without a model (__metadata__ has no format 'limpid-model')");
  if (const std::string& version = entry(metadata, "format_version"); version != kFormatVersion)
    throw FileError(str("the format has version ", quote(version), ", and this limpid reads ",
                        kFormatVersion, "; a newer limpid is needed"));
}

void check_op(std::string_view name) {
  if (find_op(name)) return;
  const std::string_view selected = LIMPID_SELECTED_OPS;
  const std::vector<std::string_view> known = ops_of_all_layers();
  if (!op_selected(name) && std::find(known.begin(), known.end(), name) != known.end())
    throw FileError(str("the model needs the op ", quote(name),
                        ", which this build leaves out; build "
                        "with -DLIMPID_OPS=",
                        selected, ",", name));
  throw FileError(str("the model needs the op ", quote(name), ", which this limpid does not have"));
}

/// The comma list under "ops": a file may need more than its layers say, never less.
void check_listed_ops(std::string_view list) {
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    check_op(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
}

std::string joined(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += str(list.empty() ? "" : ",", name);
  return list;
}

/// "layer 3 (Linear): " in front of what is wrong with it.
std::string layer_prefix(std::size_t number, const LayerSpec& layer) {
  return str("layer ", number, " (", quote(layer.type), "): ");
}

std::vector<LayerSpec> checked_layers(const std::vector<LayerSpec>& layers) {
  if (layers.size() > kMaxLayers)
    throw ValueError(str(layers.size(), " layers; at most ", kMaxLayers, " are possible"));
  std::vector<LayerSpec> full;
  for (const LayerSpec& layer : layers) {
    try {
      full.push_back(checked(layer));
    } catch (const ValueError& error) {
      throw ValueError(str("layer ", full.size(), ": ", error.what()));
    }
  }
  return full;
}

void check_parameter(const Tensor& tensor, const std::string& name, const ParameterRule& rule) {
  if (!tensor.defined())
    throw ValueError(str("tensor ", quote(name), " ", to_string(rule.shape), " is missing"));
  if (tensor.shape() != rule.shape)
    throw ValueError(str("tensor ", quote(name), " is ", to_string(tensor.shape()),
                         " where the layer needs ", to_string(rule.shape)));
  if (rule.floating ? !is_floating(tensor.dtype()) : tensor.dtype() != DType::i64)
    throw ValueError(str("tensor ", quote(name), " is ", tensor.dtype(), " where the layer needs ",
                         rule.floating ? "floats" : "int64"));
}

/// Every layer has its tensors, in the shapes it needs, and no tensor is left over.
void check_state(const std::vector<LayerSpec>& layers, const NamedTensors& state) {
  std::map<std::string_view, const Tensor*> unused;
  for (const auto& [name, tensor] : state) unused[name] = &tensor;
  if (unused.size() != state.size()) throw ValueError("two tensors have the same name");
  for (std::size_t i = 0; i < layers.size(); ++i) {
    try {
      for (const ParameterRule& rule : parameters_of(layers[i])) {
        const std::string name = str(i, ".", rule.name);
        const auto found = unused.find(name);
        if (found == unused.end() && rule.optional) continue;
        check_parameter(found == unused.end() ? Tensor() : *found->second, name, rule);
        unused.erase(found);
      }
    } catch (const ValueError& error) {
      throw ValueError(layer_prefix(i, layers[i]) + error.what());
    }
  }
  if (!unused.empty())
    throw ValueError(str("tensor ", quote(unused.begin()->first), " belongs to no layer"));
}

std::string preprocessing_text(const Preprocessing& p) {
  return to_text(Json::Object{
      {"width", p.width}, {"height", p.height}, {"channels", p.channels}, {"scale", p.scale}});
}

void check_preprocessing(const Preprocessing& p) {
  const bool sides = p.width >= 0 && p.width <= kMaxSide && p.height >= 0 && p.height <= kMaxSide;
  if (!sides || (p.width == 0) != (p.height == 0))
    throw ValueError(str("preprocessing: an image of ", p.width, " x ", p.height,
                         "; sides must be 1 to ", kMaxSide, ", or both 0"));
  if (p.channels < 1 || p.channels > 4096)
    throw ValueError(str("preprocessing: ", p.channels, " channels; there must be 1 to 4096"));
  if (p.width * p.height * p.channels > kMaxInput)
    throw ValueError("preprocessing: the image is impossibly large");
}

Preprocessing parse_preprocessing(std::string_view text) {
  const Json json = parse_json(text);
  const auto member = [&](std::string_view key) -> const Json& {
    const Json* value = json.find(key);
    if (!value) throw ValueError(str("there is no ", key));
    return *value;
  };
  return {member("width").as_int(), member("height").as_int(), member("channels").as_int(),
          member("scale").as_double()};
}

std::string classes_text(const std::vector<std::string>& classes) {
  return to_text(Json::Array(classes.begin(), classes.end()));
}

std::vector<std::string> parse_classes(std::string_view text) {
  const Json list = parse_json(text);
  std::vector<std::string> classes;
  for (const Json& name : list.as_array()) classes.push_back(name.as_string());
  return classes;
}

void check_ops(const std::vector<LayerSpec>& layers) {
  for (const std::string& op : needed_ops(layers)) check_op(op);
}

/// A tensor of the same shape and dtype without data.
Tensor meta(const Shape& shape, DType dtype) {
  return empty(shape, {.dtype = dtype, .device = Device{DeviceType::meta}});
}

/// Runs the model on shapes alone, which costs nothing whatever a file says.
void check_layers_fit(const ModelFile& model) {
  const Shape shape = input_shape(model);
  if (shape.empty()) return;
  ModelFile shapes;
  shapes.layers = model.layers;
  for (const auto& [name, tensor] : model.state)
    shapes.state.push_back({name, meta(tensor.shape(), tensor.dtype())});
  forward(shapes, meta(shape, input_dtype(model)));
}

ModelFile from_tensors(SafetensorsFile file) {
  check_format(file.metadata);
  check_listed_ops(entry(file.metadata, "ops"));
  ModelFile model;
  model.layers = checked_layers(parsed(file.metadata, "architecture", parse_architecture));
  check_ops(model.layers);
  check_state(model.layers, file.tensors);
  model.state = std::move(file.tensors);
  model.classes = parsed(file.metadata, "classes", parse_classes);
  model.preprocessing = parsed(file.metadata, "preprocessing", parse_preprocessing);
  check_preprocessing(model.preprocessing);
  model.limpid_version = entry(file.metadata, "limpid_version");
  check_layers_fit(model);
  return model;
}

/// Says in errors of `read` which file they concern.
template <class Read>
ModelFile naming_file(std::string_view name, Read read) {
  try {
    return read();
  } catch (const Error& error) {
    throw FileError(str(name, ": ", error.what()));
  }
}

}  // namespace

std::vector<std::string> needed_ops(std::span<const LayerSpec> layers) {
  std::vector<std::string> ops;
  for (const LayerSpec& layer : layers) {
    const std::string op(op_of(layer));
    if (!op.empty() && std::find(ops.begin(), ops.end(), op) == ops.end()) ops.push_back(op);
  }
  return ops;
}

Shape input_shape(const ModelFile& model) {
  const Preprocessing& p = model.preprocessing;
  if (p.width > 0) return {1, p.channels, p.height, p.width};
  if (!model.layers.empty() && model.layers[0].type == "Linear")
    return {1, model.layers[0].integer("in_features")};
  return {};
}

DType input_dtype(const ModelFile& model) {
  for (const auto& [name, tensor] : model.state)
    if (is_floating(tensor.dtype())) return tensor.dtype();
  return kDefaultDType;
}

void save_model(const std::filesystem::path& path, const ModelFile& model) {
  const std::vector<LayerSpec> layers = checked_layers(model.layers);
  check_state(layers, model.state);
  check_preprocessing(model.preprocessing);
  save_safetensors(path, model.state,
                   {{"format", std::string(kFormat)},
                    {"format_version", std::string(kFormatVersion)},
                    {"limpid_version", LIMPID_VERSION},
                    {"architecture", architecture_text(layers)},
                    {"ops", joined(needed_ops(layers))},
                    {"classes", classes_text(model.classes)},
                    {"preprocessing", preprocessing_text(model.preprocessing)}});
}

ModelFile load_model(const std::filesystem::path& path) {
  SafetensorsFile file = load_safetensors(path);
  return naming_file(quote(path.native(), 300), [&] { return from_tensors(std::move(file)); });
}

ModelFile parse_model(std::span<const std::byte> bytes, std::string_view name) {
  SafetensorsFile file = parse_safetensors(bytes, name);
  return naming_file(name, [&] { return from_tensors(std::move(file)); });
}

}  // namespace limpid

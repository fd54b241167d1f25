#include "limpid/io/layer_spec.h"

#include <algorithm>

#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/core/suggest.h"

namespace limpid {

namespace {

constexpr std::int64_t kMaxSize = (std::int64_t{1} << 31) - 1;

enum class Kind { count, axis, flag, number, positive, fraction, sizes, paddings, shape, gelu };

/// What an attribute may be. `fallback` is its default as JSON, "=x" for the value of x, "" for
/// none.
struct AttributeRule {
  std::string_view name;
  Kind kind;
  std::string_view fallback;
};

struct LayerKind {
  std::string_view type;
  std::string_view op;
  std::vector<AttributeRule> attributes;
  std::vector<ParameterRule> (*parameters)(const LayerSpec&);
};

std::vector<ParameterRule> no_parameters(const LayerSpec&) { return {}; }

std::vector<ParameterRule> linear_parameters(const LayerSpec& spec) {
  const std::int64_t in = spec.integer("in_features"), out = spec.integer("out_features");
  std::vector<ParameterRule> rules = {{"weight", {out, in}}};
  if (spec.flag("bias")) rules.push_back({"bias", {out}});
  return rules;
}

std::vector<ParameterRule> conv2d_parameters(const LayerSpec& spec) {
  const std::int64_t in = spec.integer("in_channels"), out = spec.integer("out_channels");
  const std::int64_t groups = spec.integer("groups");
  const auto [height, width] = spec.pair("kernel_size");
  if (in % groups != 0 || out % groups != 0)
    throw ValueError(
        str("groups ", groups, " must divide in_channels ", in, " and out_channels ", out));
  std::vector<ParameterRule> rules = {{"weight", {out, in / groups, height, width}}};
  if (spec.flag("bias")) rules.push_back({"bias", {out}});
  return rules;
}

std::vector<ParameterRule> batch_norm_parameters(const LayerSpec& spec) {
  const Shape channels = {spec.integer("num_features")};
  std::vector<ParameterRule> rules = {{"running_mean", channels}, {"running_var", channels}};
  if (spec.flag("affine")) {
    rules.push_back({"weight", channels});
    rules.push_back({"bias", channels});
  }
  rules.push_back(
      {.name = "num_batches_tracked", .shape = {}, .floating = false, .optional = true});
  return rules;
}

std::vector<ParameterRule> layer_norm_parameters(const LayerSpec& spec) {
  const Shape shape = spec.shape("normalized_shape");
  std::vector<ParameterRule> rules;
  if (spec.flag("elementwise_affine")) rules.push_back({"weight", shape});
  if (spec.flag("elementwise_affine") && spec.flag("bias")) rules.push_back({"bias", shape});
  return rules;
}

/// Layers that act on each element or along one axis, and have nothing that is learned.
const std::vector<LayerKind>& activation_kinds() {
  static const std::vector<LayerKind> all = {
      {"ReLU", "relu", {}, no_parameters},
      {"ReLU6", "hardtanh", {}, no_parameters},
      {"LeakyReLU", "leaky_relu", {{"negative_slope", Kind::number, "0.01"}}, no_parameters},
      {"ELU", "elu", {{"alpha", Kind::number, "1.0"}}, no_parameters},
      {"SELU", "elu", {}, no_parameters},
      {"GELU", "gelu", {{"approximate", Kind::gelu, "\"none\""}}, no_parameters},
      {"SiLU", "silu", {}, no_parameters},
      {"Mish", "mish", {}, no_parameters},
      {"Softplus",
       "softplus",
       {{"beta", Kind::positive, "1.0"}, {"threshold", Kind::number, "20.0"}},
       no_parameters},
      {"Hardswish", "hardswish", {}, no_parameters},
      {"Sigmoid", "sigmoid", {}, no_parameters},
      {"Tanh", "tanh", {}, no_parameters},
      {"Softmax", "softmax", {{"dim", Kind::axis, "-1"}}, no_parameters},
      {"LogSoftmax", "log_softmax", {{"dim", Kind::axis, "-1"}}, no_parameters}};
  return all;
}

/// The other types of layer that a model file may hold.
const std::vector<LayerKind>& kinds() {
  static const std::vector<AttributeRule> batch_norm_attributes = {
      {"num_features", Kind::count, ""},
      {"eps", Kind::positive, "1e-05"},
      {"momentum", Kind::fraction, "0.1"},
      {"affine", Kind::flag, "true"}};
  static const std::vector<LayerKind> all = {
      {"Linear",
       "linear",
       {{"in_features", Kind::count, ""},
        {"out_features", Kind::count, ""},
        {"bias", Kind::flag, "true"}},
       linear_parameters},
      {"Conv2d",
       "conv2d",
       {{"in_channels", Kind::count, ""},
        {"out_channels", Kind::count, ""},
        {"kernel_size", Kind::sizes, ""},
        {"stride", Kind::sizes, "1"},
        {"padding", Kind::paddings, "0"},
        {"dilation", Kind::sizes, "1"},
        {"groups", Kind::count, "1"},
        {"bias", Kind::flag, "true"}},
       conv2d_parameters},
      {"MaxPool2d",
       "max_pool2d",
       {{"kernel_size", Kind::sizes, ""},
        {"stride", Kind::sizes, "=kernel_size"},
        {"padding", Kind::paddings, "0"},
        {"dilation", Kind::sizes, "1"},
        {"ceil_mode", Kind::flag, "false"}},
       no_parameters},
      {"AvgPool2d",
       "avg_pool2d",
       {{"kernel_size", Kind::sizes, ""},
        {"stride", Kind::sizes, "=kernel_size"},
        {"padding", Kind::paddings, "0"},
        {"ceil_mode", Kind::flag, "false"},
        {"count_include_pad", Kind::flag, "true"}},
       no_parameters},
      {"AdaptiveAvgPool2d",
       "adaptive_avg_pool2d",
       {{"output_size", Kind::sizes, ""}},
       no_parameters},
      {"LayerNorm",
       "layer_norm",
       {{"normalized_shape", Kind::shape, ""},
        {"eps", Kind::positive, "1e-05"},
        {"elementwise_affine", Kind::flag, "true"},
        {"bias", Kind::flag, "true"}},
       layer_norm_parameters},
      {"BatchNorm1d", "batch_norm", batch_norm_attributes, batch_norm_parameters},
      {"BatchNorm2d", "batch_norm", batch_norm_attributes, batch_norm_parameters},
      {"Dropout", "", {{"p", Kind::fraction, "0.5"}}, no_parameters},  // nothing when evaluating
      {"Flatten",
       "",
       {{"start_dim", Kind::axis, "1"}, {"end_dim", Kind::axis, "-1"}},
       no_parameters}};
  return all;
}

const LayerKind& kind_of(std::string_view type) {
  std::vector<std::string> names;
  for (const auto* list : {&kinds(), &activation_kinds()})
    for (const LayerKind& kind : *list) {
      if (kind.type == type) return kind;
      names.emplace_back(kind.type);
    }
  throw ValueError(str("there is no layer type ", quote(type), did_you_mean(type, names)));
}

std::int64_t checked_integer(const Json& value, std::int64_t low, std::int64_t high) {
  const std::int64_t number = value.as_int();
  if (number < low || number > high)
    throw ValueError(str(number, " is outside of ", low, "..", high));
  return number;
}

double checked_number(const Json& value, double low, double high) {
  const double number = value.as_double();
  if (!(number >= low && number <= high))
    throw ValueError(str(number, " is outside of ", low, "..", high));
  return number;
}

/// A number for both directions, or [height, width].
Json checked_pair(const Json& value, std::int64_t low) {
  if (!value.is_array()) {
    const std::int64_t both = checked_integer(value, low, kMaxSize);
    return Json::Array{Json(both), Json(both)};
  }
  if (value.as_array().size() != 2) throw ValueError("expected [height, width]");
  for (const Json& size : value.as_array()) checked_integer(size, low, kMaxSize);
  return value;
}

/// A number for one axis, or [size, ...].
Json checked_shape(const Json& value) {
  if (!value.is_array()) return Json::Array{Json(checked_integer(value, 1, kMaxSize))};
  const std::size_t rank = value.as_array().size();
  if (rank < 1 || rank > Shape::kMaxRank)
    throw ValueError(str("has ", rank, " sizes; there must be 1 to ", Shape::kMaxRank));
  for (const Json& size : value.as_array()) checked_integer(size, 1, kMaxSize);
  return value;
}

Json checked_approximation(const Json& value) {
  const std::string& name = value.as_string();
  if (name != "none" && name != "tanh")
    throw ValueError(str(quote(name), " is neither 'none' nor 'tanh'"));
  return value;
}

Json checked_value(const Json& value, Kind kind) {
  switch (kind) {
    case Kind::count: return checked_integer(value, 1, kMaxSize);
    case Kind::axis: return checked_integer(value, -Shape::kMaxRank, Shape::kMaxRank);
    case Kind::flag: return value.as_bool();
    case Kind::number: return checked_number(value, -1e300, 1e300);
    case Kind::positive: return checked_number(value, 1e-300, 1e300);
    case Kind::fraction: return checked_number(value, 0.0, 1.0);
    case Kind::sizes: return checked_pair(value, 1);
    case Kind::paddings: return checked_pair(value, 0);
    case Kind::shape: return checked_shape(value);
    case Kind::gelu: return checked_approximation(value);
  }
  __builtin_unreachable();
}

const Json* find(const Json::Object& object, std::string_view name) {
  for (const auto& [key, value] : object)
    if (key == name) return &value;
  return nullptr;
}

/// The value given for an attribute, or its default.
Json value_or_default(const LayerSpec& spec, const AttributeRule& rule) {
  if (const Json* given = find(spec.attributes, rule.name)) return *given;
  if (rule.fallback.empty()) throw ValueError("is missing");
  if (rule.fallback.starts_with('=')) return *find(spec.attributes, rule.fallback.substr(1));
  return parse_json(rule.fallback);
}

void refuse_unknown(const LayerSpec& spec, const LayerKind& kind) {
  std::vector<std::string> names;
  for (const AttributeRule& rule : kind.attributes) names.emplace_back(rule.name);
  for (std::size_t i = 0; i < spec.attributes.size(); ++i) {
    const std::string& name = spec.attributes[i].first;
    if (find(spec.attributes, name) != &spec.attributes[i].second)
      throw ValueError(str(kind.type, ": attribute ", quote(name), " is given twice"));
    if (std::find(names.begin(), names.end(), name) == names.end())
      throw ValueError(
          str(kind.type, " has no attribute ", quote(name), did_you_mean(name, names)));
  }
}

}  // namespace

const Json& LayerSpec::value(std::string_view name) const {
  const Json* found = find(attributes, name);
  if (!found) throw ValueError(str(type, " has no attribute ", quote(name)));
  return *found;
}
std::int64_t LayerSpec::integer(std::string_view name) const { return value(name).as_int(); }
bool LayerSpec::flag(std::string_view name) const { return value(name).as_bool(); }
double LayerSpec::number(std::string_view name) const { return value(name).as_double(); }
const std::string& LayerSpec::text(std::string_view name) const { return value(name).as_string(); }
Shape LayerSpec::shape(std::string_view name) const {
  const Json::Array& sizes = value(name).as_array();
  Shape out(static_cast<int>(sizes.size()));
  for (std::size_t i = 0; i < sizes.size(); ++i) out[static_cast<int>(i)] = sizes[i].as_int();
  return out;
}
std::array<std::int64_t, 2> LayerSpec::pair(std::string_view name) const {
  const Json::Array& both = value(name).as_array();
  return {both.at(0).as_int(), both.at(1).as_int()};
}

LayerSpec checked(const LayerSpec& spec) {
  const LayerKind& kind = kind_of(spec.type);
  refuse_unknown(spec, kind);
  LayerSpec full{spec.type, {}};
  for (const AttributeRule& rule : kind.attributes) {
    try {
      full.attributes.emplace_back(rule.name,
                                   checked_value(value_or_default(spec, rule), rule.kind));
    } catch (const ValueError& error) {
      throw ValueError(str(spec.type, ": ", rule.name, ": ", error.what()));
    }
  }
  return full;
}

std::vector<ParameterRule> parameters_of(const LayerSpec& spec) {
  return kind_of(spec.type).parameters(spec);
}

std::string_view op_of(const LayerSpec& spec) { return kind_of(spec.type).op; }

std::vector<std::string_view> ops_of_all_layers() {
  std::vector<std::string_view> ops;
  for (const auto* list : {&kinds(), &activation_kinds()})
    for (const LayerKind& kind : *list)
      if (!kind.op.empty() && std::find(ops.begin(), ops.end(), kind.op) == ops.end())
        ops.push_back(kind.op);
  return ops;
}

std::string architecture_text(std::span<const LayerSpec> layers) {
  Json::Array list;
  for (const LayerSpec& layer : layers) {
    Json::Object object = {{"type", layer.type}};
    object.insert(object.end(), layer.attributes.begin(), layer.attributes.end());
    list.emplace_back(std::move(object));
  }
  return to_text(list);
}

std::vector<LayerSpec> parse_architecture(std::string_view text) {
  const Json list = parse_json(text);
  std::vector<LayerSpec> layers;
  for (const Json& object : list.as_array()) {
    LayerSpec layer;
    for (const auto& [key, value] : object.as_object()) {
      if (key == "type") layer.type = value.as_string();
      else layer.attributes.emplace_back(key, value);
    }
    layers.push_back(std::move(layer));
  }
  return layers;
}

}  // namespace limpid

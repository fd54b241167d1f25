#pragma once
// A layer as data: its type and attributes, from which it can be run or built again without the
// program that made it. The types are listed in layer_spec.cpp.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/core/shape.h"
#include "limpid/io/json.h"

namespace limpid {

/// {"Linear", {{"in_features", 64}, {"out_features", 10}}}. Attributes have PyTorch's names.
struct LayerSpec {
  std::string type;
  Json::Object attributes;

  // Attributes of a checked spec.
  std::int64_t integer(std::string_view name) const;
  bool flag(std::string_view name) const;
  double number(std::string_view name) const;
  const std::string& text(std::string_view name) const;
  std::array<std::int64_t, 2> pair(std::string_view name) const;  ///< (height, width)
  Shape shape(std::string_view name) const;

 private:
  const Json& value(std::string_view name) const;
};

/// A tensor that a layer needs beside its input.
struct ParameterRule {
  std::string name;  ///< within the layer: "weight"
  Shape shape;
  bool floating = true;  ///< else int64
  bool optional = false;
};

/// The spec with defaults filled in, in a fixed order, one number for a pair as two. ValueError
/// names an unknown type or attribute (with the nearest that exists), one that is missing or out of
/// range.
LayerSpec checked(const LayerSpec& spec);

/// The parameters and buffers of a checked layer.
std::vector<ParameterRule> parameters_of(const LayerSpec& spec);

/// The op that runs a layer: "linear"; "" for one that only changes the shape, or does nothing.
std::string_view op_of(const LayerSpec& spec);

/// Every op that a layer of a model file can need, each once. The preset `micro` lists them.
std::vector<std::string_view> ops_of_all_layers();

/// [{"type": "Linear", "in_features": 64, ...}, ...], and back (not yet checked).
std::string architecture_text(std::span<const LayerSpec> layers);
std::vector<LayerSpec> parse_architecture(std::string_view text);

}  // namespace limpid

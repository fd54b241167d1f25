#pragma once
// A table of a model: every layer with its path, output shape and number of parameters.

#include <optional>

#include "limpid/nn/module.h"

namespace limpid::nn {

struct SummaryRow {
  std::string path;    ///< "backbone.stem"; "" for the model itself
  std::string type;    ///< "Conv2d"
  Shape output_shape;  ///< of its last call
  std::int64_t parameters =
      0;  ///< its own, without its children's; shared ones at their first place
};

/// Runs the model once, in evaluation and without recording, on zeros of `input_shape` with the
/// dtype and device of its parameters (a model on meta is not computed), and lists the modules in
/// the order in which they finish; those that did not run come last, with an empty shape. Nothing
/// is changed. Models that begin with an Embedding need `dtype` int64.
std::vector<SummaryRow> summary_rows(Module& module, const Shape& input_shape,
                                     std::optional<DType> dtype = std::nullopt);

/// The rows as text, with totals of parameters and bytes.
std::string summary(Module& module, const Shape& input_shape,
                    std::optional<DType> dtype = std::nullopt);

}  // namespace limpid::nn

// Layers, and what takes lists of tensors, say which of them is undefined. So do ops
// (composite_errors_test.cpp, and their cases).

// covers: dropout, batch_norm, instance_norm, rearrange, multihead_attention, clip_grad
#include <doctest/doctest.h>

#include "limpid/core/str.h"
#include "limpid/nn/nn.h"
#include "limpid/tensor/creation.h"
#include "tests/thrown.h"

namespace limpid::undefined_inputs_test {

using namespace testing;

TEST_CASE("layers say that their input is undefined") {
  const Tensor none;
  const auto check = [](std::string_view name, const auto& call) {
    const std::string message = thrown<ValueError>(call);
    CHECK_MESSAGE(message.starts_with(str(name, " is undefined")), message);
  };
  check("BatchNorm2d: input", [&] { nn::BatchNorm2d{3}(none); });
  check("InstanceNorm1d: input", [&] { nn::InstanceNorm1d{3}(none); });
  check("PixelShuffle: input", [&] { nn::PixelShuffle{2}(none); });
  check("ChannelShuffle: input", [&] { nn::ChannelShuffle{2}(none); });
  check("dropout: input", [&] { nn::Dropout()(none); });
  check("dropout: input", [&] {
    nn::Dropout layer;
    layer.eval();
    layer(none);
  });
  nn::MultiheadAttention attention(4, 2);
  const Tensor x = ones({2, 3, 4});
  check("MultiheadAttention: query", [&] { attention(none, x, x); });
  check("MultiheadAttention: value", [&] { attention(x, x, none); });
  const std::vector<Tensor> parameters = {x, none};
  check("clip_grad_norm_: parameter 1", [&] { nn::utils::clip_grad_norm_(parameters, 1); });
  check("clip_grad_value_: parameter 1", [&] { nn::utils::clip_grad_value_(parameters, 1); });
}

}  // namespace limpid::undefined_inputs_test

#include "limpid/data/check_samples.h"

#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/tensor/creation.h"

namespace limpid {

Tensor checked_labels(const Tensor& labels, std::int64_t samples, std::int64_t classes,
                      std::string_view name) {
  if (!is_integer(labels.dtype()) || labels.dim() != 1)
    throw FileError(str(name, ": expected one whole number a sample, found ", labels.dtype(),
                        " of shape ", to_string(labels.shape())));
  if (labels.numel() != samples)
    throw FileError(
        str(name, ": expected ", samples, " labels, one a sample, found ", labels.numel()));
  const std::vector<std::int64_t> values = labels.to_vector<std::int64_t>();
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] < 0 || values[i] >= classes)
      throw FileError(
          str(name, ": label ", i, " is ", values[i], "; classes go from 0 to ", classes - 1));
  return tensor(values);
}

Tensor pixels_to_unit(const Tensor& pixels) {
  Tensor out = empty(pixels.shape(), {.dtype = DType::f32});
  const Tensor dense = pixels.contiguous();
  const auto* from = dense.data<std::uint8_t>();
  auto* to = out.data<float>();
  for (std::int64_t i = 0; i < dense.numel(); ++i) to[i] = static_cast<float>(from[i]) / 255.0f;
  return out;
}

std::filesystem::path plain_or_gz(const std::filesystem::path& folder, std::string_view name) {
  const std::filesystem::path plain = folder / name, packed = folder / str(name, ".gz");
  std::error_code ignored;
  for (const auto& path : {plain, packed})
    if (std::filesystem::exists(path, ignored)) return path;
  throw FileError(str("there is neither ", quote(plain.native(), 300), " nor the same with .gz"));
}

}  // namespace limpid

#include "limpid/data/olivetti.h"

#include <string>

#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/data/check_samples.h"
#include "limpid/io/npy.h"
#include "limpid/io/npz.h"

namespace limpid {

namespace {

constexpr std::int64_t kFaces = 400, kFaceSide = 64, kFacePeople = 40;

/// The array under the first of two names that is there.
const Tensor& either(const NamedTensors& tensors, std::string_view first, std::string_view second,
                     std::string_view file) {
  for (const auto& [name, tensor] : tensors)
    if (name == first) return tensor;
  for (const auto& [name, tensor] : tensors)
    if (name == second) return tensor;
  throw FileError(str(file, ": there is neither an array ", quote(first), " nor ", quote(second)));
}

}  // namespace

Tensor olivetti_faces(const Tensor& faces, std::string_view name) {
  const bool flat = faces.shape() == Shape{kFaces, kFaceSide * kFaceSide};
  if (!flat && faces.shape() != Shape{kFaces, kFaceSide, kFaceSide})
    throw FileError(str(name, ": expected faces of shape (400, 64, 64) or (400, 4096), found ",
                        to_string(faces.shape())));
  if (faces.dtype() != DType::u8 && faces.dtype() != DType::f32 && faces.dtype() != DType::f64)
    throw FileError(
        str(name, ": expected faces of uint8, float32 or float64, found ", faces.dtype()));
  const Tensor unit = faces.dtype() == DType::u8 ? pixels_to_unit(faces) : faces.to(DType::f32);
  const auto* p = unit.data<float>();
  for (std::int64_t i = 0; i < unit.numel(); ++i)
    if (!(p[i] >= 0.0f && p[i] <= 1.0f))
      throw FileError(str(name, ": pixel ", i % (kFaceSide * kFaceSide), " of face ",
                          i / (kFaceSide * kFaceSide), " is ", p[i], "; pixels lie in [0, 1]"));
  return unit.view({kFaces, 1, kFaceSide, kFaceSide});
}

Tensor olivetti_people(const Tensor& people, std::string_view name) {
  return checked_labels(people, kFaces, kFacePeople, name);
}

Olivetti olivetti_from(const NamedTensors& arrays, std::string_view file) {
  return {olivetti_faces(either(arrays, "images", "data", file), file),
          olivetti_people(either(arrays, "target", "labels", file), file)};
}

Olivetti load_olivetti(const std::filesystem::path& root) {
  std::error_code ignored;
  if (const auto path = root / "olivetti.npz"; std::filesystem::exists(path, ignored))
    return olivetti_from(load_npz(path), quote(path.native(), 300));
  const auto faces = root / "olivetti_faces.npy", people = root / "olivetti_faces_target.npy";
  for (const auto& path : {faces, people})
    if (!std::filesystem::exists(path, ignored))
      throw FileError(str("there is neither ", quote((root / "olivetti.npz").native(), 300),
                          " nor ", quote(path.native(), 300)));
  return {olivetti_faces(load_npy(faces), quote(faces.native(), 300)),
          olivetti_people(load_npy(people), quote(people.native(), 300))};
}

}  // namespace limpid

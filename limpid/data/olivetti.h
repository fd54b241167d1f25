#pragma once
// The Olivetti faces (AT&T Laboratories Cambridge): 10 pictures of each of 40 people, as NumPy
// files.

#include <filesystem>
#include <string_view>

#include "limpid/io/safetensors.h"
#include "limpid/tensor/tensor.h"

namespace limpid {

struct Olivetti {
  Tensor images;  ///< (400, 1, 64, 64) float32 in [0, 1]
  Tensor labels;  ///< (400,) int64, 0 to 39: who it is
};

/// Reads olivetti.npz (arrays "images" or "data", and "target" or "labels"), or the two files
/// olivetti_faces.npy and olivetti_faces_target.npy, in the folder `root`. Pictures are (400, 64,
/// 64) or (400, 4096), floats in [0, 1] or uint8, as scikit-learn's fetch_olivetti_faces gives
/// them:
///   numpy.savez("olivetti.npz", images=faces.images, target=faces.target)
/// FileError names the file and what is wrong with it.
Olivetti load_olivetti(const std::filesystem::path& root);

/// The arrays of an olivetti.npz, checked; `file` stands for it in errors.
Olivetti olivetti_from(const NamedTensors& arrays, std::string_view file);
/// Pictures in either layout, checked, as (400, 1, 64, 64) float32.
Tensor olivetti_faces(const Tensor& faces, std::string_view file);
/// Labels, checked, as int64.
Tensor olivetti_people(const Tensor& people, std::string_view file);

}  // namespace limpid

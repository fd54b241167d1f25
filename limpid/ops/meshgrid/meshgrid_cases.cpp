#include "limpid/op/case.h"
#include "limpid/ops/meshgrid/meshgrid.h"

namespace limpid {

std::vector<Case> Meshgrid::cases() {
  const auto by = [](std::string indexing) {
    return [=](std::span<const Tensor> in) { return Tensors(meshgrid(in, indexing)); };
  };
  return {
      {.name = "ij",
       .inputs = {{{3}}, {{4}}},
       .call = by("ij"),
       .torch = "torch.meshgrid(a, b, indexing='ij')"},
      {.name = "xy",
       .inputs = {{{3}}, {{4}}},
       .call = by("xy"),
       .torch = "torch.meshgrid(a, b, indexing='xy')"},
      {.name = "three, one of a number",
       .inputs = {{{2}}, {Shape{}}, {{3}}},
       .call = by("xy"),
       .torch = "torch.meshgrid(a, b, c, indexing='xy')"},
      {.name = "one",
       .inputs = {{{3}}},
       .call = by("xy"),
       .torch = "torch.meshgrid(a, indexing='xy')"},
      {.name = "empty",
       .inputs = {{{0}}, {{2}}},
       .call = by("ij"),
       .torch = "torch.meshgrid(a, b, indexing='ij')"},
      {.name = "a matrix",
       .inputs = {{{2}}, {{2, 3}}},
       .call = by("ij"),
       .error = "meshgrid: tensor 1 has shape (2, 3), but vectors span a grid"},
      {.name = "no such indexing",
       .inputs = {{{2}}},
       .call = by("yx"),
       .error = "meshgrid: there is no indexing \"yx\""},
  };
}

}  // namespace limpid

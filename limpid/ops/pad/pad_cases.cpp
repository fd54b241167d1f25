#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/pad/pad.h"

namespace limpid {

namespace {

Case pad_case(std::string name, CaseInput input, Pad op, std::string torch) {
  return {.name = std::move(name),
          .inputs = {std::move(input)},
          .op = any(op),
          .torch = "F.pad(a, " + torch + ")"};
}
Case refused_pad(std::string name, Shape shape, Pad op, std::string error) {
  return {.name = std::move(name),
          .inputs = {{std::move(shape)}},
          .op = any(op),
          .error = std::move(error)};
}

}  // namespace

std::vector<Case> Pad::cases() {
  constexpr std::int64_t huge = std::int64_t{1} << 62;
  std::vector<Case> all = {
      pad_case("last axis", {{2, 3}}, {{1, 2}}, "(1, 2)"),
      pad_case("image", {{2, 3, 4, 5}}, {{1, 2, 3, 0}, "constant", 0.5}, "(1, 2, 3, 0), value=0.5"),
      pad_case("all axes", {{2, 3, 2}}, {{1, 0, 0, 1, 2, 1}}, "(1, 0, 0, 1, 2, 1)"),
      pad_case("nothing", {{2, 3}}, {{}}, "()"),
      pad_case("zeros to pad", {{2, 3}}, {{0, 0, 0, 0}}, "(0, 0, 0, 0)"),
      pad_case("0-d", {Shape{}}, {{}}, "()"),
      pad_case("cut", {{4, 5}}, {{-1, -2, -1, 0}}, "(-1, -2, -1, 0)"),
      pad_case("moved", {{4, 5}}, {{2, -2, -1, 1}, "constant", -1}, "(2, -2, -1, 1), value=-1"),
      pad_case("moved out", {{3}}, {{5, -4}, "constant", 7}, "(5, -4), value=7"),
      pad_case("cut to nothing", {{3, 4}}, {{-2, -2}}, "(-2, -2)"),
      pad_case("from nothing", {{0, 3}}, {{0, 0, 1, 1}}, "(0, 0, 1, 1)"),
      pad_case("infinity", {{3}}, {{1, 1}, "constant", -INFINITY}, "(1, 1), value=-inf"),
      pad_case("transposed", {.shape = {3, 4}, .arrangement = Arrangement::transposed},
               {{2, 1}, "constant", 3}, "(2, 1), value=3"),
      pad_case("int64", {.shape = {3}, .dtype = DType::i64}, {{1, 1}, "constant", 9},
               "(1, 1), value=9"),
      pad_case("bool", {.shape = {3}, .dtype = DType::boolean}, {{1, 1}, "constant", true},
               "(1, 1), value=True"),
      pad_case("reflected row", {{2, 5}}, {{4, 2}, "reflect"}, "(4, 2), 'reflect'"),
      pad_case("reflected image", {{1, 2, 4, 5}}, {{2, 1, 3, 0}, "reflect"},
               "(2, 1, 3, 0), 'reflect'"),
      pad_case("reflected volume", {{1, 2, 3, 2, 3}}, {{1, 2, 1, 0, 2, 2}, "reflect"},
               "(1, 2, 1, 0, 2, 2), 'reflect'"),
      pad_case("replicated row", {{2, 3}}, {{5, 2}, "replicate"}, "(5, 2), 'replicate'"),
      pad_case("replicated image", {{2, 3, 4, 2}}, {{1, 3, 0, 2}, "replicate"},
               "(1, 3, 0, 2), 'replicate'"),
      pad_case("replicated from one", {{2, 1}}, {{1, 2}, "replicate"}, "(1, 2), 'replicate'"),
      pad_case("wrapped row", {{2, 3}}, {{3, 2}, "circular"}, "(3, 2), 'circular'"),
      pad_case("wrapped image", {{1, 2, 3, 4}}, {{1, 4, 3, 0}, "circular"},
               "(1, 4, 3, 0), 'circular'"),
      pad_case("reflected, transposed",
               {.shape = {2, 4, 3}, .arrangement = Arrangement::transposed},
               {{1, 2, 2, 3}, "reflect"}, "(1, 2, 2, 3), 'reflect'"),
      refused_pad("an odd number", {3}, {{1}}, "pad: pad (1,) must have a pair of numbers"),
      refused_pad("more axes than there are", {3}, {{1, 1, 1, 1}},
                  "pad: pad (1, 1, 1, 1) is for 2 axes, but the input has 1"),
      refused_pad("no such mode", {3}, {{1, 1}, "mirror"}, "pad: there is no mode \"mirror\"; use"),
      refused_pad("no such mode of 0-d", {}, {{}, "mirror"},
                  "pad: there is no mode \"mirror\"; use"),
      refused_pad("more than there is", {3, 2}, {{-2, -1}},
                  "pad: pad -2 and -1 of dimension 1 of size 2 take away more than there is"),
      refused_pad(
          "reflected beyond the axis", {2, 3}, {{3, 0}, "reflect"},
          "pad: pad 3 of dimension 1 is too large for its size 3: mode \"reflect\" allows at "
          "most 2"),
      refused_pad("wrapped beyond the axis", {2, 3}, {{0, 4}, "circular"}, "allows at most 3"),
      refused_pad("replicated from nothing", {2, 0}, {{1, 0}, "replicate"}, "allows at most 0"),
      refused_pad("negative reflection", {2, 3}, {{-1, 0}, "reflect"},
                  "pad: pad -1 of dimension 1 is negative, which only mode \"constant\" allows"),
      refused_pad("beyond the limit", {3}, {{huge + 1, 0}}, "must lie in [-2^62, 2^62]"),
      refused_pad("as much less as can be", {3}, {{-huge, 0}}, "take away more than there is"),
      refused_pad("overflow", {3}, {{huge, huge}}, "make it larger than fits an int64"),
      refused_pad("overflow of elements", {3, 3}, {{huge, 0}}, "pad: "),
  };
  for (Case& c : all)
    if (c.name == "infinity") c.smooth = false;
    else if (c.name == "moved out") c.torch = "";  // PyTorch takes away before it adds
  all.push_back({.name = "a float in integers",
                 .inputs = {{.shape = {3}, .dtype = DType::i32}},
                 .op = any(Pad{{1, 1}, "constant", 0.5}),
                 .error = "pad: the value 0.5 does not fit a tensor of int32"});
  for (const char* mode : {"constant", "reflect"})
    all.push_back({.name = std::string("large, ") + mode,
                   .inputs = {{{32, 64, 56, 56}}},
                   .op = any(Pad{{1, 1, 1, 1}, mode}),
                   .torch = std::string("F.pad(a, (1, 1, 1, 1), '") + mode + "')",
                   .speed = true});
  return all;
}

std::vector<Case> PadBackward::cases() {
  const auto back = [](std::string name, Shape padded, PadBackward op, std::string torch,
                       Arrangement arrangement = Arrangement::contiguous) {
    return Case{.name = std::move(name),
                .inputs = {{.shape = std::move(padded), .arrangement = arrangement}},
                .op = any(op),
                .torch = std::move(torch)};
  };
  return {
      back("reflect", {2, 8}, {{2, 5}, {2, 1}, "reflect"},
           "torch.ops.aten.reflection_pad1d_backward(a, torch.zeros(2, 5), (2, 1))"),
      back("replicate", {2, 3, 6, 5}, {{2, 3, 3, 4}, {0, 1, 1, 2}, "replicate"},
           "torch.ops.aten.replication_pad2d_backward(a, torch.zeros(2, 3, 3, 4), (0, 1, 1, 2))"),
      back("circular", {2, 7, 4}, {{2, 3, 4}, {0, 0, 1, 3}, "circular"}, ""),
      back("transposed", {2, 7, 6}, {{2, 4, 4}, {1, 1, 1, 2}, "reflect"}, "",
           Arrangement::transposed),
      back("the first axis alone", {6, 3}, {{3, 3}, {0, 0, 2, 1}, "reflect"}, ""),
      back("no axes", {}, {{}, {}, "reflect"}, ""),
      back("nothing", {0, 6}, {{0, 4}, {1, 1}, "reflect"}, ""),
      {.name = "of another shape",
       .inputs = {{{2, 7}}},
       .op = any(PadBackward{{2, 5}, {2, 1}, "reflect"}),
       .error = "pad_backward: the gradient has shape (2, 7), but the padded tensor (2, 8)"},
  };
}

}  // namespace limpid

#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/pad/pad.h"

namespace limpid {

namespace {

Case right(std::string name, CaseInput input, Pad op, std::string torch) {
  return {.name = std::move(name),
          .inputs = {std::move(input)},
          .op = any(op),
          .torch = "F.pad(a, " + torch + ")"};
}
Case wrong(std::string name, Shape shape, Pad op, std::string error) {
  return {.name = std::move(name),
          .inputs = {{std::move(shape)}},
          .op = any(op),
          .error = std::move(error)};
}

}  // namespace

std::vector<Case> Pad::cases() {
  constexpr std::int64_t huge = std::int64_t{1} << 62;
  std::vector<Case> all = {
      right("last axis", {{2, 3}}, {{1, 2}}, "(1, 2)"),
      right("image", {{2, 3, 4, 5}}, {{1, 2, 3, 0}, "constant", 0.5}, "(1, 2, 3, 0), value=0.5"),
      right("all axes", {{2, 3, 2}}, {{1, 0, 0, 1, 2, 1}}, "(1, 0, 0, 1, 2, 1)"),
      right("nothing", {{2, 3}}, {{}}, "()"),
      right("zeros to pad", {{2, 3}}, {{0, 0, 0, 0}}, "(0, 0, 0, 0)"),
      right("0-d", {Shape{}}, {{}}, "()"),
      right("cut", {{4, 5}}, {{-1, -2, -1, 0}}, "(-1, -2, -1, 0)"),
      right("moved", {{4, 5}}, {{2, -2, -1, 1}, "constant", -1}, "(2, -2, -1, 1), value=-1"),
      right("moved out", {{3}}, {{5, -4}, "constant", 7}, "(5, -4), value=7"),
      right("cut to nothing", {{3, 4}}, {{-2, -2}}, "(-2, -2)"),
      right("from nothing", {{0, 3}}, {{0, 0, 1, 1}}, "(0, 0, 1, 1)"),
      right("infinity", {{3}}, {{1, 1}, "constant", -INFINITY}, "(1, 1), value=-inf"),
      right("transposed", {.shape = {3, 4}, .arrangement = Arrangement::transposed},
            {{2, 1}, "constant", 3}, "(2, 1), value=3"),
      right("int64", {.shape = {3}, .dtype = DType::i64}, {{1, 1}, "constant", 9},
            "(1, 1), value=9"),
      right("bool", {.shape = {3}, .dtype = DType::boolean}, {{1, 1}, "constant", true},
            "(1, 1), value=True"),
      right("reflected row", {{2, 5}}, {{4, 2}, "reflect"}, "(4, 2), 'reflect'"),
      right("reflected image", {{1, 2, 4, 5}}, {{2, 1, 3, 0}, "reflect"},
            "(2, 1, 3, 0), 'reflect'"),
      right("reflected volume", {{1, 2, 3, 2, 3}}, {{1, 2, 1, 0, 2, 2}, "reflect"},
            "(1, 2, 1, 0, 2, 2), 'reflect'"),
      right("replicated row", {{2, 3}}, {{5, 2}, "replicate"}, "(5, 2), 'replicate'"),
      right("replicated image", {{2, 3, 4, 2}}, {{1, 3, 0, 2}, "replicate"},
            "(1, 3, 0, 2), 'replicate'"),
      right("replicated from one", {{2, 1}}, {{1, 2}, "replicate"}, "(1, 2), 'replicate'"),
      right("wrapped row", {{2, 3}}, {{3, 2}, "circular"}, "(3, 2), 'circular'"),
      right("wrapped image", {{1, 2, 3, 4}}, {{1, 4, 3, 0}, "circular"},
            "(1, 4, 3, 0), 'circular'"),
      right("reflected, transposed", {.shape = {2, 4, 3}, .arrangement = Arrangement::transposed},
            {{1, 2, 2, 3}, "reflect"}, "(1, 2, 2, 3), 'reflect'"),
      wrong("an odd number", {3}, {{1}}, "pad: pad (1,) must have a pair of numbers"),
      wrong("more axes than there are", {3}, {{1, 1, 1, 1}},
            "pad: pad (1, 1, 1, 1) is for 2 axes, but the input has 1"),
      wrong("no such mode", {3}, {{1, 1}, "mirror"}, "pad: there is no mode \"mirror\"; use"),
      wrong("no such mode of 0-d", {}, {{}, "mirror"}, "pad: there is no mode \"mirror\"; use"),
      wrong("more than there is", {3, 2}, {{-2, -1}},
            "pad: pad -2 and -1 of dimension 1 of size 2 take away more than there is"),
      wrong("reflected beyond the axis", {2, 3}, {{3, 0}, "reflect"},
            "pad: pad 3 of dimension 1 is too large for its size 3: mode \"reflect\" allows at "
            "most 2"),
      wrong("wrapped beyond the axis", {2, 3}, {{0, 4}, "circular"}, "allows at most 3"),
      wrong("replicated from nothing", {2, 0}, {{1, 0}, "replicate"}, "allows at most 0"),
      wrong("negative reflection", {2, 3}, {{-1, 0}, "reflect"},
            "pad: pad -1 of dimension 1 is negative, which only mode \"constant\" allows"),
      wrong("beyond the limit", {3}, {{huge + 1, 0}}, "must lie in [-2^62, 2^62]"),
      wrong("as much less as can be", {3}, {{-huge, 0}}, "take away more than there is"),
      wrong("overflow", {3}, {{huge, huge}}, "make it larger than fits an int64"),
      wrong("overflow of elements", {3, 3}, {{huge, 0}}, "pad: "),
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

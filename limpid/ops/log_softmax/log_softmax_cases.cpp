#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/log_softmax/log_softmax.h"

namespace limpid {

std::vector<Case> LogSoftmax::cases() {
  constexpr double inf = INFINITY;
  return {
      {.name = "rows", .inputs = {{{3, 5}}}, .op = any(LogSoftmax{1}), .torch = "F.log_softmax(a, 1)"},
      {.name = "columns", .inputs = {{{5, 3}}}, .op = any(LogSoftmax{0}), .torch = "F.log_softmax(a, 0)"},
      {.name = "middle axis", .inputs = {{{2, 7, 19}}}, .op = any(LogSoftmax{1}),
       .torch = "F.log_softmax(a, 1)"},
      {.name = "last of three", .inputs = {{{2, 3, 33}}}, .op = any(LogSoftmax{-1}),
       .torch = "F.log_softmax(a, -1)"},
      {.name = "long row", .inputs = {{{2, 1030}}}, .op = any(LogSoftmax{1}), .torch = "F.log_softmax(a, 1)"},
      {.name = "one class", .inputs = {{{4, 1}}}, .op = any(LogSoftmax{1}), .torch = "F.log_softmax(a, 1)"},
      {.name = "0-d", .inputs = {{Shape{}}}, .op = any(LogSoftmax{0}), .torch = "F.log_softmax(a, 0)"},
      {.name = "no rows", .inputs = {{{0, 3}}}, .op = any(LogSoftmax{1}), .torch = "F.log_softmax(a, 1)"},
      {.name = "empty rows", .inputs = {{{3, 0}}}, .op = any(LogSoftmax{1}), .torch = "F.log_softmax(a, 1)"},
      {.name = "large scores",
       .inputs = {{.shape = {2, 3}, .values = {1000, 1001, 999, -1000, -1001, -1003}}},
       .op = any(LogSoftmax{1}), .torch = "F.log_softmax(a, 1)"},
      {.name = "a row far below the rest",
       .inputs = {{.shape = {2, 3}, .values = {900, 901, 902, -900, -901, -902}}},
       .op = any(LogSoftmax{1}), .torch = "F.log_softmax(a, 1)"},
      {.name = "masked with -inf",
       .inputs = {{.shape = {3, 3}, .values = {0, -inf, 1, -inf, -inf, 2, -inf, 3, 3}}},
       .op = any(LogSoftmax{1}), .torch = "F.log_softmax(a, 1)", .smooth = false},
      {.name = "rows without logarithms",
       .inputs = {{.shape = {4, 2}, .values = {-inf, -inf, 1, inf, NAN, 1, 1, 2}}},
       .op = any(LogSoftmax{1}), .torch = "F.log_softmax(a, 1)", .smooth = false},
      {.name = "f16", .inputs = {{.shape = {3, 21}, .dtype = DType::f16}}, .op = any(LogSoftmax{1}),
       .torch = "F.log_softmax(a, 1)", .smooth = false},
      {.name = "integers", .inputs = {{.shape = {2, 3}, .dtype = DType::i64}}, .op = any(LogSoftmax{1}),
       .error = "log_softmax: input has dtype int64, but logarithms are floats"},
      {.name = "no such axis", .inputs = {{{2, 3}}}, .op = any(LogSoftmax{2}),
       .error = "log_softmax: axis 2 is out of range"},
      {.name = "classes", .inputs = {{{4096, 1000}}}, .op = any(LogSoftmax{1}),
       .torch = "F.log_softmax(a, 1)", .speed = true},
  };
}

}  // namespace limpid

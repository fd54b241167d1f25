// Every composite names itself and the shapes of its inputs in its errors, whatever it is made of.
// The calls are those of its cases, with one input that is undefined, or of a shape that no op but
// pointwise ones takes.
//
// covers: composite, apply, op_info

#include <doctest/doctest.h>

#include <cstdlib>
#include <set>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/tensor/creation.h"
#include "tests/op_harness.h"

namespace limpid::composite_errors_test {

using namespace testing;

namespace {

/// "" when the call succeeds.
std::string message_of(const Case& c, std::span<const Tensor> inputs) {
  try {
    run(c, inputs);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

/// The name under which users call it, as its errors begin.
std::string called(const OpEntry& entry, std::string_view message) {
  if (entry.doc.name == "cross_entropy_of_probabilities") return "cross_entropy: ";
  for (const char* other : {"dropout1d: ", "dropout2d: ", "dropout3d: "})
    if (entry.doc.name == "feature_dropout" && message.starts_with(other)) return other;
  return str(entry.doc.name, ": ");
}

/// What may be left out, of "input, weight?".
bool may_be_undefined(const OpDoc& doc, std::size_t i) {
  return optional_names(doc.inputs) >> i & 1;
}

/// Calls f(case, inputs) for every right case of every composite.
template <class F>
void for_each_call(F&& f) {
  for (const OpEntry& entry : entries_under_test()) {
    if (entry.info) continue;
    for (const Case& c : entry.cases())
      if (is_test(c)) f(entry, c, make_inputs(entry, c));
  }
}

}  // namespace

TEST_CASE("a composite says which of its inputs is undefined") {
  std::set<std::string_view> seen;
  for_each_call([&](const OpEntry& entry, const Case& c, const std::vector<Tensor>& good) {
    OpInfo info;
    info.doc = entry.doc;
    for (std::size_t i = 0; i < good.size(); ++i) {
      if (!good[i].defined() || may_be_undefined(entry.doc, i)) continue;
      std::vector<Tensor> inputs = good;
      inputs[i] = Tensor();
      const std::string message = message_of(c, inputs);
      const std::string expected =
          str(called(entry, message), info.input_name(static_cast<int>(i)), " is undefined");
      CHECK_MESSAGE(message.starts_with(expected), label(entry, c), " expected '", expected,
                    "', got '", message, "'");
      for (std::size_t k = 0; k < inputs.size(); ++k)
        if (inputs[k].defined())
          CHECK_MESSAGE(message.find(to_string(inputs[k].shape())) != std::string::npos,
                        label(entry, c), ": ", message);
      seen.insert(entry.doc.name);
    }
  });
  std::size_t composites = 0;
  for (const OpEntry& entry : entries_under_test()) composites += entry.info == nullptr;
  CHECK(seen.size() == composites);
}

TEST_CASE("a composite that refuses a shape begins with its name and gives the shape") {
  std::set<std::string_view> refusing;
  for_each_call([&](const OpEntry& entry, const Case& c, const std::vector<Tensor>& good) {
    for (const Shape& odd : {Shape{2, 1, 3, 1, 2, 1, 5}, Shape{}, Shape{0}, Shape{7}})
      for (std::size_t i = 0; i < good.size(); ++i) {
        if (!good[i].defined()) continue;
        std::vector<Tensor> inputs = good;
        inputs[i] = zeros(odd, {.dtype = good[i].dtype()});
        const std::string message = message_of(c, inputs);
        if (message.empty()) continue;
        refusing.insert(entry.doc.name);
        CHECK_MESSAGE(message.starts_with(called(entry, message)), label(entry, c), ": ", message);
        CHECK_MESSAGE(message.find(to_string(odd)) != std::string::npos, label(entry, c), ": ",
                      message);
      }
  });
  if (!std::getenv("LIMPID_OP")) CHECK(refusing.size() > 80);
}

TEST_CASE("the cases of composites expect errors that begin with the name") {
  for (const OpEntry& entry : entries_under_test()) {
    if (entry.info) continue;
    for (const Case& c : entry.cases()) {
      if (c.error.empty()) continue;
      const std::string message = message_of(c, make_inputs(entry, c));
      CHECK_MESSAGE(message.starts_with(called(entry, message)), label(entry, c), ": ", message);
      CHECK_MESSAGE(!message.starts_with(str(entry.doc.name, ": ", entry.doc.name)),
                    label(entry, c), ": ", message);
    }
  }
}

}  // namespace limpid::composite_errors_test

#pragma once
// Which error a call throws, and what it says.

#include <doctest/doctest.h>

#include <string>

#include "limpid/core/error.h"

namespace limpid::testing {

/// The message of the E that `f` throws; for anything else a text that no test expects.
template <class E, class F>
std::string thrown(F&& f) {
  try {
    f();
  } catch (const E& error) {
    return error.what();
  } catch (const std::exception& other) {
    return std::string("<another error: ") + other.what() + ">";
  }
  return "<nothing was thrown>";
}

/// "" when the message contains `part`, else the message.
inline std::string lacks(const std::string& message, const std::string& part) {
  return message.find(part) != std::string::npos ? "" : message;
}

}  // namespace limpid::testing

/// The call throws an E whose message contains `part`.
#define CHECK_SAYS(E, part, ...)                                                                  \
  CHECK(limpid::testing::lacks(limpid::testing::thrown<E>([&] { (void)(__VA_ARGS__); }), part) == \
        "")

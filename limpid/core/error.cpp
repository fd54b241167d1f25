#include "limpid/core/error.h"

namespace limpid {

void Error::add_context(const std::string& prefix, const std::string& suffix) {
  if (has_context_) return;
  has_context_ = true;
  if (!prefix.empty()) message_ = prefix + ": " + message_;
  if (!suffix.empty()) message_ += " [" + suffix + "]";
}

}  // namespace limpid

#pragma once
// The family of errors. A card or a parser throws one with what is wrong and how to mend it;
// apply() adds the op, the shapes of its inputs and the layer's path on the way out.

#include <exception>
#include <string>

namespace limpid {

/// Base of everything limpid throws on purpose.
class Error : public std::exception {
 public:
  explicit Error(std::string message) : message_(std::move(message)) {}
  const char* what() const noexcept override { return message_.c_str(); }

  /// Turns "input has 3 channels" into "conv2d: input has 3 channels [input (8, 3, 32, 32)]".
  /// Only the innermost op counts: a second call changes nothing.
  void add_context(const std::string& prefix, const std::string& suffix);
  bool has_context() const { return has_context_; }

 private:
  std::string message_;
  bool has_context_ = false;
};

/// Shapes that do not fit, or sizes that are impossible.
class ShapeError : public Error {
 public:
  using Error::Error;
};
/// A dtype that the op does not take, or a cast that would lose the kind of number.
class DTypeError : public Error {
 public:
  using Error::Error;
};
/// A device that is absent, mixed, or has no kernel.
class DeviceError : public Error {
 public:
  using Error::Error;
};
/// An index, axis, class or token out of range.
class IndexError : public Error {
 public:
  using Error::Error;
};
/// Any other argument out of range.
class ValueError : public Error {
 public:
  using Error::Error;
};
/// A file that is missing, truncated, malformed or hostile.
class FileError : public Error {
 public:
  using Error::Error;
};
/// A misuse of the record: backward twice, an in-place change of a saved tensor, ...
class GraphError : public Error {
 public:
  using Error::Error;
};

}  // namespace limpid

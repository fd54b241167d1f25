// Tensors as text, after PyTorch's rules: one width for all elements, four digits, scientific where
// magnitudes lie far apart, edges only beyond 1000 elements (print.h sets other numbers).
//
//   tensor([[1.0000, 2.5000],
//           [3.0000, 4.0000]], grad_fn=<Multiply>)

#include "limpid/tensor/print.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <mutex>
#include <ostream>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/tensor/tensor.h"

namespace limpid {

namespace {

std::mutex options_mutex;
PrintOptions options_of_process;

std::string print_number(const char* format, int precision, double value) {
  if (value != value) return "nan";  // C writes -nan too
  char buffer[400];                  // the largest double has 309 digits before the point
  std::snprintf(buffer, sizeof buffer, format, precision, value);
  return buffer;
}

/// How the elements of one tensor are written.
class Formatter {
 public:
  Formatter(DType dtype, const PrintOptions& options) : dtype_(dtype), options_(options) {}

  /// All elements that will be shown; decides on the form and the width.
  void look_at(const std::vector<double>& floats, const std::vector<std::int64_t>& integers) {
    if (!is_floating(dtype_)) {
      for (std::int64_t value : integers) widen(format(value));
      return;
    }
    std::vector<double> finite;  // and not 0
    for (double value : floats)
      if (std::isfinite(value) && value != 0) finite.push_back(value);
    if (finite.empty()) return;
    double least = std::abs(finite[0]), most = least;
    for (double value : finite) {
      least = std::min(least, std::abs(value));
      most = std::max(most, std::abs(value));
      whole_ = whole_ && value == std::ceil(value);
    }
    scientific_ = options_.sci_mode.value_or(most / least > 1000.0 || most > 1e8 || least < 1e-4);
    for (double value : finite) widen(unpadded(value));
  }

  std::string format(double value) const { return pad(unpadded(value)); }
  std::string format(std::int64_t value) const {
    return pad(is_bool(dtype_) ? (value ? "True" : "False") : str(value));
  }
  int width() const { return static_cast<int>(width_); }

 private:
  std::string unpadded(double value) const {
    if (scientific_) return print_number("%.*e", options_.precision, value);
    if (!whole_) return print_number("%.*f", options_.precision, value);
    return print_number("%.*f", 0, value) + (std::isfinite(value) ? "." : "");
  }
  std::string pad(std::string text) const {
    if (text.size() < width_) text.insert(0, width_ - text.size(), ' ');
    return text;
  }
  void widen(const std::string& text) { width_ = std::max(width_, text.size()); }

  DType dtype_;
  PrintOptions options_;
  bool whole_ = true, scientific_ = false;
  std::size_t width_ = 1;
};

class Printer {
 public:
  Printer(const Tensor& tensor, const PrintOptions& options)
      : view_(tensor->as_view()),
        options_(options),
        format_(view_.dtype, options),
        edges_only_(view_.numel > options.threshold) {
    std::vector<double> floats;
    std::vector<std::int64_t> integers;
    collect(0, 0, floats, integers);
    format_.look_at(floats, integers);
  }

  /// The elements from axis `axis` on. `indent`: columns in front of its bracket.
  std::string text(int axis, std::int64_t offset, int indent) const {
    if (axis == view_.rank) return element(offset);
    return axis == view_.rank - 1 ? row(axis, offset, indent) : rows(axis, offset, indent);
  }

 private:
  bool has_gap(int axis) const { return edges_only_ && view_.shape[axis] > 2 * options_.edgeitems; }

  /// Calls f(offset of the entry) for the entries of an axis that are shown, and gap() between.
  template <class F, class Gap>
  void for_each_shown(int axis, std::int64_t offset, F&& f, Gap&& gap) const {
    const std::int64_t n = view_.shape[axis];
    for (std::int64_t i = 0; i < n; ++i) {
      if (has_gap(axis) && i == options_.edgeitems) {
        gap();
        i = n - options_.edgeitems;
        if (i == n) return;  // no edges at all
      }
      f(offset + i * view_.strides[axis]);
    }
  }

  void collect(int axis, std::int64_t offset, std::vector<double>& floats,
               std::vector<std::int64_t>& integers) const {
    if (axis < view_.rank) {
      for_each_shown(
          axis, offset, [&](std::int64_t at) { collect(axis + 1, at, floats, integers); }, [] {});
      return;
    }
    visit_dtype(view_.dtype, [&](auto tag) {
      using T = typename decltype(tag)::type;
      const T value = static_cast<const T*>(view_.data)[offset];
      if constexpr (is_float_type<T>) floats.push_back(static_cast<double>(value));
      else integers.push_back(static_cast<std::int64_t>(value));
    });
  }

  std::string element(std::int64_t offset) const {
    return visit_dtype(view_.dtype, [&](auto tag) {
      using T = typename decltype(tag)::type;
      const T value = static_cast<const T*>(view_.data)[offset];
      if constexpr (is_float_type<T>) return format_.format(static_cast<double>(value));
      else return format_.format(static_cast<std::int64_t>(value));
    });
  }

  /// The last axis: as many entries a line as fit.
  std::string row(int axis, std::int64_t offset, int indent) const {
    const int per_line = std::max(1, (options_.linewidth - indent) / (format_.width() + 2));
    std::string out = "[";
    int count = 0;
    const auto add = [&](const std::string& entry) {
      if (count && count % per_line == 0)
        out += ",\n" + std::string(static_cast<std::size_t>(indent) + 1, ' ');
      else if (count) out += ", ";
      out += entry;
      ++count;
    };
    for_each_shown(
        axis, offset, [&](std::int64_t at) { add(element(at)); }, [&] { add(" ..."); });
    return out + "]";
  }

  /// Outer axes: their parts below one another, an empty line more for each axis further out.
  std::string rows(int axis, std::int64_t offset, int indent) const {
    const std::string separator =
        "," + std::string(static_cast<std::size_t>(view_.rank - axis - 1), '\n') +
        std::string(static_cast<std::size_t>(indent) + 1, ' ');
    std::string out = "[";
    const auto add = [&](const std::string& part) {
      if (out.size() > 1) out += separator;
      out += part;
    };
    for_each_shown(
        axis, offset, [&](std::int64_t at) { add(text(axis + 1, at, indent + 1)); },
        [&] { add("..."); });
    return out + "]";
  }

  AnyView view_;
  PrintOptions options_;
  Formatter format_;
  bool edges_only_;
};

/// Printing never throws: a view whose history was lost (autograd/inplace.cpp) says so.
std::string history_of(const Tensor& tensor) {
  try {
    const std::string grad_fn = tensor.grad_fn();
    if (!grad_fn.empty()) return "grad_fn=<" + grad_fn + ">";
    return tensor.requires_grad() ? "requires_grad=True" : "";
  } catch (const GraphError&) {
    return "grad_fn=<Invalid>";
  }
}

/// What follows the elements: only what they do not show by themselves.
std::vector<std::string> suffixes_of(const Tensor& tensor) {
  std::vector<std::string> out;
  const Spec& spec = tensor.spec();
  const bool meta = spec.device.type == DeviceType::meta, empty = tensor.numel() == 0;
  if (!(spec.device == kCpu)) out.push_back(str("device='", spec.device, "'"));
  if (meta || (empty && spec.rank() != 1)) out.push_back(str("size=", spec.shape));
  const bool seen = !meta && !empty && (spec.dtype == DType::i64 || is_bool(spec.dtype));
  if (spec.dtype != kDefaultDType && !seen) out.push_back(str("dtype=", spec.dtype));
  const std::string history = history_of(tensor);
  if (!history.empty()) out.push_back(history);
  return out;
}

}  // namespace

PrintOptions get_print_options() {
  std::lock_guard lock(options_mutex);
  return options_of_process;
}

void set_print_options(const PrintOptions& options) {
  if (options.precision < 0 || options.precision > 300)
    throw ValueError(str("precision is ", options.precision, "; it must be from 0 to 300"));
  if (options.threshold < 0 || options.edgeitems < 0 || options.linewidth < 0)
    throw ValueError("threshold, edgeitems and linewidth must not be negative");
  std::lock_guard lock(options_mutex);
  options_of_process = options;
}

std::string to_string(const Tensor& tensor) {
  if (!tensor.defined()) return "tensor(undefined)";
  const PrintOptions options = get_print_options();
  std::string out = "tensor(";
  const int indent = static_cast<int>(out.size());
  if (tensor.device().type != DeviceType::cpu) out += "...";
  else if (tensor.numel() == 0) out += "[]";
  else out += Printer(tensor, options).text(0, 0, indent);
  // PyTorch counts two columns more for the last line than it has; kept, so that texts are equal.
  std::size_t line = out.size() - (out.rfind('\n') + 1) + 2;
  for (const std::string& suffix : suffixes_of(tensor)) {
    if (line + suffix.size() + 2 > static_cast<std::size_t>(options.linewidth)) {
      out += ",\n" + std::string(static_cast<std::size_t>(indent), ' ') + suffix;
      line = static_cast<std::size_t>(indent) + suffix.size();
    } else {
      out += ", " + suffix;
      line += suffix.size() + 2;
    }
  }
  return out + ")";
}

std::ostream& operator<<(std::ostream& out, const Shape& shape) { return out << to_string(shape); }
std::ostream& operator<<(std::ostream& out, DType dtype) { return out << to_string(dtype); }
std::ostream& operator<<(std::ostream& out, Device device) { return out << to_string(device); }

std::ostream& operator<<(std::ostream& out, const Tensor& tensor) {
  return out << to_string(tensor);
}

}  // namespace limpid

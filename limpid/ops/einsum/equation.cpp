#include "limpid/ops/einsum/equation.h"

#include <algorithm>
#include <map>

#include "limpid/core/error.h"
#include "limpid/core/str.h"

namespace limpid {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

[[noreturn]] void refuse(const std::string& text, const std::string& why) {
  throw ValueError(str("the equation \"", text, "\" ", why));
}

/// The letters of one tensor; "..." becomes one mark.
Labels read_letters(const std::string& text, const std::string& part) {
  Labels out;
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (is_letter(part[i])) {
      out.push_back(part[i]);
    } else if (part.compare(i, 3, "...") == 0) {
      if (std::find(out.begin(), out.end(), kEllipsis) != out.end())
        refuse(text, "has two ellipses for one tensor");
      out.push_back(kEllipsis);
      i += 2;
    } else {
      refuse(text, str("contains '", part[i], "'; it takes letters, commas, ... and ->"));
    }
  }
  return out;
}

/// Puts `count` labels in the place of the mark.
Labels spread_ellipsis(const Labels& labels, int count) {
  Labels out;
  for (Label label : labels) {
    if (label != kEllipsis) out.push_back(label);
    else
      for (int k = count - 1; k >= 0; --k) out.push_back(kEllipsis + k);
  }
  return out;
}

/// The axes of "..." first, then the letters that appear once, in alphabetical order.
Labels implicit_output(const std::vector<Labels>& inputs, int ellipsis) {
  std::map<Label, int> count;
  for (const Labels& labels : inputs)
    for (Label label : labels) ++count[label];
  Labels out = spread_ellipsis({kEllipsis}, ellipsis);
  for (auto [label, times] : count)
    if (label < kEllipsis && times == 1) out.push_back(label);
  return out;
}

void check_output(const std::string& text, const Equation& equation) {
  for (std::size_t i = 0; i < equation.output.size(); ++i) {
    const Label label = equation.output[i];
    if (std::count(equation.output.begin(), equation.output.end(), label) > 1)
      refuse(text, str("has ", axis_name(label), " twice in the result"));
    bool found = label >= kEllipsis;
    for (const Labels& labels : equation.inputs)
      found |= std::find(labels.begin(), labels.end(), label) != labels.end();
    if (!found) refuse(text, str("has ", axis_name(label), " in the result but in no tensor"));
  }
}

}  // namespace

std::string axis_name(Label label) {
  if (label >= kEllipsis) return str("axis ", kEllipsis - label - 1, " of ...");
  return std::string("letter ") + static_cast<char>(label);
}

Equation parse_equation(const std::string& text, const std::vector<Shape>& shapes) {
  std::string plain;
  for (char c : text)
    if (c != ' ') plain += c;
  const std::size_t arrow = plain.find("->");
  const std::string left = plain.substr(0, arrow);
  std::vector<std::string> parts{""};
  for (char c : left) {
    if (c == ',') parts.emplace_back();
    else parts.back() += c;
  }
  if (parts.size() != shapes.size())
    refuse(text, str("is for ", parts.size(), " tensors, got ", shapes.size()));
  Equation out;
  int ellipsis = 0;  // the most axes that "..." stands for
  for (std::size_t k = 0; k < parts.size(); ++k) {
    const Labels labels = read_letters(text, parts[k]);
    const int letters = static_cast<int>(labels.size()), rank = shapes[k].rank();
    const bool open = std::find(labels.begin(), labels.end(), kEllipsis) != labels.end();
    if (open ? rank < letters - 1 : rank != letters)
      throw ShapeError(str("\"", parts[k], "\" names ", letters - open, " axes, but tensor ", k,
                           " has ", rank, " [", shapes[k], "]"));
    ellipsis = std::max(ellipsis, open ? rank - letters + 1 : 0);
    out.inputs.push_back(spread_ellipsis(labels, rank - letters + 1));
  }
  if (arrow == std::string::npos) out.output = implicit_output(out.inputs, ellipsis);
  else out.output = spread_ellipsis(read_letters(text, plain.substr(arrow + 2)), ellipsis);
  check_output(text, out);
  return out;
}

}  // namespace limpid

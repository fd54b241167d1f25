#pragma once
// Lists of card types, a family each. They are the only registration there is.

#include "limpid/config.h"
#include "limpid/op/case.h"

namespace limpid {

/// Cards of one family.
template <Operator... O>
struct OpList {};

/// A function made of other ops: a doc and cases, but no kernels of its own.
template <class C>
concept CompositeOp = requires {
  { C::doc } -> std::convertible_to<OpDoc>;
  { C::cases() } -> std::same_as<std::vector<Case>>;
}
&&!C::doc.summary.empty() && !C::doc.formula.empty();

template <CompositeOp... C>
struct CompositeList {};

/// Appends the rows of the cards that this build selects (LIMPID_OPS).
template <class... O>
void append_rows(OpList<O...>, std::vector<const OpInfo*>& rows) {
  (
      [&] {
        if constexpr (op_selected(O::doc.name)) rows.push_back(&describe<O>);
      }(),
      ...);
}

/// An op as tests, pages and timings see it.
struct OpEntry {
  OpDoc doc;
  const OpInfo* info;  ///< null for composites
  std::vector<Case> (*cases)();
};
template <class... O>
void append_entries(OpList<O...>, std::vector<OpEntry>& entries) {
  (entries.push_back({O::doc, &describe<O>, &O::cases}), ...);
}
template <class... C>
void append_entries(CompositeList<C...>, std::vector<OpEntry>& entries) {
  (entries.push_back({C::doc, nullptr, &C::cases}), ...);
}

}  // namespace limpid

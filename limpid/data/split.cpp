#include "limpid/data/split.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/data/sampler.h"

namespace limpid {

namespace {

struct ClassMembers {
  std::int64_t label = 0;
  std::vector<std::int64_t> members;
  std::int64_t held = 0;   // how many to hold out
  double remainder = 0.0;  // what rounding down left of its share
};

std::vector<ClassMembers> by_class(std::span<const std::int64_t> labels, double fraction) {
  std::map<std::int64_t, std::vector<std::int64_t>> members;
  for (std::size_t i = 0; i < labels.size(); ++i)
    members[labels[i]].push_back(static_cast<std::int64_t>(i));
  std::vector<ClassMembers> classes;
  for (auto& [label, list] : members) {
    const double share = fraction * static_cast<double>(list.size());
    const double whole = std::floor(share);
    classes.push_back({label, std::move(list), static_cast<std::int64_t>(whole), share - whole});
  }
  return classes;
}

/// Gives what is missing to `total` to the classes with the largest remainders (Hamilton's method).
void round_shares(std::vector<ClassMembers>& classes, std::int64_t total) {
  std::vector<ClassMembers*> order;
  for (ClassMembers& c : classes) {
    total -= c.held;
    order.push_back(&c);
  }
  std::stable_sort(order.begin(), order.end(), [](const ClassMembers* a, const ClassMembers* b) {
    return a->remainder > b->remainder;
  });
  for (ClassMembers* c : order)
    if (total > 0 && c->held < static_cast<std::int64_t>(c->members.size())) ++c->held, --total;
}

}  // namespace

SplitIndices stratified_split(std::span<const std::int64_t> labels, double fraction,
                              std::uint64_t seed) {
  if (!(fraction >= 0.0 && fraction <= 1.0))
    throw ValueError(
        str("stratified_split: the fraction to hold out is ", fraction, "; it must be in [0, 1]"));
  std::vector<ClassMembers> classes = by_class(labels, fraction);
  round_shares(classes, std::llround(fraction * static_cast<double>(labels.size())));
  SplitIndices split;
  for (const ClassMembers& c : classes) {
    const auto order = shuffled(static_cast<std::int64_t>(c.members.size()), seed,
                                static_cast<std::uint64_t>(c.label));
    for (std::size_t k = 0; k < order.size(); ++k)
      (static_cast<std::int64_t>(k) < c.held ? split.held : split.rest)
          .push_back(c.members[static_cast<std::size_t>(order[k])]);
  }
  std::sort(split.held.begin(), split.held.end());
  std::sort(split.rest.begin(), split.rest.end());
  return split;
}

std::vector<std::shared_ptr<Subset>> random_split(std::shared_ptr<const Dataset> dataset,
                                                  std::span<const std::int64_t> lengths,
                                                  std::uint64_t seed) {
  if (!dataset) throw ValueError("random_split needs a dataset");
  std::int64_t left = dataset->size();
  for (const std::int64_t length : lengths) {
    if (length < 0) throw ValueError(str("a part of ", length, " samples is not possible"));
    left -= std::min(length, left + 1);  // never overflows; negative when there are too many
    if (left < 0) break;
  }
  if (left != 0)
    throw ValueError(str("the lengths of the parts must add up to the ", dataset->size(),
                         " samples of the dataset", left > 0 ? str("; ", left, " are left") : ""));
  const std::vector<std::int64_t> order = shuffled(dataset->size(), seed);
  std::vector<std::shared_ptr<Subset>> parts;
  auto first = order.begin();
  for (const std::int64_t length : lengths) {
    parts.push_back(std::make_shared<Subset>(dataset, std::vector(first, first + length)));
    first += length;
  }
  return parts;
}

}  // namespace limpid

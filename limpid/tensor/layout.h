#pragma once
// Maps in channels-last order: of shape (N, C, H, W) as ever, but with the channels of a pixel side
// by side in memory, which is how convolutions want them. `stride()` tells the truth.
//
// Ops choose this layout for their outputs (traits.keeps_layout and `channels_last` of a card), and
// such tensors carry a flag (TensorImpl::chosen). A user who never asked for it may look through a
// view or ask for memory in row-major order all the same, by x[0] or data<T>(): before that, and
// only then, the elements move, and what detach() gave moves along, so that they go on sharing.
// docs/decisions/0017-channels-last.md has the whole.

#include "limpid/tensor/tensor.h"

namespace limpid {

/// Whether a map lies in channels-last order without gaps, and not in row-major order as well (as
/// one with a single channel or a single pixel does).
bool is_channels_last(const AnyView& map);
inline bool is_channels_last(const TensorImpl& t) {
  return !t.contiguous && t.spec.rank() == 4 && is_channels_last(t.as_view());
}

/// The same of a map with gaps, such as some channels of another.
bool has_channels_last_order(const TensorImpl& t);

/// Lays a fresh tensor channels-last, where its shape allows: rank 4, and more than one channel and
/// pixel. Its elements are not set yet.
void lay_channels_last(TensorImpl& fresh);
/// Uninitialised; as `like` lies.
Tensor empty_as(const Spec& spec, const TensorImpl& like);

/// `tensor`, or a copy of it, in the order of `like` if that is channels-last, else row-major. Not
/// recorded. Defined beside the Copy op.
Tensor laid_as(const Tensor& tensor, const TensorImpl& like);

/// Moves the elements of a tensor with a chosen layout into row-major order, and with it every
/// tensor that shares them: results of detach(), which are the whole map too (views are made after
/// such a move). What the record saved stays where it is, unchanged. Does nothing to others.
/// Defined beside the Copy op. Counts as a change of the tensor, for other threads.
void lay_row_major(TensorImpl& tensor);

/// Joins `copy` to the tensors that move together with `source`, over the same memory.
void share_layout(TensorImpl& source, TensorImpl& copy);
/// Has `move` called for all that move together with `tensor`, while nobody joins or leaves.
using MoveAll = void (*)(std::span<TensorImpl* const> tensors);
void with_shared_layout(TensorImpl& tensor, MoveAll move);

/// How many whole maps were copied from one order into the other in this process so far, or were
/// read across it because a map in the other order met them, by any op.
std::int64_t layout_copies();
void count_layout_copy();
/// Counts one if one of the two is a channels-last map and the other a row-major one.
void count_meeting(const TensorImpl& a, const TensorImpl& b);

}  // namespace limpid

#pragma once
// The node that applying an op leaves: the op by value, the edges to the producers of its inputs,
// and what the card declared as saved, all in one block of memory.

#include "limpid/op/op_info.h"

namespace limpid {

class OpNode final : public Node {
 public:
  /// Records one call; `outputs` get it as their history.
  static void record(const OpInfo& info, const void* op, Inputs in, Needs needs,
                     std::span<Tensor> outputs);

  std::string_view name() const override { return info_.doc.title; }
  void backward(std::span<const Tensor> dy, std::span<Tensor> dx) override;
  void release_saved() override;

  const OpInfo& info() const { return info_; }
  const void* op() const { return op_; }
  /// Position among the saved tensors of input or output i, or -1.
  int saved_input(int i) const;
  int saved_output(int i) const;
  const SavedTensor& saved(int position) const { return saved_[position]; }
  const Spec& input_spec(int i) const { return specs_[i]; }
  bool input_was_channels_last(int i) const { return channels_last_ >> (i < 64 ? i : 63) & 1; }
  std::span<const Edge> inputs() const { return edges(); }

 private:
  struct Plan;  // sizes and places of the parts of the block
  OpNode(const Plan& plan, char* block);
  ~OpNode() override = default;
  void destroy() override;
  void check_saved() const;
  void keep_specs(const Inputs& in);

  const OpInfo& info_;
  Saves saves_;
  bool released_ = false;
  std::uint32_t saved_count_ = 0;
  std::uint64_t channels_last_ = 0;  // bit i: input i lay so
  std::size_t bytes_;
  void* op_;
  SavedTensor* saved_;
  Spec* specs_;
};

}  // namespace limpid

#include "limpid/op/op_info.h"

#include "limpid/core/str.h"

namespace limpid {

std::string OpInfo::input_name(int i) const {
  std::string_view list = doc.inputs;
  while (i > 0 && list.find(',') != list.npos) {
    list.remove_prefix(list.find(',') + 2);
    --i;
  }
  list = list.substr(0, list.find(','));
  if (list.ends_with("...")) return str(list.substr(0, list.size() - 3), " ", i);
  if (list.ends_with('?')) list.remove_suffix(1);
  return std::string(list);
}

std::string to_string(const AttributeValue& value) {
  return std::visit([](const auto& v) { return str(v); }, value);
}

AnyOp::AnyOp(const OpInfo& info, const void* op) : info_(&info), op_(allocate(info.size)) {
  info.copy(op_, op);
}
AnyOp::~AnyOp() {
  if (!op_) return;
  info_->destroy(op_);
  deallocate(op_, info_->size);
}

}  // namespace limpid

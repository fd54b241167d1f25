#include "limpid/core/device.h"

#include <charconv>

#include "limpid/core/error.h"
#include "limpid/core/str.h"

namespace limpid {

Device::Device(std::string_view name) {
  const std::size_t colon = name.find(':');
  const std::string_view kind = name.substr(0, colon);
  if (kind == "cpu") type = DeviceType::cpu;
  else if (kind == "meta") type = DeviceType::meta;
  else if (kind == "cuda") type = DeviceType::cuda;
  else throw DeviceError(str("there is no device '", name, "'; write cpu, meta, cuda or cuda:N"));
  if (colon == std::string_view::npos) return;
  const std::string_view digits = name.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if (error != std::errc() || end != digits.data() + digits.size())
    throw DeviceError(str("device '", name, "' needs a number from 0 to 255 after the colon"));
  if (index > 0 && type != DeviceType::cuda)
    throw DeviceError(str("there is one ", kind, " device, so '", name, "' does not exist"));
}

std::string to_string(Device device) {
  switch (device.type) {
    case DeviceType::cpu: return "cpu";
    case DeviceType::meta: return "meta";
    case DeviceType::cuda: break;
  }
  return str("cuda:", static_cast<int>(device.index));
}

bool is_available(Device device) { return device.type != DeviceType::cuda; }

void require_available(Device device) {
  if (!is_available(device))
    throw DeviceError(str("device ", device, " is not here: this build of limpid has no CUDA; ",
                          "devices here are cpu and meta, so use .to(\"cpu\")"));
}

}  // namespace limpid

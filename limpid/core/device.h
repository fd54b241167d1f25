#pragma once
// Where a tensor's elements live.

#include <cstdint>
#include <string>
#include <string_view>

namespace limpid {

/// `meta` has shapes and dtypes but no data: programs can be checked and planned on it.
enum class DeviceType : std::uint8_t { cpu, meta, cuda };
inline constexpr int kDeviceTypes = 3;

struct Device {
  DeviceType type = DeviceType::cpu;
  std::uint8_t index = 0;

  constexpr Device() = default;
  constexpr Device(DeviceType t, int i = 0) : type(t), index(static_cast<std::uint8_t>(i)) {}
  /// "cpu", "meta", "cuda", "cuda:1". DeviceError for an unknown name.
  Device(std::string_view name);
  Device(const char* name) : Device(std::string_view(name)) {}

  friend constexpr bool operator==(Device, Device) = default;
};

inline constexpr Device kCpu{DeviceType::cpu};
inline constexpr Device kMeta{DeviceType::meta};

/// "cpu", "meta", "cuda:1".
std::string to_string(Device device);

/// True when this build and this machine have the device.
bool is_available(Device device);

/// DeviceError that lists the devices there are, unless is_available(device).
void require_available(Device device);

}  // namespace limpid

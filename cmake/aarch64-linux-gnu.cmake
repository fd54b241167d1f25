# Toolchain of the preset `aarch64`: Debian's cross compiler, and qemu to run what it makes. Headers of libraries
# that are headers only come from /usr/include, which that compiler searches as well.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64 -L /usr/aarch64-linux-gnu)  # ctest starts tests by it

#!/bin/bash
# Installs what limpid needs and this machine lacks. Asks nothing; does nothing when all is there.
# Usage: tools/setup.sh [format] [sanitize] [docs] [python] [qemu] [aarch64]   (what only those need is left out otherwise)
set -euo pipefail

packages=(g++ cmake ninja-build ccache pkg-config python3 libdnnl-dev libxsimd-dev libcli11-dev
  doctest-dev libtomlplusplus-dev nlohmann-json3-dev libspng-dev libcairo2-dev
  zlib1g-dev fonts-dejavu-core)
for group in "$@"; do
  case $group in
    format) packages+=(clang-format-14) ;;
    sanitize) packages+=(clang-16 libclang-rt-16-dev libomp-16-dev llvm-16) ;;
    docs) packages+=(python3-venv) ;;
    python) packages+=(python3-venv python3-dev) ;;
    qemu) packages+=(qemu-user) ;;
    aarch64) packages+=(qemu-user g++-aarch64-linux-gnu) ;;
    *) echo "setup: no group '$group'; there are: format, sanitize, docs, python, qemu, aarch64" >&2; exit 2 ;;
  esac
done

if ! command -v apt-get > /dev/null || ! command -v dpkg-query > /dev/null; then
  echo "setup: no apt here; install what these Debian packages hold: ${packages[*]}"
  # The build names each library it misses, so go on where a build can start at all.
  command -v cmake > /dev/null && command -v c++ > /dev/null && exit 0
  echo "setup: neither a C++ compiler nor CMake found" >&2
  exit 1
fi

# One query for all packages; what is not installed does not print "ii".
installed=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' "${packages[@]}" 2> /dev/null || true)
missing=()
for package in "${packages[@]}"; do
  grep -qxF "ii  $package" <<< "$installed" || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! sudo -n true 2> /dev/null; then
    echo "setup: run this once, then again: sudo apt-get install ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo -n)
fi

mkdir -p build
log=build/setup.log
apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
    -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" >> "$log" 2>&1
}
echo "setup: installing ${#missing[@]} packages: ${missing[*]}"
start=$SECONDS
: > "$log"
if ! { apt update && apt install --no-install-recommends "${missing[@]}"; }; then
  tail -n 25 "$log" >&2
  echo "setup: apt failed (above; all of it in $log); by hand: apt-get install ${missing[*]}" >&2
  exit 1
fi
echo "setup: done in $((SECONDS - start)) s"

// Where libFuzzer is missing: gives every file of the folders (or files) named on the command line
// to the fuzz target, and then changed copies of it. Any crash, sanitizer report or abort is a
// failure.
//
//   fuzz_png tests/fuzz/corpus/png            the corpus, and 200 changed copies of each file
//   fuzz_png --changes 100000 corpus/png      a longer search, the same each time
// The input that failed is left in the file crash-input.

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size);

namespace {

using Bytes = std::vector<uint8_t>;

// The input at hand, where the parent process sees it even when this one is killed.
struct Shared {
  std::size_t size;
  uint8_t bytes[std::size_t{4} << 20];
};
Shared* shared = nullptr;

void run(const Bytes& bytes) {
  shared->size = std::min(bytes.size(), sizeof shared->bytes);
  std::copy_n(bytes.begin(), shared->size, shared->bytes);
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

Bytes read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

std::vector<std::filesystem::path> files_of(const std::filesystem::path& path) {
  if (!std::filesystem::is_directory(path)) return {path};
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// One to four edits: replace, flip a bit, delete, repeat a stretch, cut off.
Bytes changed(Bytes bytes, std::mt19937_64& random) {
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % (n + !n)); };
  for (std::size_t edits = 1 + below(4); edits > 0 && !bytes.empty(); --edits) {
    const std::size_t at = below(bytes.size());
    const auto here = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    const auto length =
        static_cast<std::ptrdiff_t>(below(std::min<std::size_t>(bytes.size() - at, 16)));
    switch (below(5)) {
      case 0: *here = static_cast<uint8_t>(random()); break;
      case 1: *here ^= static_cast<uint8_t>(1u << below(8)); break;
      case 2: bytes.erase(here, here + length); break;
      case 3: {
        const Bytes stretch(here, here + length);
        bytes.insert(here, stretch.begin(), stretch.end());
        break;
      }
      default: bytes.resize(at);
    }
  }
  return bytes;
}

int replay(int argc, char** argv) {
  std::size_t changes = 200, files = 0;
  for (int i = 1; i < argc; ++i) {
    if (std::string(argv[i]) == "--changes" && i + 1 < argc) {
      changes = std::stoul(argv[++i]);
      continue;
    }
    for (const auto& path : files_of(argv[i])) {
      const Bytes bytes = read(path);
      run(bytes);
      std::mt19937_64 random(++files);
      for (std::size_t k = 0; k < changes; ++k) run(changed(bytes, random));
    }
  }
  std::printf("%zu files and %zu changed copies of each: no failure\n", files, changes);
  return files > 0 ? 0 : 1;  // an empty corpus tests nothing
}

}  // namespace

int main(int argc, char** argv) {
  void* memory =
      ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return 2;
  shared = static_cast<Shared*>(memory);
  const pid_t child = ::fork();
  if (child == 0) return replay(argc, argv);
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) < 0) return 2;
  if (status == 0) return 0;
  std::ofstream("crash-input", std::ios::binary)
      .write(reinterpret_cast<const char*>(shared->bytes),
             static_cast<std::streamsize>(shared->size));
  std::fprintf(stderr, "failed; the last input is in the file crash-input\n");
  return 1;
}

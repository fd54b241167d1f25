#include "limpid/core/files.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <string>

#include "limpid/core/error.h"
#include "scratch_folder.h"

using namespace limpid;

TEST_CASE("a written file reads back, replaces the old one and leaves nothing else behind") {
  const ScratchFolder folder;
  const auto path = folder / "file.txt";
  write_text_file(path, "first");
  write_text_file(path, std::string("second\0third", 12));
  CHECK(read_text_file(path, 100) == std::string("second\0third", 12));
  CHECK(read_file(path, 12).size() == 12);
  CHECK(folder.count() == 1);
  write_text_file(path, "");
  CHECK(read_text_file(path, 0).empty());
}

TEST_CASE("reading refuses what is no file, or too long") {
  const ScratchFolder folder;
  const auto path = folder / "file.txt";
  write_text_file(path, "12345");
  CHECK_THROWS_WITH_AS(read_file(path, 4), doctest::Contains("it has 5 bytes, and at most 4"),
                       FileError);
  CHECK_THROWS_WITH_AS(read_file(folder / "absent", 4), doctest::Contains("absent'"), FileError);
  CHECK_THROWS_WITH_AS(read_file(folder / ".", 4), doctest::Contains("folder"), FileError);
  const auto pipe = folder / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK_THROWS_WITH_AS(read_file(pipe, 4), doctest::Contains("not a regular file"), FileError);
}

TEST_CASE("a failed write leaves the old file and no temporary one") {
  const ScratchFolder folder;
  const auto target = folder / "taken";
  std::filesystem::create_directory(target);  // a file cannot be renamed onto a folder
  CHECK_THROWS_AS(write_text_file(target, "x"), FileError);
  CHECK(std::filesystem::is_directory(target));
  CHECK(folder.count() == 1);
  CHECK_THROWS_WITH_AS(write_text_file(folder / "no" / "such", "x"), doctest::Contains("such"),
                       FileError);
}

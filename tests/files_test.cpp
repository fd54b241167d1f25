#include "limpid/core/files.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <string>

#include "limpid/core/error.h"
#include "scratch_folder.h"

namespace limpid::files_test {

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

TEST_CASE("writing refuses what is no regular file, and leaves it there") {
  const ScratchFolder folder;
  const auto pipe = folder / "pipe", link = folder / "link";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  std::filesystem::create_symlink("pipe", link);
  for (const auto& path : {pipe, link}) {
    CHECK_THROWS_WITH_AS(write_text_file(path, "x"), doctest::Contains("not a regular file"),
                         FileError);
  }
  CHECK_THROWS_WITH_AS(write_text_file(folder / ".", "x"), doctest::Contains("it is a folder"),
                       FileError);
  CHECK(std::filesystem::is_fifo(pipe));
  CHECK(std::filesystem::is_symlink(link));
  CHECK(folder.count() == 2);
}

TEST_CASE("a written file keeps its permissions and the links to it") {
  namespace fs = std::filesystem;
  const ScratchFolder folder;
  fs::create_directory(folder / "there");
  const auto file = folder / "there" / "file", link = folder / "link", chain = folder / "chain";
  fs::create_symlink("there/file", link);  // from where the link stands
  fs::create_symlink(link, chain);
  write_text_file(chain, "first");  // a link to what is not there yet
  CHECK(read_text_file(file, 9) == "first");
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  write_text_file(link, "second");
  CHECK(fs::is_symlink(link));
  CHECK(fs::is_symlink(chain));
  CHECK_FALSE(fs::is_symlink(file));
  CHECK(read_text_file(file, 9) == "second");
  CHECK(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(folder.count() == 3);
  fs::create_symlink("round", folder / "round");
  CHECK_THROWS_WITH_AS(write_text_file(folder / "round", "x"), doctest::Contains("round"),
                       FileError);
}

}  // namespace limpid::files_test

#include "limpid/train/metrics_csv.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/core/str.h"
#include "scratch_folder.h"

namespace limpid::metrics_csv_test {

namespace {
const std::string kHead = str(MetricsCsv::kHeading, "\n");
}

TEST_CASE("each epoch is in the file as soon as it ends, with all digits") {
  const ScratchFolder folder;
  MetricsCsv csv(folder / "metrics.csv");
  CHECK(read_text_file(folder / "metrics.csv", 1000) == kHead);
  csv.on_epoch({1, 0.1 + 0.2, 0.5, 1e-7, 1, 0.01, 2, 1437.5});
  CHECK(read_text_file(folder / "metrics.csv", 1000) ==
        kHead + "1,0.30000000000000004,0.5,1e-07,1,0.01,2,1437.5\n");
  csv.on_epoch({.epoch = 2, .train_loss = std::numeric_limits<double>::infinity()});
  CHECK(read_text_file(folder / "metrics.csv", 1000) ==
        kHead + "1,0.30000000000000004,0.5,1e-07,1,0.01,2,1437.5\n2,inf,,,,,,\n");
}

TEST_CASE("a run that goes on appends; a new one begins anew") {
  const ScratchFolder folder;
  const auto path = folder / "metrics.csv";
  MetricsCsv(path, {.append = true}).on_epoch({.epoch = 1});
  MetricsCsv(path, {.append = true}).on_epoch({.epoch = 2});
  CHECK(read_text_file(path, 1000) == kHead + "1,,,,,,,\n2,,,,,,,\n");
  MetricsCsv(path).on_epoch({.epoch = 1});
  CHECK(read_text_file(path, 1000) == kHead + "1,,,,,,,\n");
}

TEST_CASE("files that are not ours are left alone when appending") {
  const ScratchFolder folder;
  for (const std::string& text : {std::string("a,b\n1,2\n"), kHead + "1,0.5"}) {
    write_text_file(folder / "other.csv", text);
    CHECK_THROWS_WITH_AS(MetricsCsv(folder / "other.csv", {.append = true}),
                         doctest::Contains("cannot append to"), FileError);
    CHECK(read_text_file(folder / "other.csv", 1000) == text);
  }
  CHECK_THROWS_WITH_AS(MetricsCsv(folder / "no" / "where.csv"), doctest::Contains("where.csv"),
                       FileError);
}

TEST_CASE("a full disk is an error, not a silent loss") {
  MetricsCsv* csv = nullptr;
  CHECK_THROWS_WITH_AS(csv = new MetricsCsv("/dev/full"), doctest::Contains("/dev/full"),
                       FileError);
  delete csv;
}

}  // namespace limpid::metrics_csv_test

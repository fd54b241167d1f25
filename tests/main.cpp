// The main of limpid_tests. `limpid_tests --help` says how to run one case.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

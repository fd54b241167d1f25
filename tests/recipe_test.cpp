#include "limpid/train/recipe.h"

#include <doctest/doctest.h>

#include <cmath>
#include <set>
#include <string>

#include "limpid/config.h"
#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/core/str.h"
#include "scratch_folder.h"

namespace limpid::recipe_test {

namespace {

template <class Action>
std::string message_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

// Other than the default in every field.
Recipe unusual() {
  return {.task = "cifar10",
          .model = "cnn",
          .hidden = {128, 64, 32},
          .activation = "tanh",
          .dropout = 0.3,
          .batch_norm = true,
          .epochs = 7,
          .batch_size = 1,
          .optimizer = "sgd",
          .lr = 1e-5,
          .momentum = 0.9,
          .nesterov = true,
          .weight_decay = 0.1 + 0.2,
          .schedule = "step",
          .step_size = 3,
          .gamma = 1.0 / 3,
          .seed = 9007199254740991,
          .threads = 2,
          .workers = 4,
          .test_fraction = 0.25,
          .out = "runs/a \"quoted\" \\ zürich"};
}

/// The setting of that name, of `recipe`.
Setting recipe_setting(Recipe& recipe, std::string_view name) {
  const std::vector<Setting> settings = recipe_settings(recipe);
  return find_setting(settings, name);
}

}  // namespace

TEST_CASE("the table has every field once, with words, and the defaults are allowed") {
  std::set<std::string_view> names;
  Recipe recipe;
  for (const Setting& field : recipe_settings(recipe)) {
    CAPTURE(field.name);
    CHECK(names.insert(field.name).second);
    CHECK(!field.doc.empty());
    CHECK(!allowed_values(field).empty());
  }
  CHECK(names.size() == 21);  // as many as struct Recipe has
  check_recipe(Recipe{});
  CHECK(default_recipe("digits") == Recipe{});
  Recipe larger;
  larger.lr = 0.001;
  CHECK(default_recipe("cifar10") == larger);
  check_recipe(unusual());
}

TEST_CASE("flags are derived from names") {
  Recipe recipe;
  CHECK(flag_name(recipe_setting(recipe, "batch_size")) == "--batch-size");
  CHECK(flag_name(recipe_setting(recipe, "lr")) == "--lr");
  CHECK(allowed_values(recipe_setting(recipe, "model")) == "mlp, cnn or linear");
  CHECK(allowed_values(recipe_setting(recipe, "epochs")) == "a whole number from 1 to 1000000");
  CHECK(allowed_values(recipe_setting(recipe, "lr")) == "a number above 0 and at most 1000");
}

TEST_CASE("flags set fields") {
  Recipe recipe;
  for (const auto& [name, text] :
       std::vector<std::pair<const char*, const char*>>{{"model", "cnn"},
                                                        {"hidden", "128,64, 32"},
                                                        {"lr", "1e-5"},
                                                        {"nesterov", "true"},
                                                        {"epochs", "20"},
                                                        {"batch_norm", "false"},
                                                        {"dropout", "0"},
                                                        {"out", " my run "}}) {
    set_value_from_text(recipe_setting(recipe, name), text);
  }
  CHECK(recipe.model == "cnn");
  CHECK(recipe.hidden == std::vector<int64_t>{128, 64, 32});
  CHECK(recipe.lr == 1e-5);
  CHECK(recipe.nesterov);
  CHECK(recipe.epochs == 20);
  CHECK(recipe.out == "my run");
  for (const char* none : {"none", "[]", "[ ]"}) {
    set_value_from_text(recipe_setting(recipe, "hidden"), none);
    CHECK(recipe.hidden.empty());
  }
}

TEST_CASE("flags that make no sense are answered with what would") {
  struct Case {
    const char *name, *text, *message;
  };
  const std::string many(200, '1');
  for (const Case& c : std::vector<Case>{
           {"lr", "fast", "--lr is 'fast'; it must be a number above 0 and at most 1000"},
           {"lr", "0", "--lr is 0; it must be a number above 0 and at most 1000"},
           {"lr", "nan", "--lr is nan; it must be a number above 0 and at most 1000"},
           {"lr", "inf", "--lr is inf; it must be a number above 0 and at most 1000"},
           {"lr", "0.1x", "--lr is '0.1x'; it must be a number above 0 and at most 1000"},
           {"lr", "", "--lr is ''; it must be a number above 0 and at most 1000"},
           {"epochs", "0", "--epochs is 0; it must be a whole number from 1 to 1000000"},
           {"epochs", "2.5", "--epochs is '2.5'; it must be a whole number from 1 to 1000000"},
           {"epochs", "99999999999999999999",
            "--epochs is '99999999999999999999'; it must be a whole number from 1 to 1000000"},
           {"batch_size", "-4", "--batch-size is -4; it must be a whole number from 1 to 1048576"},
           {"model", "cmn",
            "--model is 'cmn'; it must be mlp, cnn or linear (did you mean 'cnn'?)"},
           {"optimizer", "adamv",
            "--optimizer is 'adamv'; it must be adam, adamw, sgd, rmsprop, adagrad, adadelta, "
            "adamax, nadam, radam, rprop or lbfgs (did you mean 'adam'?)"},
           {"schedule", "onecylce",
            "--schedule is 'onecylce'; it must be none, step, exponential, polynomial, cosine, "
            "restarts, onecycle or plateau (did you mean 'onecycle'?)"},
           {"model", "\x1b[2J", "--model is '\\x1b[2J'; it must be mlp, cnn or linear"},
           {"nesterov", "yes", "--nesterov is 'yes'; it must be true or false"},
           {"hidden", "64,,64",
            "--hidden is '64,,64'; it must be a list of at most 32 whole numbers from 1 to 65536"},
           {"hidden", "64,0",
            "--hidden is [64, 0]; it must be a list of at most 32 whole numbers from 1 to 65536"},
           {"out", "a\nb", "--out is 'a\\nb'; it must be a text of printable characters"}}) {
    Recipe recipe;
    CHECK(message_of([&] { set_value_from_text(recipe_setting(recipe, c.name), c.text); }) ==
          c.message);
    CHECK(recipe == Recipe{});
  }
  Recipe recipe;
  CHECK(message_of([&] { recipe_setting(recipe, "epoch"); }) ==
        "unknown key 'epoch' (did you mean 'epochs'?)");
}

TEST_CASE("fields that do not go together are refused") {
  Recipe recipe;
  recipe.momentum = 0.9;
  CHECK(
      message_of([&] { check_recipe(recipe); }) ==
      "momentum belongs to optimizers sgd and rmsprop, not to adam; leave it out or choose one of "
      "them");
  recipe.optimizer = "rmsprop";
  check_recipe(recipe);
  recipe.nesterov = true;
  CHECK(message_of([&] { check_recipe(recipe); }) ==
        "nesterov belongs to optimizer sgd, not to rmsprop; leave it out or choose sgd");
  recipe = {.optimizer = "rprop", .weight_decay = 0.1};
  CHECK(message_of([&] { check_recipe(recipe); }) ==
        "optimizer rprop has no weight_decay; leave it out");
  recipe = {.schedule = "plateau", .gamma = 1};
  CHECK(message_of([&] { check_recipe(recipe); }) ==
        "schedule plateau needs a gamma below 1, for instance 0.1");
  recipe = {.schedule = "cosine", .gamma = 0.5};
  CHECK(message_of([&] { check_recipe(recipe); }) ==
        "gamma belongs to schedules step, exponential and plateau, not to cosine; leave it out or "
        "choose one of them");
  recipe = {.step_size = 3};
  CHECK(message_of([&] { check_recipe(recipe); }) ==
        "step_size belongs to schedules step, restarts and plateau, not to none; leave it out or "
        "choose one of them");
  for (const char* schedule : {"step", "plateau"})
    check_recipe({.schedule = schedule, .step_size = 3, .gamma = 0.5});
  check_recipe({.schedule = "restarts", .step_size = 3});
  check_recipe({.schedule = "exponential", .gamma = 0.5});
  recipe = {.optimizer = "sgd", .nesterov = true};
  CHECK(message_of([&] { check_recipe(recipe); }) ==
        "nesterov needs a momentum above 0, for instance 0.9");
  recipe = {.model = "linear"};
  check_recipe(recipe);
  recipe.hidden = {4};
  CHECK(message_of([&] { check_recipe(recipe); }) ==
        "hidden belongs to models mlp and cnn, not to linear; leave it out or choose one of them");
  for (const Recipe& other :
       {Recipe{.model = "linear", .activation = "tanh"}, Recipe{.model = "linear", .dropout = 0.5},
        Recipe{.model = "linear", .batch_norm = true}})
    CHECK_THROWS_AS(check_recipe(other), ValueError);
  recipe = {.lr = std::nan("")};
  CHECK_THROWS_AS(check_recipe(recipe), ValueError);
  CHECK_THROWS_AS(recipe_toml(recipe), ValueError);
  recipe = {.model = "transformer"};
  CHECK_THROWS_AS(check_recipe(recipe), ValueError);
}

TEST_CASE("a run that goes on may change its length and its threads, and nothing else") {
  const Recipe begun;
  Recipe now = begun;
  now.epochs = 80, now.threads = 3, now.workers = 2;
  check_resumed(begun, now);
  now.lr = 0.5;
  CHECK(message_of([&] { check_resumed(begun, now); }) ==
        "lr cannot become 0.5: this run began with 0.01; leave it out, or start a new run");
  for (const char* schedule : {"onecycle", "cosine", "polynomial"}) {
    const Recipe laid_out{.schedule = schedule};
    Recipe longer = laid_out;
    longer.epochs = 80;
    CHECK(message_of([&] { check_resumed(laid_out, longer); }) ==
          str("epochs cannot become 80: this run began with 50, over which schedule ", schedule,
              " is laid out; leave it out, or start a new run"));
  }
}

#if LIMPID_HAS_TOML

TEST_CASE("a recipe reads back equal, field by field") {
  const ScratchFolder folder;
  for (const Recipe& recipe : {Recipe{}, unusual()}) {
    write_recipe(folder / "recipe.toml", recipe);
    CHECK(read_recipe(folder / "recipe.toml") == recipe);
  }
  // Each value alone, so that no field can hide behind another.
  Recipe odd = unusual(), read;
  const std::vector<Setting> written = recipe_settings(odd), found = recipe_settings(read);
  for (std::size_t i = 0; i < written.size(); ++i) {
    CAPTURE(written[i].name);
    read = parse_recipe(str(written[i].name, " = ", value_text(written[i]), "\n"), "line");
    CHECK(value_text(found[i]) == value_text(written[i]));
    CHECK(read != Recipe{});
  }
}

TEST_CASE("keys that are absent keep the base, whole numbers pass for numbers") {
  const Recipe recipe = parse_recipe("lr = 1\nhidden = [8]\n", "r.toml", unusual());
  CHECK(recipe.lr == 1.0);
  CHECK(recipe.hidden == std::vector<int64_t>{8});
  CHECK(recipe.model == "cnn");
  CHECK(parse_recipe("", "r.toml") == Recipe{});
}

TEST_CASE("mistakes in a recipe are named with file, line and what is allowed") {
  struct Case {
    const char *text, *message;
  };
  for (const Case& c : std::vector<Case>{
           {"lr = 0.1\nbatchsize = 3",
            "r.toml:2: unknown key 'batchsize' (did you mean "
            "'batch_size'?)"},
           {"\n\nepochs = 'ten'",
            "r.toml:3: epochs is 'ten'; it must be a whole number from 1 to 1000000"},
           {"epochs = 2.5", "r.toml:1: epochs is 2.5; it must be a whole number from 1 to 1000000"},
           {"epochs = 1.0", "r.toml:1: epochs is 1.0; it must be a whole number from 1 to 1000000"},
           {"epochs = 0", "r.toml:1: epochs is 0; it must be a whole number from 1 to 1000000"},
           {"epochs = true",
            "r.toml:1: epochs is true; it must be a whole number from 1 to 1000000"},
           {"epochs = 1979-05-27",
            "r.toml:1: epochs is a date or time; it must be a whole number from 1 to 1000000"},
           {"lr = nan", "r.toml:1: lr is nan; it must be a number above 0 and at most 1000"},
           {"lr = [1]", "r.toml:1: lr is [1]; it must be a number above 0 and at most 1000"},
           {"nesterov = 1", "r.toml:1: nesterov is 1; it must be true or false"},
           {"model = 'MLP'",
            "r.toml:1: model is 'MLP'; it must be mlp, cnn or linear (did you "
            "mean 'mlp'?)"},
           {"hidden = [64, 'x']",
            "r.toml:1: hidden is a list with a text in it; it must be a list "
            "of at most 32 whole numbers from 1 to 65536"},
           {"hidden = 64",
            "r.toml:1: hidden is 64; it must be a list of at most 32 whole numbers "
            "from 1 to 65536"},
           {"lr.x = 1", "r.toml:1: lr is a table; it must be a number above 0 and at most 1000"},
           {"seed = 1\n[optim]\nlr = 1",
            "r.toml:2: unknown key 'optim' (did you mean 'optimizer'?)"},
           {"out = \"\\u0000\"",
            "r.toml:1: out is '\\x00'; it must be a text of printable characters"},
           {"zzz = 1\nepochs = 0",
            "r.toml:1: unknown key 'zzz' (there are: task, model, hidden, "
            "activation, dropout, batch_norm, epochs, batch_size, "
            "optimizer, lr, momentum, nesterov, weight_decay, schedule, "
            "step_size, gamma, seed, threads, workers, test_fraction, "
            "out)"}}) {
    CHECK(message_of([&] { parse_recipe(c.text, "r.toml"); }) == c.message);
    CHECK_THROWS_AS(parse_recipe(c.text, "r.toml"), ValueError);
  }
}

TEST_CASE("what is no TOML is a FileError with its line") {
  for (const char* text : {"lr =", "lr = 0.1\nlr = 0.2", "= 1", "[", "lr = 99999999999999999999",
                           "\xff\xfe", "a = \"unfinished", "lr = 1e999999"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_recipe(text, "r.toml"), Error);
    CHECK(message_of([&] { parse_recipe(text, "r.toml"); }).starts_with("r.toml:"));
  }
  CHECK_THROWS_AS(parse_recipe("lr = ", "r.toml"), FileError);
  CHECK_THROWS_AS(read_recipe("absent.toml"), FileError);
}

TEST_CASE("characters beyond ASCII stand in comments and texts, and nowhere else") {
  CHECK(parse_recipe("\xef\xbb\xbf# é \" ' é\nout = \"zürich\" # é", "r").out == "zürich");
  CHECK(parse_recipe("out = 'ü\\'\nlr = 1 # '", "r").out == "ü\\");
  CHECK(parse_recipe("out = \"\\\"é\"", "r").out == "\"é");
  CHECK(parse_recipe("out = \"\"\"plain \"\" text\"\"\"\" # é", "r").out == "plain \"\" text\"");
  CHECK(parse_recipe("out = \"\"\nlr = 1 # é", "r").lr == 1);
  for (const char* text :
       {"é = 1", "lré= 1", "lr = \u00a01", "lr = 1 é", "out = 'a'é", "out = \"\"\"é\"\"\"",
        "out = \"\"\"\\é\"\"\"", "out = '''é'''", "\xff", "out = \"\"\"a\"\"\"\" é", "out = \"\" é",
        "out = 'unfinished\né = 1", "lr = 1\"é\"", "lr = 1 'é'", "out = \"a\"'é'"}) {
    CAPTURE(text);
    const std::string message = message_of([&] { parse_recipe(text, "r"); });
    CHECK(message.find(": a character beyond ASCII, which only comments and \"texts on one line\" "
                       "may have") != std::string::npos);
  }
  CHECK(message_of([] { parse_recipe("\n\né", "r"); }).starts_with("r:3: "));
}

TEST_CASE("hostile recipes neither crash nor crawl") {
  const auto nested = [](std::string_view open, std::size_t n) {
    std::string out;
    for (std::size_t i = 0; i < n; ++i) out += open;
    return out;
  };
  CHECK_THROWS_AS(parse_recipe("a = " + nested("[", 100000), "r"), FileError);
  CHECK_THROWS_AS(parse_recipe("a = " + nested("{a=", 100000), "r"), FileError);
  CHECK_THROWS_AS(parse_recipe("[a" + nested(".a", 400000) + "]", "r"), FileError);
  CHECK_THROWS_AS(parse_recipe("[a" + nested(".a", 900) + "]", "r"), ValueError);
  CHECK_THROWS_AS(parse_recipe("hidden = [" + nested("1,", 100000) + "]", "r"), ValueError);
  CHECK_THROWS_AS(parse_recipe(std::string((1 << 20) + 1, '\n'), "r"), FileError);
  const std::string long_key = message_of([&] { parse_recipe(nested("k", 100000) + " = 1", "r"); });
  CHECK(long_key.size() < 500);
  const ScratchFolder folder;
  write_text_file(folder / "big.toml", std::string((1 << 20) + 1, '\n'));
  CHECK_THROWS_WITH_AS(read_recipe(folder / "big.toml"), doctest::Contains("at most 1048576"),
                       FileError);
}

#else

TEST_CASE("a build without toml++ says which option is missing") {
  CHECK_THROWS_WITH_AS(read_recipe("r.toml"), doctest::Contains("-DLIMPID_TOML=ON"), FileError);
}

#endif

}  // namespace limpid::recipe_test

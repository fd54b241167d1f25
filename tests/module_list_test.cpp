// ModuleList and ModuleDict: names, order, access, and what they say when something is not there.

#include "limpid/nn/module_list.h"

#include <doctest/doctest.h>

#include "limpid/nn/linear.h"
#include "limpid/tensor/creation.h"
#include "tests/thrown.h"

namespace limpid::module_list_test {

TEST_CASE("ModuleList: children 0, 1, ..., their parameters, in order") {
  nn::ModuleList list(nn::Linear(2, 3), nn::Linear(3, 4, {.bias = false}));
  list.append(nn::Identity());
  CHECK(list.size() == 3);
  std::string names;
  for (const NamedTensor& p : list.named_parameters()) names += p.name + " ";
  CHECK(names == "0.weight 0.bias 1.weight ");
  CHECK(&list[-1] == &list[2]);
  CHECK(list.get<nn::Linear>(1).weight.shape() == Shape{4, 3});
  Tensor x = ones({5, 2});
  for (nn::Module& layer : list) x = layer(x);
  CHECK(x.shape() == Shape{5, 4});
  CHECK(nn::ModuleList().size() == 0);
  CHECK_SAYS(IndexError, "index 3 is out of range for 3 modules", list[3]);
  CHECK_SAYS(ValueError, "module '2' is a Identity, not of the class that get() names",
             list.get<nn::Linear>(2));
  CHECK_SAYS(ValueError, "ModuleList: forward of 1 tensor is not defined", list(x));
}

TEST_CASE("ModuleList: a shared module is counted once") {
  auto shared = std::make_shared<nn::Linear>(2, 2);
  nn::ModuleList list;
  list.append(shared).append(shared);
  CHECK(list.parameters().size() == 2);
  CHECK(list.state_dict().size() == 4);
}

TEST_CASE("ModuleDict: names in the order in which they came") {
  nn::ModuleDict heads(nn::named("boxes", nn::Linear(2, 4)),
                       nn::named("classes", nn::Linear(2, 3)));
  heads.insert("mask", nn::Identity());
  CHECK(heads.keys() == std::vector<std::string>{"boxes", "classes", "mask"});
  CHECK(heads.contains("mask"));
  CHECK_FALSE(heads.contains("masks"));
  CHECK(heads["classes"](ones({1, 2})).shape() == Shape{1, 3});
  CHECK(heads.get<nn::Linear>("boxes").bias.shape() == Shape{4});
  CHECK_SAYS(IndexError, "there is no module 'class'", heads["class"]);
  CHECK_SAYS(IndexError, "classes", heads["class"]);
  CHECK_SAYS(ValueError, "the name 'mask' is taken", heads.insert("mask", nn::Identity()));
}

}  // namespace limpid::module_list_test

// A classifier of handwritten digits in 30 lines: the loop that `limpid train digits` runs.

#include <cstdio>

#include "limpid/limpid.h"

using namespace limpid;

int main() {
  manual_seed(0);
  const Digits digits = load_digits();  // (1797, 1, 8, 8) and (1797,)
  const SplitIndices split = stratified_split(digits.labels.to_vector<std::int64_t>(), 0.2, 1797);
  auto train = std::make_shared<TensorDataset>(gather_rows(digits.images, split.rest),
                                               gather_rows(digits.labels, split.rest));
  const Tensor test_images = gather_rows(digits.images, split.held);
  const Tensor test_labels = gather_rows(digits.labels, split.held);

  nn::Sequential model(nn::Flatten(), nn::Linear(64, 64), nn::ReLU(), nn::Linear(64, 10));
  optim::Adam optimizer(model.parameters(), {.lr = 0.01});
  DataLoader loader(train, {.batch_size = 32, .shuffle = true, .seed = 0});

  for (int epoch = 0; epoch < 20; ++epoch)
    for (const Batch& batch : loader) {
      optimizer.zero_grad();
      cross_entropy(model(batch.input), batch.target).backward();
      optimizer.step();
    }

  NoGrad guard;
  model.eval();
  const Tensor right = eq(model(test_images).argmax(1), test_labels);
  const double accuracy = right.to(DType::f32).mean().item();
  std::printf("test accuracy %.3f\n", accuracy);
  return accuracy > 0.95 ? 0 : 1;
}

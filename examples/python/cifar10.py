"""A small convolutional network for colour pictures of ten classes. The same as examples/cpp/cifar10.cpp."""
# in tests: --train 2500 --test 300 --epochs 4 --batch-size 16 --require 0.6
from classify import count_parameters, draw_curves, draw_guesses, first, fit, folder_of, loaders
from example import finish, flags
import limpid as torch
from limpid import datasets, nn
from limpid.nn import functional as F


class SmallNet(nn.Module):
    """Channels 3 -> 8 -> 16 -> 32, halved in size behind each; then 512 -> 128 -> 64 -> 10."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.conv3 = nn.Conv2d(16, 32, 3, padding=1)
        self.head = nn.Sequential(nn.Linear(512, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))

    def forward(self, images):
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)  # (B, 8, 16, 16)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)  # (B, 16, 8, 8)
        x = F.avg_pool2d(F.relu(self.conv3(x)), 2)  # (B, 32, 4, 4)
        return self.head(x.flatten(1))


arguments = flags(__doc__, train=0, test=0, epochs=10, batch_size=32, lr=0.003, seed=0, require=0.0)
with folder_of("cifar10", arguments.seed, train=arguments.train or 10_000, test=arguments.test or 2_000) as folder:
    train, test = datasets.cifar10(folder)
    classes = datasets.classes("cifar10", folder)  # made data has others
(images, labels), (test_images, test_labels) = first(train, arguments.train), first(test, arguments.test)

# Mean 0 and deviation 1 a channel, by what the training pictures have.
mean = images.mean(dim=(0, 2, 3), keepdim=True)
deviation = images.std(dim=(0, 2, 3), keepdim=True)
train = ((images - mean) / deviation, labels)
test = ((test_images - mean) / deviation, test_labels)

torch.manual_seed(arguments.seed)
model = SmallNet()
print(f"{count_parameters(model)} parameters")
history = fit(model, *loaders(train, test, arguments.batch_size), arguments)
print(f"test accuracy {history.accuracy:.4f}, {history.seconds:.2f} s of training")
draw_curves(arguments, "Colour pictures of ten classes", {"CNN": history})
draw_guesses(arguments, "Test pictures", model, test, classes, seen=test_images)
finish(arguments, history.accuracy)

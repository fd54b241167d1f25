"""Three networks for MNIST: a plain one, LeNet (LeCun et al., 1998) and one with a shortcut (He et al., 2016).
The same as examples/cpp/mnist.cpp."""
# in tests: --model mlp --train 3000 --test 500 --epochs 6 --lr 0.005 --require 0.9
from classify import count_parameters, draw_curves, draw_guesses, first, fit, folder_of, loaders
from example import finish, flags
import limpid as torch
from limpid import datasets, nn
from limpid.nn import functional as F


class Residual(nn.Module):
    """784 -> width, then h + f(h), then 10: what a layer learns is added to what came in."""

    def __init__(self, width):
        super().__init__()
        self.stem, self.block, self.head = nn.Linear(784, width), nn.Linear(width, width), nn.Linear(width, 10)

    def forward(self, images):
        h = F.relu(self.stem(images.flatten(1)))
        return self.head(h + F.relu(self.block(h)))


NETS = {
    "mlp": lambda: nn.Sequential(
        nn.Flatten(), nn.Linear(784, 50), nn.ReLU(), nn.Linear(50, 20), nn.ReLU(), nn.Linear(20, 10)),
    "lenet": lambda: nn.Sequential(
        nn.Conv2d(1, 20, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(50 * 4 * 4, 500), nn.ReLU(), nn.Linear(500, 10)),
    "residual": lambda: Residual(arguments.width),
}

arguments = flags(__doc__, model=("all", *NETS), width=256, train=0, test=0, epochs=10, batch_size=100, lr=0.003,
                  seed=0, require=0.0)
with folder_of("mnist", arguments.seed, train=arguments.train or 10_000, test=arguments.test or 2_000) as folder:
    train, test = datasets.mnist(folder)
train, test = first(train, arguments.train), first(test, arguments.test)
histories = {}
for name in NETS if arguments.model == "all" else [arguments.model]:
    torch.manual_seed(arguments.seed)
    model = NETS[name]()
    print(f"{name}, {count_parameters(model)} parameters")
    history = histories[name] = fit(model, *loaders(train, test, arguments.batch_size), arguments)
    print(f"{name}: test accuracy {history.accuracy:.4f}, {history.seconds:.2f} s of training")
    draw_guesses(arguments, "Test digits", model, test, datasets.classes("mnist"), ink=True)
draw_curves(arguments, "Handwritten digits of 28 x 28", histories)
finish(arguments, min(history.accuracy for history in histories.values()))

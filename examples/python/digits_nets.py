"""Five networks for the handwritten digits, side by side: what dropout, batch normalisation and convolutions change.
The same as examples/cpp/digits_nets.cpp."""
# in tests: --epochs 8 --require 0.9
from classify import count_parameters, draw_curves, fit, loaders
from example import finish, flags
import limpid as torch
from limpid import datasets, nn

NETS = {
    "mlp": lambda: nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10)),
    "dropout": lambda: nn.Sequential(
        nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Dropout(0.05), nn.Linear(64, 10)),
    "batch_norm": lambda: nn.Sequential(
        nn.Flatten(), nn.Linear(64, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 10)),
    # an image as 8 channels (its rows) of 8 numbers
    "conv1d": lambda: nn.Sequential(
        nn.Flatten(1, 2), nn.Conv1d(8, 32, 3, padding=1), nn.ReLU(), nn.MaxPool1d(2), nn.Flatten(),
        nn.Linear(32 * 4, 10)),
    "cnn": lambda: nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(16), nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(),
        nn.MaxPool2d(2), nn.BatchNorm2d(32), nn.Flatten(), nn.Linear(32 * 16, 128), nn.ReLU(), nn.Dropout(0.3),
        nn.Linear(128, 10)),
}
FURTHER = {  # set elsewhere, and trained on their own (docs/jobs.md)
    "deep": lambda: nn.Sequential(
        nn.Flatten(), nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 10)),
    "wide_cnn": lambda: nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.Dropout(0.25), nn.BatchNorm2d(16),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.Dropout(0.25), nn.BatchNorm2d(32), nn.Flatten(),
        nn.Linear(32 * 64, 256), nn.ReLU(), nn.Dropout(0.5), nn.BatchNorm1d(256), nn.Linear(256, 10)),
}
OPTIMIZERS = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}
PIXELS = {"unit": lambda x: x, "centred": lambda x: x * 2 - 1, "whole": lambda x: x * 16}

arguments = flags(__doc__, model=("all", *NETS, *FURTHER), optimizer=tuple(OPTIMIZERS), schedule=("cosine", "none"),
                  pixels=tuple(PIXELS), epochs=20, batch_size=32, lr=0.01, held=0.2, seed=0,
                  require=0.0)
train, test = ((PIXELS[arguments.pixels](images), labels) for images, labels in datasets.digits(arguments.held))
histories = {}
print(f"{'network':<12} {'parameters':>10} {'accuracy':>10} {'seconds':>10}")
for name in NETS if arguments.model == "all" else [arguments.model]:
    torch.manual_seed(arguments.seed)
    model = (NETS | FURTHER)[name]()
    optimizer = OPTIMIZERS[arguments.optimizer](model.parameters(), lr=arguments.lr)
    history = histories[name] = fit(model, *loaders(train, test, arguments.batch_size), arguments, optimizer,
                                    falling=arguments.schedule == "cosine", quiet=True)
    print(f"{name:<12} {count_parameters(model):>10} {history.accuracy:>10.4f} {history.seconds:>10.2f}", flush=True)
draw_curves(arguments, "Handwritten digits", histories)
finish(arguments, min(history.accuracy for history in histories.values()))

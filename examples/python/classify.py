"""What the classifiers share: training, its curves, test pictures, and where public datasets come from."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager

from example import Clock, picture
import limpid as torch
from limpid import datasets, plot
from limpid.nn import functional as F
from limpid.utils.data import DataLoader, TensorDataset


@contextmanager
def folder_of(name: str, seed: int, **samples: int):
    """The folder of a public dataset; where it is not, one of made data in the same format, while the block lasts."""
    folder = datasets.find(name)
    if folder is not None:
        print(f"data: {folder}" + ", which is generated, not the real dataset" * datasets.is_generated(folder))
        yield folder
        return
    print(f"data: {name} is not here (limpid data prepare {name}): generated data stands in")
    with tempfile.TemporaryDirectory() as root:
        # At least ten samples are made; first() takes as many as are wanted.
        yield datasets.generate(name, root, seed=seed, **{part: max(n, 10) for part, n in samples.items()})


def first(samples, count: int):
    """The first rows of inputs and labels; all of them for 0."""
    inputs, labels = samples
    return (inputs[:count], labels[:count]) if count else samples


def loaders(train, test, batch_size: int):
    """Batches of images and labels to train on, in another order each epoch, and to test on."""
    return (DataLoader(TensorDataset(*train), batch_size=batch_size, shuffle=True),
            DataLoader(TensorDataset(*test), batch_size=256))


class History:
    """What became of a training, epoch by epoch."""

    def __init__(self):
        self.losses, self.accuracies = [], []
        self.seconds = 0.0  # of training steps alone

    @property
    def accuracy(self) -> float:
        return self.accuracies[-1]

    def __str__(self):
        return (f"epoch {len(self.losses):3}  loss {self.losses[-1]:.4f}  test accuracy {self.accuracy:.4f}  "
                f"{self.seconds:.1f} s")


def fit(model, train, test, arguments, optimizer=None, falling: bool = True, quiet: bool = False) -> History:
    """Trains on cross-entropy, by Adam unless told otherwise, the rate falling along half a cosine."""
    optimizer = optimizer or torch.optim.Adam(model.parameters(), lr=arguments.lr)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, arguments.epochs)
    history = History()
    for _ in range(arguments.epochs):
        clock, total = Clock(), 0.0
        for inputs, labels in train:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(inputs), labels)
            loss.backward()
            optimizer.step()
            total += loss.item()
        if falling:
            schedule.step()
        history.seconds += clock.seconds()
        history.losses.append(total / len(train))
        guesses, labels = judge(model, test)
        history.accuracies.append((guesses == labels).float().mean().item())
        if not quiet:
            print(history, flush=True)
    return history


@torch.no_grad()
def judge(model, loader):
    """What a model takes samples for, and what they are."""
    was_training = model.training
    model.eval()
    guesses, labels = zip(*((model(inputs).argmax(dim=1), labels) for inputs, labels in loader))
    model.train(was_training)
    return torch.cat(guesses), torch.cat(labels)


def count_parameters(model) -> int:
    return sum(p.numel() for p in model.parameters())


def draw_curves(arguments, title: str, histories: dict[str, History]) -> None:
    """Loss and accuracy side by side, a line a network."""
    losses = [plot.Line(name, history.losses) for name, history in histories.items()]
    accuracies = [plot.Line(name, history.accuracies) for name, history in histories.items()]
    with picture(arguments, "curves.png") as path:
        plot.curves(path, [plot.Panel("training loss", "epoch", losses, "log"),
                           plot.Panel("test accuracy", "epoch", accuracies, "percent")], title=title)


def draw_guesses(arguments, title: str, model, test, names: list[str], seen=None, ink: bool = False) -> None:
    """Eight test pictures with what a model takes them for; `seen` are the pictures where it is given them changed."""
    images, labels = test
    places = [7 * tile % len(labels) for tile in range(8)]  # classes take turns: seven further on
    guesses, truth = judge(model, [(images[places], labels[places])])
    with picture(arguments, "samples.png") as path:
        plot.samples(path, (images if seen is None else seen)[places], [names[i] for i in truth.tolist()],
                     [names[i] for i in guesses.tolist()], title=title, ink=ink)

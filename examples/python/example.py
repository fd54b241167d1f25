"""What the Python examples share: flags, the digits, accuracy, pictures."""

from __future__ import annotations

import argparse
import os
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import limpid as torch
from limpid import datasets
from limpid.utils.data import DataLoader, TensorDataset

ABOUT = {
    "batch_size": "samples a step", "dropout": "share that is left out in training", "epochs": "passes over the data",
    "heads": "ways to look at the others at once; width must be divisible", "held": "share of the samples to test on",
    "hidden": "units of the recurrent layer", "latent": "numbers that an image becomes", "layers": "encoder layers",
    "longest": "words of a sentence that count", "lr": "learning rate", "lr2": "step size in two dimensions",
    "model": "which network", "noise": "random numbers behind a drawing", "optimizer": "how to step",
    "pixels": "0 to 1, -1 to 1, or 0 to 16", "require": "fail if the result is worse", "rounds": "training steps",
    "schedule": "how the rate falls", "seed": "of weights, order and what else is drawn at random",
    "steps": "how many", "steps2": "steps in two dimensions",
    "test": "samples to test on; 0: all, or a fitting number of made ones",
    "train": "samples to train on; 0: all, or 10000 made ones", "variant": "in front of the last layer",
    "width": "how wide a layer is",
}
RANGES = {"dropout": (0, 1), "held": (0.05, 0.9)}  # of shares


def flags(description: str, **defaults):
    """Flags with the types of their defaults: flags("...", epochs=20, lr=0.01, model=("all", "mlp", "cnn")).
    A tuple holds what may be chosen; the first is the default."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    for name, default in defaults.items():
        about = {"help": ABOUT[name]}
        if isinstance(default, tuple):
            about |= {"choices": default, "default": default[0]}
        else:
            kind = type(default)
            # None may be negative; whole numbers may be 0 only where the default is.
            least, most = RANGES.get(name, (1 if kind is int and default else 0, 1_000_000_000))
            about |= {"type": number(kind, least, most), "default": default, "metavar": kind.__name__.upper()}
        parser.add_argument(f"--{name.replace('_', '-')}", **about)
    parser.add_argument("--out", default=Path(sys.argv[0]).stem, help="folder for the pictures")
    arguments = parser.parse_args()
    try:
        Path(arguments.out).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        parser.error(f"argument --out: cannot make the folder '{arguments.out}': {error.strerror}")
    if not os.access(arguments.out, os.W_OK):  # said before there is anything to lose
        parser.error(f"argument --out: cannot write into '{arguments.out}'")
    return arguments


def number(kind, least, most):
    """Reads an int or float in a range."""
    def read(text):
        value = kind(text)
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"must be from {least} to {most}, not {text}")
        return value

    read.__name__ = kind.__name__  # for argparse: "invalid int value: 'many'"
    return read


def digits(batch_size: int, drop_last: bool = False):
    """A loader over the digits to train on, and the test images and labels."""
    train, (images, labels) = datasets.digits()
    if batch_size > len(train[0]):
        raise SystemExit(f"--batch-size {batch_size}: there are {len(train[0])} digits to train on")
    return DataLoader(TensorDataset(*train), batch_size=batch_size, shuffle=True, drop_last=drop_last), images, labels


@torch.no_grad()
def accuracy(model, images, labels) -> float:
    """The share of test data that a model gets right."""
    was_training = model.training
    model.eval()
    scores = torch.cat([model(part) for part in images.split(256)])
    model.train(was_training)
    return (scores.argmax(dim=1) == labels).float().mean().item()


class Clock:
    def __init__(self):
        self.start = time.perf_counter()

    def seconds(self) -> float:
        return time.perf_counter() - self.start


@contextmanager
def picture(arguments, name: str):
    """The path of a picture to draw, said aloud when it is there: with picture(...) as path: plot.curves(path, ...).
    A build of limpid that cannot draw says that instead."""
    path = Path(arguments.out) / name
    try:
        yield path
        print("picture", path)
    except torch.FileError as error:
        print("no picture:", error)


def finish(arguments, value: float, lower_is_better: bool = False) -> None:
    """Exit code 1 if the result is worse than --require."""
    if not (value <= arguments.require if lower_is_better else value >= arguments.require):
        raise SystemExit(f"{value:.4f}, but {arguments.require} was required")

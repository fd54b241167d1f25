"""What the Python examples share: flags, the digits, accuracy, the folder for pictures."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import limpid as torch
from limpid import datasets
from limpid.utils.data import DataLoader, TensorDataset


def flags(description: str, **defaults):
    """Flags with the types of their defaults: flags("...", epochs=20, lr=0.01)."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    for name, value in defaults.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", default=".", help="folder for the pictures")
    parser.add_argument("--require", type=float, default=None, help="fail if the result is worse")
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    Path(arguments.out).mkdir(parents=True, exist_ok=True)
    return arguments


def digits(batch_size: int):
    """A loader over the digits to train on, and the test images and labels."""
    train, (images, labels) = datasets.digits()
    return DataLoader(TensorDataset(*train), batch_size=batch_size, shuffle=True), images, labels


def accuracy(model, images, labels) -> float:
    was_training = model.training
    model.eval()
    with torch.no_grad():
        right = (model(images).argmax(dim=1) == labels).float().mean().item()
    model.train(was_training)
    return right


class Clock:
    def __init__(self):
        self.start = time.perf_counter()

    def seconds(self) -> float:
        return time.perf_counter() - self.start


def saved(arguments, name: str) -> str:
    """The path of a picture, said aloud."""
    path = str(Path(arguments.out) / name)
    print("picture:", path)
    return path


def finish(arguments, value: float, lower_is_better: bool = False) -> None:
    """Exit code 1 if --require was given and is not met."""
    wanted = arguments.require
    if wanted is not None and (value > wanted if lower_is_better else value < wanted):
        raise SystemExit(f"{value:.4f}, but {wanted} was required")

"""The data set that comes with limpid, and readers of public ones. Nothing is downloaded: `limpid data prepare` checks
files that you bring and puts them where they are found (docs/guides/data.md)."""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path
from typing import Any, Optional, Union

from limpid import _C
from limpid._C import Tensor, tensor
from limpid._checked import checked
from limpid._types import int64

Folder = Union[str, "os.PathLike[str]"]
Samples = tuple[Tensor, Tensor]
Texts = tuple[list[str], Tensor]

__all__ = ["cifar10", "classes", "cola", "digits", "fashion_mnist", "find", "generate", "is_generated", "kmnist",
           "mnist", "olivetti", "stratified_split"]


def _digits_file() -> Path:
    """Beside the installed package (share/limpid/data), or in the source."""
    for folder in (Path(sysconfig.get_path("data")) / "share" / "limpid" / "data",
                   Path(__file__).resolve().parents[2] / "data"):
        if (folder / "digits" / "digits.csv").exists():
            return folder / "digits" / "digits.csv"
    return Path("")  # the C++ side looks further and says where


@checked
def digits(held: float = 0.2) -> tuple[Samples, Samples]:
    """1,797 handwritten digits of 8x8, split as everywhere in limpid.

    Parameters
    ----------
    held : float
        The share to test on.

    Returns
    -------
    (train_images, train_labels), (test_images, test_labels)
        Images (N, 1, 8, 8), float32 in [0, 1]: 1 is ink; labels (N,), int64. 1,438 to train on and 359 to test
        on, every class in both with its share.

    Examples
    --------
    >>> train, test = limpid.datasets.digits()
    >>> train[0].shape, test[1].shape
    (limpid.Size([1438, 1, 8, 8]), limpid.Size([359]))
    """
    images, labels = _C._load_digits(str(_digits_file()))
    rest, kept = stratified_split(labels, held, 1797)
    return (images[rest], labels[rest]), (images[kept], labels[kept])


def stratified_split(labels: Tensor, fraction: float, seed: int) -> tuple[list[int], list[int]]:
    """Indices of two parts: the second has `fraction` of the samples, and of every class to within one.

    Examples
    --------
    >>> rest, held = limpid.datasets.stratified_split(limpid.arange(10) % 2, 0.2, seed=0)
    >>> len(rest), [i % 2 for i in held]
    (8, [..., ...])
    """
    if isinstance(labels, Tensor) and (labels.dim() != 1 or labels.is_floating_point()):
        raise _C.ValueError(f"stratified_split: labels must be whole numbers (N,), got {labels.dtype} "
                            f"{tuple(labels.shape)}")
    _check_seed("stratified_split", seed)
    return _C._stratified_split(labels, fraction, seed)


def _check_seed(function: str, seed: int) -> None:
    if isinstance(seed, int) and seed < 0:
        raise _C.ValueError(f"{function}: seed must not be negative, got {seed}")


def find(name: str) -> Optional[Path]:
    """The folder in which all files of a public dataset are, where `limpid data prepare` puts them; None without them.

    Raises
    ------
    ValueError
        If no dataset has that name; the message suggests the nearest.
    """
    folder = _C._find(name)
    return Path(folder) if folder else None


def _folder(name: str, root: Optional[Folder]) -> str:
    if root is not None:
        return os.fspath(root)
    found = find(name)
    if found is None:
        place = Path(_C._data_root()) / name
        raise _C.FileError(f"there is no {name} in '{place}'; `limpid data prepare {name} --from FILES` puts it there, "
                           f"and `limpid data list` says which files it needs" +
                           (f"; datasets.generate('{name}') makes data of the same format" if name in _MADE else ""))
    return str(found)


_MADE = ("mnist", "cifar10", "olivetti", "cola")
_NAMED = ("mnist", "fashion_mnist", "kmnist", "cifar10")


def mnist(root: Optional[Folder] = None) -> tuple[Samples, Samples]:
    """MNIST: 28x28 handwritten digits, in IDX files, compressed or not.

    Parameters
    ----------
    root : path, optional
        The folder of the files; `find("mnist")` by default.

    Returns
    -------
    (train_images, train_labels), (test_images, test_labels)
        Images (N, 1, 28, 28), float32 in [0, 1]: 1 is ink; labels (N,), int64. 60,000 and 10,000.

    Raises
    ------
    FileError
        If a file is missing, cut off or of another shape; the message names it.
    """
    return _mnist("mnist", root)


def fashion_mnist(root: Optional[Folder] = None) -> tuple[Samples, Samples]:
    """Fashion-MNIST: 28x28 pictures of clothes, as `mnist`."""
    return _mnist("fashion_mnist", root)


def kmnist(root: Optional[Folder] = None) -> tuple[Samples, Samples]:
    """KMNIST: 28x28 handwritten Japanese characters, as `mnist`."""
    return _mnist("kmnist", root)


def _mnist(name: str, root: Optional[Folder]) -> tuple[Samples, Samples]:
    folder = _folder(name, root)
    return _C._load_mnist(folder, True), _C._load_mnist(folder, False)


def cifar10(root: Optional[Folder] = None) -> tuple[Samples, Samples]:
    """CIFAR-10: 32x32 colour pictures, in the binary files or the Python ones.

    Returns
    -------
    (train_images, train_labels), (test_images, test_labels)
        Images (N, 3, 32, 32), float32 in [0, 1]; labels (N,), int64. 50,000 and 10,000.

    Raises
    ------
    FileError
        If a file is missing or damaged; the message names it and the byte.
    """
    folder = _folder("cifar10", root)
    return _C._load_cifar10(folder, True), _C._load_cifar10(folder, False)


def olivetti(root: Optional[Folder] = None) -> Samples:
    """The Olivetti faces, ten pictures of each of 40 people, in NumPy's files.

    Returns
    -------
    images, labels
        (400, 1, 64, 64), float32 in [0, 1]; (400,), int64: who it is.
    """
    return _C._load_olivetti(_folder("olivetti", root))


def cola(root: Optional[Folder] = None) -> tuple[Texts, Texts]:
    """CoLA: English sentences, and whether a linguist finds them acceptable.

    Returns
    -------
    (train_texts, train_labels), (test_texts, test_labels)
        Lists of str, of in_domain_train.tsv and in_domain_dev.tsv; labels (N,), int64: 1 is acceptable.
    """
    folder = Path(_folder("cola", root))
    parts = [_C._load_cola(str(folder / f"in_domain_{part}.tsv")) for part in ("train", "dev")]
    train, test = ((texts, tensor(labels, dtype=int64)) for texts, labels in parts)
    return train, test


def classes(name: str, root: Optional[Folder] = None) -> list[str]:
    """What the labels of "mnist", "fashion_mnist", "kmnist" or "cifar10" mean.

    Examples
    --------
    >>> limpid.datasets.classes("fashion_mnist")[:2]
    ['T-shirt/top', 'Trouser']
    """
    if name not in _NAMED:
        raise _C.ValueError(f"{name!r} has no classes with names; {', '.join(_NAMED)} have")
    folder = find(name) if root is None else root
    return _C._classes(name, folder is not None and is_generated(folder))


def generate(name: str, root: Optional[Folder] = None, train: int = 0, test: int = 0, seed: int = 0) -> Path:
    """Makes data in the format of a public dataset, to try a network where the real files are not at hand. What is
    learned from it says nothing about the real dataset.

    Parameters
    ----------
    name : str
        "mnist", "cifar10", "olivetti" or "cola".
    root : path, optional
        The folder in which a folder `name` is made; where `limpid data prepare` puts files by default.
    train, test : int
        How many samples; 0 stands for 10,000 and 2,000. There are always 400 faces.

    Returns
    -------
    Path
        The folder, for the reader: `mnist(generate("mnist", "made"))`.

    Raises
    ------
    FileError
        If the folder holds anything but made data: it stays as it is.
    """
    _check_seed("generate", seed)
    return Path(_C._generate(name, "" if root is None else os.fspath(root), train, test, seed))


def is_generated(folder: Folder) -> bool:
    """Whether `generate`, or the command `limpid data generate`, made what is in a folder."""
    return _C._is_synthetic(os.fspath(folder))

"""The data set that comes with limpid."""

from __future__ import annotations

from typing import Any

import sysconfig
from pathlib import Path

from limpid import _C


def _digits_file() -> Path:
    """Beside the installed package (share/limpid/data), or in the source."""
    for folder in (Path(sysconfig.get_path("data")) / "share" / "limpid" / "data",
                   Path(__file__).resolve().parents[2] / "data"):
        if (folder / "digits" / "digits.csv").exists():
            return folder / "digits" / "digits.csv"
    return Path("")  # the C++ side looks further and says where


def digits() -> Any:
    """1,797 handwritten digits of 8x8, split as everywhere in limpid.

    Returns
    -------
    (train_images, train_labels), (test_images, test_labels)
        Images (N, 1, 8, 8), float32 in [0, 1]: 1 is ink; labels (N,), int64. 1,438 to train on and 359 to test
        on, every class in both with its share.
    """
    images, labels = _C._load_digits(str(_digits_file()))
    rest, held = _C._stratified_split(labels, 0.2, 1797)
    return (images[rest], labels[rest]), (images[held], labels[held])

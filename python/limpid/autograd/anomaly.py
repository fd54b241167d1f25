"""Finding the op whose gradient is no number any more."""

from __future__ import annotations

from typing import Any

import warnings

from limpid import _C


class set_detect_anomaly:
    """From now on, or within a `with` block, backward checks each op for gradients that are NaN.

    Parameters
    ----------
    mode : bool
        On or off.
    check_nan : bool
        False leaves out the check, and with it everything.
    """

    def __init__(self, mode: bool, check_nan: bool = True):
        self.before = _C.is_anomaly_enabled()
        _C._set_anomaly_enabled(mode and check_nan)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *exception: Any) -> None:
        _C._set_anomaly_enabled(self.before)


class detect_anomaly(set_detect_anomaly):
    """Within the `with` block, backward raises a RuntimeError that names the first op with a NaN gradient.

    >>> x = limpid.zeros(1, requires_grad=True)
    >>> with limpid.autograd.set_detect_anomaly(True):
    ...     (limpid.sqrt(x) * 0.0).backward()
    Traceback (most recent call last):
    limpid.GraphError: anomaly: backward of Sqrt returned nan values for its input 0 of shape (1,)
    """

    def __init__(self, check_nan: bool = True):
        warnings.warn("Anomaly detection is on: it is slow, and meant for looking for a fault.", stacklevel=2)
        self.before = _C.is_anomaly_enabled()
        self.check_nan = check_nan

    def __enter__(self) -> None:
        self.before = _C.is_anomaly_enabled()
        _C._set_anomaly_enabled(self.check_nan)

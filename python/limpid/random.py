"""The default generator of random numbers. As torch.random."""

from __future__ import annotations

import contextlib
from typing import Any, Iterator

from limpid._C import default_generator, get_rng_state, initial_seed, manual_seed, seed, set_rng_state

__all__ = ["default_generator", "fork_rng", "get_rng_state", "initial_seed", "manual_seed", "seed", "set_rng_state"]


@contextlib.contextmanager
def fork_rng(devices: Any = None, enabled: bool = True) -> Iterator[None]:
    """After the `with` block the default generator goes on as if the block had not been.

    >>> _ = limpid.manual_seed(0)
    >>> with limpid.random.fork_rng():
    ...     a = limpid.rand(2)
    >>> bool((a == limpid.rand(2)).all())
    True
    """
    state = get_rng_state()
    try:
        yield
    finally:
        if enabled:
            set_rng_state(state)

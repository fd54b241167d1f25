"""What the tests of limpid.autograd share: the same under both imports."""

import numpy as np
import pytest

import limpid

torch = pytest.importorskip("torch")


def same(ours, theirs, tolerance=1e-6):
    if theirs is None:
        assert ours is None
        return
    assert tuple(ours.shape) == tuple(theirs.shape)
    np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), rtol=tolerance, atol=tolerance)


def pair(values, **kwargs):
    """The same tensor in both libraries."""
    array = np.asarray(values, dtype="float64")
    return (limpid.tensor(array, **kwargs), torch.tensor(array, **kwargs))


def both(run):
    """run(library) in both: results or exceptions."""
    return run(limpid), run(torch)

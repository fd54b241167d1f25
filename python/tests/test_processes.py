"""Processes that fork after they have computed: multiprocessing does by default on Linux."""

import multiprocessing
import os
import sys

import pytest

import limpid

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def train_a_step(seed):
    """Convolutions, products and loops over more than one thread."""
    limpid.manual_seed(seed)
    layer = limpid.nn.Conv2d(3, 16, 3)
    x = limpid.randn(8, 3, 32, 32)
    layer(x).relu().sum().backward()
    a = limpid.randn(300, 300)
    return layer.weight.grad.sum().item() + (a @ a).sum().item() + limpid.randn(1000, 1000).sum().item()


@pytest.mark.skipif(sys.platform == "darwin", reason="its system libraries cannot be used after fork")
def test_children_compute_what_their_parent_does():
    before = [train_a_step(seed) for seed in range(3)]
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map_async(train_a_step, range(3)).get(timeout=120) == before
    assert [train_a_step(seed) for seed in range(3)] == before  # the parent goes on

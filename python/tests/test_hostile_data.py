"""Data that would lead a careless reader astray: none of it may crash or hang, and division is exact."""

import numpy as np
import pytest

import limpid


def test_scalars_of_unknown_types():
    for value in (np.datetime64("now"), np.timedelta64(1, "s")):
        with pytest.raises(TypeError):
            limpid.tensor(value)
        with pytest.raises(TypeError):
            limpid.tensor([value])


def test_a_list_that_changes_while_it_is_read():
    numbers = []

    class Clears:
        def __float__(self):
            numbers.clear()
            return 1.0

    numbers[:] = [Clears(), 1.0, 2.0]
    with pytest.raises(ValueError, match="changed while it was read"):
        limpid.tensor(numbers)


def test_a_list_that_holds_itself():
    numbers = []
    numbers.append(numbers)
    with pytest.raises(limpid.ShapeError, match="deeper than 64"):
        limpid.tensor(numbers)


def test_a_hook_that_returns_no_tensor():
    x = limpid.ones(2, requires_grad=True)
    x.register_hook(lambda gradient: "text")
    with pytest.raises(TypeError, match="must return a tensor or None, not str"):
        x.sum().backward()


def test_division_of_integers_by_numbers_that_do_not_fit_their_dtype():
    assert (limpid.tensor([5], dtype=limpid.uint8) / -1).tolist() == [-5.0]
    assert (300 / limpid.tensor([5], dtype=limpid.int8)).tolist() == [60.0]
    assert limpid.div(limpid.tensor([5], dtype=limpid.int32), 2**40).item() == pytest.approx(5 / 2**40)

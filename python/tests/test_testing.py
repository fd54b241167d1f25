"""limpid.testing: assert_close, as in PyTorch."""

import pytest

import limpid

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("a, b, kwargs", [
    ([1.0, 2.0], [1.0, 2.0], {}), ([1.0, 2.0], [1.0, 2.1], {}), ([1.0, 2.0], [1.0, 2.000001], {}), ([1.0], [1.0, 1.0], {}),
    ([float("nan")], [float("nan")], {}), ([float("nan")], [float("nan")], {"equal_nan": True}), ([1, 2], [1, 3], {}),
    ([1.0], [1], {}), ([1.0], [1], {"check_dtype": False}), ([1.0, 2.0], [1.05, 2.0], {"rtol": 0.1, "atol": 0.0}),
    ([True, False], [True, True], {}), ([2**60 + 1], [2**60], {}), (3.0, 4.0, {}), ([float("inf")], [float("inf")], {}),
    ([[1.0, 5.0], [2.0, 3.0]], [[1.0, 5.5], [2.0, 9.0]], {}),
])
def test_assert_close(a, b, kwargs):
    outcomes = []
    for lib in (limpid, torch):
        try:
            lib.testing.assert_close(lib.tensor(a), lib.tensor(b), **kwargs)
            outcomes.append(None)
        except AssertionError as error:
            outcomes.append(str(error).replace("torch", "limpid").splitlines()[:3])
    assert outcomes[0] == outcomes[1]


def test_assert_close_of_containers():
    for lib in (limpid, torch):
        lib.testing.assert_close([lib.ones(2), 3.0], [lib.ones(2), 3.0])
        lib.testing.assert_close({"a": (lib.ones(1),)}, {"a": (lib.ones(1),)})
        for a, b in (([lib.ones(1)], [lib.zeros(1)]), ({"a": 1}, {"b": 1}), ([1], [1, 2]), (1, 2)):
            with pytest.raises(AssertionError):
                lib.testing.assert_close(a, b)
        with pytest.raises(AssertionError, match="mine"):
            lib.testing.assert_close(1, 2, msg="mine")
        with pytest.raises(AssertionError, match="^<<"):
            lib.testing.assert_close(1, 2, msg=lambda m: "<<" + m)
        with pytest.raises(ValueError):
            lib.testing.assert_close(1, 1, rtol=0.1)
        with pytest.raises(TypeError):
            lib.testing.assert_close(object(), object())

"""The examples in the docstrings of the package, executed."""

import doctest
import importlib
import pkgutil

import pytest

import limpid

MODULES = sorted(m.name for m in pkgutil.walk_packages(limpid.__path__, "limpid.") if m.name != "limpid._C")


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    module = importlib.import_module(name)
    results = doctest.testmod(module, extraglobs={"limpid": limpid},
                              optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert results.failed == 0

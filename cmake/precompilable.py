#!/usr/bin/env python3
"""Usage: precompilable.py HEADER FILE...: prints, with ; between, the FILEs in which a forgotten #include stays an
error although HEADER is precompiled: those whose first header of limpid leads to HEADER anyway."""
import functools
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


@functools.cache
def included(path):
    """The headers of limpid that a file names, in order."""
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        names = re.findall(r'^#include "(.+)"', file.read(), re.MULTILINE)
    return [name for name in names if os.path.exists(os.path.join(ROOT, name))]


@functools.cache
def leads(header, target):
    return header == target or any(leads(name, target) for name in included(header))


target, *paths = sys.argv[1:]
print(";".join(path for path in paths if any(leads(name, target) for name in included(path)[:1])), end="")

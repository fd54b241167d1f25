"""Tensors in tuples, lists and dicts inside each other."""

from __future__ import annotations

from typing import Any, Callable


def leaves(tree: Any) -> list[Any]:
    """What is no tuple, list or dict, from left to right."""
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, (tuple, list)):
        return [leaf for item in tree for leaf in leaves(item)]
    return [tree]


def mapped(f: Callable[[Any], Any], tree: Any) -> Any:
    """The same tree with f of each leaf."""
    if isinstance(tree, dict):
        return type(tree)((key, mapped(f, item)) for key, item in tree.items())
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*(mapped(f, item) for item in tree))
    if isinstance(tree, (tuple, list)):
        return type(tree)(mapped(f, item) for item in tree)
    return f(tree)


def refilled(tree: Any, values: Any) -> Any:
    """The same tree with the next of `values` in place of each leaf."""
    rest = iter(values)
    return mapped(lambda _: next(rest), tree)


def spread(options: Any, tree: Any, what: str) -> list[Any]:
    """The option of each leaf: one stands for all leaves below its place."""
    if isinstance(options, (tuple, list, dict)):
        if not isinstance(tree, type(options)) or len(tree) != len(options):
            raise ValueError(f"{what} {options} does not have the structure of what it is for")
        keys = options if isinstance(options, dict) else range(len(options))
        return [option for key in keys for option in spread(options[key], tree[key], what)]
    return [options] * len(leaves(tree))

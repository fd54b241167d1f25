"""The record: `Node` is what `tensor.grad_fn` gives."""

from limpid._C import _Node as Node

__all__ = ["Node"]

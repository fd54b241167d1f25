"""Which limpid this is."""

from limpid._C import __version__

cuda = None
hip = None
debug = False

__all__ = ["__version__", "cuda", "debug", "hip"]

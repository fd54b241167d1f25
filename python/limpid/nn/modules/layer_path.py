"""Errors that say in which layer they arose."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from limpid._C import Error

if TYPE_CHECKING:
    from limpid.nn.modules.module import Module

_LAYER_AT_END = re.compile(r"layer ([^\s\[\],]+)\]$")


def add_layer(error: Error, module: Module) -> None:
    """Puts the path from `module` to the layer where `error` arose into its message. Each module on the way
    out adds its part: `_layer` is the outermost so far."""
    inner = getattr(error, "_layer", None)
    setattr(error, "_layer", module)
    if inner is None or inner is module:
        return
    path = next((str(name) for name, m in module.named_modules() if m is inner), "")
    if path and error.args and isinstance(error.args[0], str):
        error.args = (_with_layer(error.args[0], path), *error.args[1:])


def _with_layer(message: str, path: str) -> str:
    """ "conv2d: ... [input (8, 3), layer conv]" becomes "... [input (8, 3), layer stem.conv]". """
    found = _LAYER_AT_END.search(message)
    if found:
        return f"{message[:found.start()]}layer {path}.{found.group(1)}]"
    if message.endswith("]") and " [" in message:
        return f"{message[:-1]}, layer {path}]"
    return f"{message} [layer {path}]"

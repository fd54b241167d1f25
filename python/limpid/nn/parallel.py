"""DataParallel, for scripts that wrap their model in it."""

from __future__ import annotations

from typing import Any, Generic, Optional, Sequence, TypeVar

from limpid.nn.modules.module import Module

__all__ = ["DataParallel"]

M = TypeVar("M", bound=Module)


class DataParallel(Module, Generic[M]):
    """Calls the module: with one device there is nothing to split. Its state dict has "module." in front of each name.

    Attributes
    ----------
    module : Module
    device_ids : list
        Empty.
    """

    def __init__(self, module: M, device_ids: Optional[Sequence[Any]] = None, output_device: Any = None,
                 dim: int = 0) -> None:
        super().__init__()
        self.module = module
        self.device_ids: list[Any] = []

    def forward(self, *inputs: Any, **kwargs: Any) -> Any:
        return self.module(*inputs, **kwargs)

"""Mistakes that mypy --strict must find: one on each line that says which (test_types.py)."""

from __future__ import annotations

import limpid as torch
import limpid.nn.functional as F
from limpid import Tensor, nn, optim

x = torch.ones(2, 3)
torch.ones(2, 3, dtyp=torch.float32)  # E: call-overload|call-arg
torch.softmax(x)  # E: call-arg|call-overload
torch.softmax(x, "0")  # E: arg-type|call-overload
x.sum(dim="all")  # E: call-overload|arg-type
x.reshap(3, 2)  # E: attr-defined
x.shape = (3, 2)  # E: misc
n: int = x.size()  # E: assignment
name: str = x.dim()  # E: assignment
y: Tensor = x.max(dim=0)  # E: assignment
x.topk(2).scores  # E: attr-defined
x + "1"  # E: operator
x @ 2  # E: operator
torch.cat(x, x)  # E: arg-type|call-overload
torch.no_such_name  # E: attr-defined
F.relu(1.0)  # E: arg-type
F.cross_entropy(x, x, reductio="mean")  # E: call-arg
F.grid_sample(x, x, align_corner=True)  # E: call-arg
nn.Linear("3", 4)  # E: arg-type
nn.Linear(3)  # E: call-arg
nn.NoSuchLayer(3)  # E: attr-defined
optim.SGD([x], rate=0.1)  # E: call-arg
x.to(dtype="float32")  # E: call-overload|arg-type
x.backward(retain="yes")  # E: call-arg|call-overload
torch.zeros(2).item().shape  # E: union-attr|attr-defined

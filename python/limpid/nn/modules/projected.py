"""LSTM layers whose state is projected to fewer numbers (proj_size): h = W_hr (o tanh(c)).

References
----------
Sak, Senior, Beaufays, Long short-term memory based recurrent neural network architectures, arXiv 1402.1128
"""

from __future__ import annotations

from typing import Any, Iterator

from limpid import _C
from limpid._C import Parameter, Tensor
from limpid._C._nn import dropout, linear


def _suffixes(lstm: Any) -> Iterator[tuple[int, str]]:
    """Layer and ending of the names of each cell."""
    for layer in range(lstm.num_layers):
        yield layer, f"l{layer}"
        if lstm.bidirectional:
            yield layer, f"l{layer}_reverse"


def add_parameters(lstm: Any, device: Any, dtype: Any) -> None:
    """Parameters under PyTorch's names, uniform in +-1/sqrt(hidden_size)."""
    gates, projected = 4 * lstm.hidden_size, lstm.proj_size
    for layer, end in _suffixes(lstm):
        features = lstm.input_size if layer == 0 else projected * (2 if lstm.bidirectional else 1)
        shapes: dict[str, tuple[int, ...]] = {"weight_ih": (gates, features), "weight_hh": (gates, projected)}
        if lstm.bias:
            shapes.update(bias_ih=(gates,), bias_hh=(gates,))
        shapes["weight_hr"] = (projected, lstm.hidden_size)
        for name, shape in shapes.items():
            lstm.register_parameter(f"{name}_{end}", Parameter(_C.empty(shape, device=device, dtype=dtype)))
    lstm.reset_parameters()


def run(lstm: Any, input: Tensor, states: list[Tensor | None]) -> tuple[Tensor, Tensor, Tensor]:
    """Output (T, B, D proj_size), h_n (layers D, B, proj_size) and c_n (layers D, B, hidden_size)."""
    if input.dim() not in (2, 3) or input.shape[-1] != lstm.input_size:
        raise _C.ShapeError(f"LSTM: input must be (T, B, {lstm.input_size}) or (T, {lstm.input_size}), got "
                            f"{tuple(input.shape)}")
    single = input.dim() == 2
    x = input.unsqueeze(1) if single else input.transpose(0, 1) if lstm.batch_first else input
    h, c = (s.unsqueeze(1) if single and s is not None else s for s in states)
    cells = list(_suffixes(lstm))
    h = _start("h_0", h, (len(cells), x.shape[1], lstm.proj_size), x)
    c = _start("c_0", c, (len(cells), x.shape[1], lstm.hidden_size), x)
    last_h, last_c = [], []
    for layer in range(lstm.num_layers):
        if layer and lstm.dropout and lstm.training:
            x = dropout(x, lstm.dropout, True)
        outputs = []
        for number, (_, end) in enumerate(cells):
            if cells[number][0] == layer:
                out, hn, cn = _run_cell(lstm, end, x, h[number], c[number])
                outputs.append(out)
                last_h.append(hn)
                last_c.append(cn)
        x = _C.cat(outputs, -1)
    output = x.squeeze(1) if single else x.transpose(0, 1) if lstm.batch_first else x
    h_n, c_n = _C.stack(last_h), _C.stack(last_c)
    return (output, h_n.squeeze(1), c_n.squeeze(1)) if single else (output, h_n, c_n)


def _start(name: str, given: Tensor | None, shape: tuple[int, ...], like: Tensor) -> Tensor:
    if given is None:
        return _C.zeros(shape, dtype=like.dtype)
    if tuple(given.shape) != shape:
        raise _C.ShapeError(f"LSTM: {name} must be {shape}, got {tuple(given.shape)}")
    return given


def _run_cell(lstm: Any, end: str, x: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """All steps of one cell, from the end to the start for the reverse one."""
    def weight(name: str) -> Any:
        return lstm._parameters.get(f"{name}_{end}")

    gates_of_x = linear(x, weight("weight_ih"), weight("bias_ih"))
    steps = range(x.shape[0])
    outputs: list[Any] = [None] * len(steps)
    for t in reversed(steps) if end.endswith("reverse") else steps:
        gates = gates_of_x[t] + linear(h, weight("weight_hh"), weight("bias_hh"))
        i, f, g, o = gates.chunk(4, -1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = linear(o.sigmoid() * c.tanh(), weight("weight_hr"))
        outputs[t] = h
    return _C.stack(outputs), h, c

"""Recurrent layers, with any number of layers, in one or both directions, and their cells."""

from __future__ import annotations

from typing import Any

from limpid import _C
from limpid._C import Tensor
from limpid.nn import init
from limpid.nn.modules.layer import Layer
from limpid.nn.utils.rnn import PackedSequence, pad_packed_sequence


class RNNBase(Layer):
    """What RNN, LSTM and GRU share."""

    _options = ("input_size", "hidden_size", "num_layers", "batch_first", "dropout", "bidirectional",
                "nonlinearity")
    mode: str
    _factory: Any  # of the C++ module
    nonlinearity = "tanh"
    proj_size = 0

    def _setup(self, input_size: int, hidden_size: int, num_layers: int, bias: bool, batch_first: bool,
               dropout: float, bidirectional: bool, device: Any, dtype: Any) -> None:
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        self.batch_first = batch_first
        self.dropout = float(dropout)
        self.bidirectional = bidirectional
        self._build(device, dtype)

    def _make(self, device: Any, dtype: Any) -> Any:
        return self._factory(self.input_size, self.hidden_size, self.num_layers, self.nonlinearity, self.bias,
                             self.batch_first, self.dropout, self.bidirectional, self.proj_size, device, dtype)

    def _run(self, input: Tensor, states: list[Tensor | None]) -> tuple[Tensor, ...]:
        """Output and last states, of the C++ layer."""
        raise NotImplementedError

    def _run_any(self, input: Any, states: list[Tensor | None]) -> tuple[Any, ...]:
        if isinstance(input, PackedSequence):
            return self._run_packed(input, states)
        _check_tensors(self, input=input, **({} if states[0] is None else {"hx": states[0]}))
        return self._run(input, states)

    def _run_packed(self, packed: PackedSequence, states: list[Tensor | None]) -> tuple[Any, ...]:
        """Sequences of equal length run side by side, so that none runs over padding."""
        if packed.sorted_indices is not None:
            states = [s if s is None else s.index_select(1, packed.sorted_indices) for s in states]
        padded, lengths = pad_packed_sequence(packed._replace(unsorted_indices=None))
        sizes = lengths.tolist()
        starts = [i for i, size in enumerate(sizes) if i == 0 or size != sizes[i - 1]]
        results = []
        for start, end in zip(starts, [*starts[1:], len(sizes)]):
            part = padded[:sizes[start], start:end]
            output, *last = self._run(part.transpose(0, 1) if self.batch_first else part,
                                      [s if s is None else s[:, start:end] for s in states])
            results.append((output.transpose(0, 1) if self.batch_first else output, *last))
        outputs, *lasts = zip(*results)
        data = _C.cat([output[t] for t in range(sizes[0]) for output in outputs if t < output.shape[0]], 0)
        joined = [_C.cat(list(last), 1) for last in lasts]
        if packed.unsorted_indices is not None:
            joined = [last.index_select(1, packed.unsorted_indices) for last in joined]
        return (packed._replace(data=data), *joined)

    def reset_parameters(self) -> None:
        bound = 1 / self.hidden_size**0.5
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def flatten_parameters(self) -> None:
        """Nothing to do: weights need no special layout here."""

    @property
    def all_weights(self) -> list[list[Tensor]]:
        """The parameters, a list for each layer and direction."""
        per_cell = (4 if self.bias else 2) + (1 if self.proj_size else 0)
        own = [p for p in self._parameters.values() if p is not None]
        return [own[i:i + per_cell] for i in range(0, len(own), per_cell)]

    def extra_repr(self) -> str:
        text = f"{self.input_size}, {self.hidden_size}"
        if self.proj_size:
            text += f", proj_size={self.proj_size}"
        if self.num_layers != 1:
            text += f", num_layers={self.num_layers}"
        if not self.bias:
            text += f", bias={self.bias}"
        if self.batch_first:
            text += f", batch_first={self.batch_first}"
        if self.dropout != 0:
            text += f", dropout={self.dropout}"
        if self.bidirectional:
            text += f", bidirectional={self.bidirectional}"
        return text


class RNN(RNNBase):
    """h_t = tanh(W_ih x_t + b_ih + W_hh h_(t-1) + b_hh)

    Parameters
    ----------
    input_size, hidden_size : int
    num_layers : int
        Layers one behind the other.
    nonlinearity : "tanh" or "relu"
    bias : bool
    batch_first : bool
        (B, T, features) in place of (T, B, features); states are (layers, B, H) all the same.
    dropout : float
        Behind each layer but the last, in training.
    bidirectional : bool
        A second layer from the end to the start; outputs side by side.

    The input may be a PackedSequence (nn.utils.rnn); then the output is one.

    Returns
    -------
    (output (T, B, D H), h_n (layers D, B, H)), where D is 2 for both directions, else 1
    """

    mode = "RNN_TANH"
    _factory = _C._modules.RNN

    def __init__(self, input_size: int, hidden_size: int, num_layers: int = 1, nonlinearity: str = "tanh",
                 bias: bool = True, batch_first: bool = False, dropout: float = 0.0,
                 bidirectional: bool = False, device: Any = None, dtype: Any = None) -> None:
        super().__init__()
        self.nonlinearity = nonlinearity
        self.mode = f"RNN_{nonlinearity.upper()}"
        self._setup(input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, device,
                    dtype)

    def _run(self, input: Tensor, states: list[Tensor | None]) -> tuple[Tensor, ...]:
        return _C._modules.run_rnn(self._cpp, input, *states)

    def forward(self, input: Any, hx: Tensor | None = None) -> tuple[Any, ...]:
        return self._run_any(input, [hx])


class LSTM(RNNBase):
    """Long short-term memory; parameters as of RNN, gates in the order i, f, g, o.

    Called with (h_0, c_0), or without, from zeros. With proj_size, h is W_hr o tanh(c), of that many
    numbers, which output and h_n then have in place of H.

    Returns
    -------
    (output (T, B, D H), (h_n (layers D, B, H), c_n (layers D, B, H)))
    """

    mode = "LSTM"
    _factory = _C._modules.LSTM

    def __init__(self, input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True,
                 batch_first: bool = False, dropout: float = 0.0, bidirectional: bool = False,
                 proj_size: int = 0, device: Any = None, dtype: Any = None) -> None:
        super().__init__()
        if not 0 <= proj_size < max(hidden_size, 1):
            raise _C.ValueError(f"LSTM: proj_size must be from 0 to hidden_size - 1, got {proj_size}")
        self.proj_size = proj_size
        self._setup(input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, device,
                    dtype)

    def _run(self, input: Tensor, states: list[Tensor | None]) -> tuple[Tensor, ...]:
        return _C._modules.run_lstm(self._cpp, input, *states)

    def forward(self, input: Any,
                hx: tuple[Tensor, Tensor] | None = None) -> tuple[Any, tuple[Tensor, Tensor]]:
        output, h, c = self._run_any(input, _pair("LSTM", hx))
        return output, (h, c)


class GRU(RNNBase):
    """Gated recurrent units; parameters as of RNN, gates in the order r, z, n.

    Returns
    -------
    (output (T, B, D H), h_n (layers D, B, H))
    """

    mode = "GRU"
    _factory = _C._modules.GRU

    def __init__(self, input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True,
                 batch_first: bool = False, dropout: float = 0.0, bidirectional: bool = False,
                 device: Any = None, dtype: Any = None) -> None:
        super().__init__()
        self._setup(input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, device,
                    dtype)

    def _run(self, input: Tensor, states: list[Tensor | None]) -> tuple[Tensor, ...]:
        return _C._modules.run_gru(self._cpp, input, *states)

    def forward(self, input: Any, hx: Tensor | None = None) -> tuple[Any, ...]:
        return self._run_any(input, [hx])


class RNNCellBase(Layer):
    """What the cells share."""

    _options = ("input_size", "hidden_size", "nonlinearity")
    _factory: Any
    nonlinearity = "tanh"

    def _setup(self, input_size: int, hidden_size: int, bias: bool, device: Any, dtype: Any) -> None:
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.bias = bias
        self._build(device, dtype)

    def _make(self, device: Any, dtype: Any) -> Any:
        return self._factory(self.input_size, self.hidden_size, self.bias, self.nonlinearity, device, dtype)

    def reset_parameters(self) -> None:
        bound = 1 / self.hidden_size**0.5
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def extra_repr(self) -> str:
        text = f"{self.input_size}, {self.hidden_size}"
        if not self.bias:
            text += f", bias={self.bias}"
        if self.nonlinearity != "tanh":
            text += f", nonlinearity={self.nonlinearity}"
        return text


class RNNCell(RNNCellBase):
    """One step of RNN: (B, input_size), (B, hidden_size) -> (B, hidden_size), or without B."""

    _factory = _C._modules.RNNCell

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, nonlinearity: str = "tanh",
                 device: Any = None, dtype: Any = None) -> None:
        super().__init__()
        self.nonlinearity = nonlinearity
        self._setup(input_size, hidden_size, bias, device, dtype)

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        return self._cpp.forward(input) if hx is None else self._forward_of(input=input, hx=hx)


class GRUCell(RNNCellBase):
    """One step of GRU: (B, input_size), (B, hidden_size) -> (B, hidden_size), or without B."""

    _factory = _C._modules.GRUCell

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None,
                 dtype: Any = None) -> None:
        super().__init__()
        self._setup(input_size, hidden_size, bias, device, dtype)

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        return self._cpp.forward(input) if hx is None else self._forward_of(input=input, hx=hx)


class LSTMCell(RNNCellBase):
    """One step of LSTM: (B, input_size), ((B, hidden_size), (B, hidden_size)) -> (h, c), or without B."""

    _factory = _C._modules.LSTMCell

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None,
                 dtype: Any = None) -> None:
        super().__init__()
        self._setup(input_size, hidden_size, bias, device, dtype)

    def forward(self, input: Tensor, hx: tuple[Tensor, Tensor] | None = None) -> tuple[Tensor, Tensor]:
        _check_tensors(self, input=input)
        return _C._modules.run_lstm_cell(self._cpp, input, *_pair("LSTMCell", hx))


def _check_tensors(layer: Layer, **inputs: Any) -> None:
    for name, value in inputs.items():
        if not isinstance(value, Tensor):
            raise TypeError(f"{type(layer).__name__}: {name} must be a Tensor, not {type(value).__name__}")


def _pair(layer: str, hx: Any) -> list[Tensor | None]:
    """(h, c) of an LSTM, each None where none were given."""
    if hx is None:
        return [None, None]
    if isinstance(hx, (tuple, list)):
        if len(hx) == 2 and all(x is None or isinstance(x, Tensor) for x in hx):
            return list(hx)
        given = f"({', '.join(type(x).__name__ for x in hx)})"
    else:
        given = type(hx).__name__
    raise TypeError(f"{layer}: the states are a pair of tensors (h_0, c_0), not {given}")

#!/usr/bin/env python3
"""Freezes what PyTorch's recurrent layers and cells give, in tests/golden/recurrent.json.

Element i of parameter k is ((37 i + 11 k) mod 23 - 11) / 40; of an input or starting state, with k = 5, 6,
7, the same divided by 20 instead. tests/rnn_test.cpp fills its own in the same way.
"""
import itertools
import json
import pathlib

import torch


def fill(tensor, k, divisor):
    i = torch.arange(tensor.numel(), dtype=torch.int64)
    values = ((37 * i + 11 * k) % 23 - 11).to(torch.float64) / divisor
    with torch.no_grad():
        tensor.copy_(values.to(tensor.dtype).reshape(tensor.shape))
    return tensor


def numbers(tensor):
    return {"shape": list(tensor.shape), "values": tensor.detach().flatten().tolist()}


def backward(result, x, module):
    """Gradients of the sum of i-weighted results."""
    loss = sum((y.flatten() * (1 + torch.arange(y.numel()) % 3)).sum() for y in result)
    loss.backward()
    first = next(module.parameters())
    return {"x": numbers(x.grad), "first": numbers(first.grad)}


def layer(kind, layers, both, first, bias, given, batched, proj=0):
    options = dict(num_layers=layers, bidirectional=both, batch_first=first, bias=bias)
    if proj:
        options["proj_size"] = proj
    if kind == "relu":
        module = torch.nn.RNN(3, 4, nonlinearity="relu", **options)
    else:
        module = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[kind](3, 4, **options)
    for k, parameter in enumerate(module.parameters()):
        fill(parameter, k, 40)
    shape = (5, 3) if not batched else (2, 5, 3) if first else (5, 2, 3)
    x = fill(torch.empty(shape), 5, 20).requires_grad_()
    state_shape = (layers * (1 + both), *((2,) if batched else ()))
    states = [fill(torch.empty((*state_shape, size)), k, 20) for k, size in ((6, proj or 4), (7, 4))]
    state = (tuple(states) if kind == "lstm" else states[0]) if given else None
    output, last = module(x, state) if given else module(x)
    results = [output, *(last if kind == "lstm" else [last])]
    return {
        "kind": kind, "layers": layers, "bidirectional": both, "batch_first": first, "bias": bias,
        "proj_size": proj, "given": given, "batched": batched, "names": [n for n, _ in module.named_parameters()],
        "repr": repr(module), "results": [numbers(r) for r in results],
        "gradients": backward(results, x, module),
    }


def cell(kind, bias, batched):
    module = {"rnn": torch.nn.RNNCell, "lstm": torch.nn.LSTMCell, "gru": torch.nn.GRUCell}[kind](3, 4, bias=bias)
    for k, parameter in enumerate(module.parameters()):
        fill(parameter, k, 40)
    x = fill(torch.empty((2, 3) if batched else (3,)), 5, 20).requires_grad_()
    states = [fill(torch.empty((2, 4) if batched else (4,)), k, 20) for k in (6, 7)]
    result = module(x, tuple(states) if kind == "lstm" else states[0])
    results = list(result) if kind == "lstm" else [result]
    return {
        "kind": kind, "bias": bias, "batched": batched, "repr": repr(module),
        "results": [numbers(r) for r in results], "gradients": backward(results, x, module),
    }


def main():
    layers = []
    for kind, count, both in itertools.product(("rnn", "relu", "lstm", "gru"), (1, 2), (False, True)):
        layers.append(layer(kind, count, both, False, True, False, True))
        layers.append(layer(kind, count, both, True, True, True, True))
    for kind in ("rnn", "lstm", "gru"):
        layers.append(layer(kind, 2, True, False, False, True, False))
        layers.append(layer(kind, 1, False, True, True, False, False))
    for count, both, first, bias, given, batched in ((1, False, False, True, True, True), (2, True, True, True, True, True),
                                                     (2, True, False, False, False, True), (1, True, False, True, True, False)):
        layers.append(layer("lstm", count, both, first, bias, given, batched, 3))
    cells = [cell(*c) for c in itertools.product(("rnn", "lstm", "gru"), (False, True), (False, True))]
    path = pathlib.Path(__file__).with_name("recurrent.json")
    rows = lambda items: ",\n".join("  " + json.dumps(item) for item in items)
    path.write_text('{\n "layers": [\n' + rows(layers) + '\n ],\n "cells": [\n' + rows(cells) + "\n ]\n}\n")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Freezes what PyTorch's attention layers give, in tests/golden/transformer.json.

Parameters and inputs are filled as in make_recurrent.py; dropout is 0. tests/transformer_test.cpp does the same.
"""
import json
import pathlib

import torch

from make_recurrent import backward, fill, numbers

NEVER = float("-inf")


def attention(name, batch_first=False, batched=True, sizes=(4, 4), bias=True, average=True, mask=None,
              padding=None, cross=False, bias_kv=False, zero=False):
    module = torch.nn.MultiheadAttention(4, 2, bias=bias, add_bias_kv=bias_kv, add_zero_attn=zero, kdim=sizes[0], vdim=sizes[1], batch_first=batch_first)
    for k, parameter in enumerate(module.parameters()):
        fill(parameter, k, 20)

    def shaped(steps, features):
        return (steps, features) if not batched else (2, steps, features) if batch_first else (steps, 2, features)

    query = fill(torch.empty(shaped(5, 4)), 5, 10).requires_grad_()
    key, value = query, query
    if cross:
        key, value = fill(torch.empty(shaped(3, sizes[0])), 6, 10), fill(torch.empty(shaped(3, sizes[1])), 7, 10)
    options = {}
    if mask is not None:
        options["attn_mask"] = mask
    if padding is not None:
        options["key_padding_mask"] = padding
    output, weights = module(query, key, value, average_attn_weights=average, **options)
    return {
        "name": name, "batch_first": batch_first, "batched": batched, "kdim": sizes[0], "vdim": sizes[1],
        "bias": bias, "average": average, "mask": mask.double().tolist() if mask is not None and mask.dtype == torch.bool
        else [[max(v, -1e9) for v in row] for row in mask.tolist()] if mask is not None else None,
        "mask_is_bool": mask is not None and mask.dtype == torch.bool,
        "padding": padding.long().tolist() if padding is not None else None, "cross": cross,
        "bias_kv": bias_kv, "zero": zero,
        "names": [n for n, _ in module.named_parameters()],
        "results": [numbers(output), numbers(weights)], "gradients": backward([output, weights], query, module),
    }


def encoder(name, activation="relu", norm_first=False, batch_first=True, layers=2, norm=False, padding=None, mask=None):
    layer = torch.nn.TransformerEncoderLayer(4, 2, dim_feedforward=6, dropout=0.0, activation=activation,
                                             norm_first=norm_first, batch_first=batch_first)
    module = torch.nn.TransformerEncoder(layer, layers, norm=torch.nn.LayerNorm(4) if norm else None,
                                         enable_nested_tensor=False)
    for k, parameter in enumerate(module.parameters()):
        fill(parameter, k, 20)
    x = fill(torch.empty((2, 5, 4) if batch_first else (5, 2, 4)), 5, 10).requires_grad_()
    output = module(x, mask=mask, src_key_padding_mask=padding)
    return {
        "name": name, "activation": activation, "norm_first": norm_first, "batch_first": batch_first, "layers": layers,
        "norm": norm, "padding": padding.long().tolist() if padding is not None else None, "causal": mask is not None,
        "names": [n for n, _ in module.named_parameters()],
        "results": [numbers(output)], "gradients": backward([output], x, module),
    }


def main():
    causal = torch.ones(5, 5, dtype=torch.bool).triu(1)
    scores = fill(torch.empty(5, 5), 3, 10)
    scores[0, 1] = NEVER
    padding = torch.tensor([[0, 0, 0, 1, 1], [0, 0, 0, 0, 0]], dtype=torch.bool)
    short = torch.tensor([[0, 0, 1], [0, 1, 0]], dtype=torch.bool)
    attentions = [
        attention("self"),
        attention("batch first", batch_first=True),
        attention("no batch", batched=False),
        attention("no bias, each head", bias=False, average=False),
        attention("causal", mask=causal),
        attention("scores", mask=scores, batch_first=True),
        attention("padding", padding=padding),
        attention("cross", cross=True, padding=short),
        attention("cross of other sizes", cross=True, sizes=(3, 6), batch_first=True),
        attention("a learned key and value", bias_kv=True, padding=padding),
        attention("a key and value of zeros", zero=True, mask=causal, batch_first=True),
        attention("both", bias_kv=True, zero=True, mask=causal, cross=False, average=False),
        attention("both, no batch", bias_kv=True, zero=True, batched=False),
    ]
    encoders = [
        encoder("relu"),
        encoder("gelu, norm first", activation="gelu", norm_first=True),
        encoder("steps first, three layers and a norm", batch_first=False, layers=3, norm=True),
        encoder("padding", padding=padding, layers=1),
        encoder("causal", mask=causal, layers=1, activation="gelu"),
    ]
    rows = lambda items: ",\n".join("  " + json.dumps(item) for item in items)
    path = pathlib.Path(__file__).with_name("transformer.json")
    path.write_text('{\n "attentions": [\n' + rows(attentions) + '\n ],\n "encoders": [\n' + rows(encoders) + "\n ]\n}\n")


if __name__ == "__main__":
    main()

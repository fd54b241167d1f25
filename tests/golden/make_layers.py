#!/usr/bin/env python3
"""Freezes what PyTorch's layers give, in tests/golden/layers.json.

Parameters and inputs are filled as in make_recurrent.py: parameters are divided by 40, inputs (k = 5, 6) by the
number that stands with the case; ids are (7 i + 3) mod 9. tests/nn_layers_test.cpp builds the same layers: it finds
them by the text that builds them here.
"""
import json
import pathlib

import torch
from torch import nn

from make_recurrent import fill, numbers

# What builds the layer, the shapes of its inputs, and what inputs are divided by.
CONVOLUTIONS = [
    ("Conv1d(4, 6, 3)", [(2, 4, 9)]),
    ("Conv1d(4, 6, 3, stride=2, padding=1, dilation=2, groups=2, bias=False)", [(2, 4, 9)]),
    ("Conv1d(4, 6, 4, padding='same')", [(4, 9)]),
    ("Conv1d(4, 6, 3, padding=2, padding_mode='circular')", [(2, 4, 9)]),
    ("Conv1d(4, 6, 4, padding='same', padding_mode='replicate')", [(2, 4, 9)]),
    ("Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(1, 0))", [(2, 4, 7, 6)]),
    ("Conv2d(4, 4, 3, padding=(2, 1), padding_mode='reflect')", [(2, 4, 5, 6)]),
    ("Conv3d(2, 4, 2)", [(2, 2, 3, 4, 3)]),
    ("Conv3d(2, 4, (1, 2, 3), stride=(1, 2, 1), padding=(0, 1, 1), groups=2)", [(2, 2, 3, 4, 3)]),
    ("Conv3d(2, 3, 3, padding=1, padding_mode='replicate', bias=False)", [(2, 3, 4, 3)]),
    ("ConvTranspose1d(4, 6, 3)", [(2, 4, 5)]),
    ("ConvTranspose1d(4, 6, 3, stride=3, padding=1, output_padding=2, groups=2, dilation=2)", [(2, 4, 5)]),
    ("ConvTranspose2d(4, 3, 3, stride=2)", [(2, 4, 3, 4)]),
    ("ConvTranspose2d(4, 3, (3, 2), stride=(2, 1), padding=(1, 0), output_padding=(1, 0), bias=False)", [(4, 3, 4)]),
    ("ConvTranspose3d(2, 3, 2, stride=2)", [(1, 2, 2, 3, 2)]),
    ("ConvTranspose3d(2, 4, (2, 3, 1), stride=(2, 1, 1), padding=(0, 1, 0), groups=2)", [(1, 2, 2, 3, 2)]),
]
POOLINGS = [
    ("MaxPool1d(3)", [(2, 3, 10)]),
    ("MaxPool1d(3, stride=2, padding=1, dilation=2, ceil_mode=True)", [(3, 10)]),
    ("MaxPool2d(2)", [(2, 3, 5, 6)]),
    ("MaxPool2d((3, 2), stride=(2, 1), padding=(1, 0))", [(2, 3, 5, 6)]),
    ("MaxPool3d(2)", [(1, 2, 4, 4, 5)]),
    ("MaxPool3d((1, 2, 3), stride=1, padding=(0, 1, 1))", [(2, 3, 4, 5)]),
    ("AvgPool1d(3)", [(2, 3, 10)]),
    ("AvgPool1d(3, stride=2, padding=1, ceil_mode=True, count_include_pad=False)", [(3, 10)]),
    ("AvgPool2d(2)", [(2, 3, 5, 6)]),
    ("AvgPool2d((3, 2), stride=(2, 1), padding=(1, 0), divisor_override=5)", [(2, 3, 5, 6)]),
    ("AvgPool3d(2)", [(1, 2, 4, 4, 5)]),
    ("AvgPool3d((1, 2, 3), stride=1)", [(2, 3, 4, 5)]),
    ("AdaptiveAvgPool1d(3)", [(2, 3, 7)]),
    ("AdaptiveAvgPool2d(1)", [(2, 3, 5, 6)]),
    ("AdaptiveAvgPool2d((3, None))", [(2, 3, 5, 6)]),
    ("AdaptiveMaxPool1d(3)", [(2, 3, 7)]),
    ("AdaptiveMaxPool2d((3, 4))", [(2, 3, 5, 6)]),
    ("LPPool1d(2, 3)", [(2, 3, 7)]),
    ("LPPool2d(2, (3, 2), stride=2, ceil_mode=True)", [(2, 3, 5, 6)]),
]
# Inputs from -5.5 to 5.5 in halves: every bound of a hard function is among them.
ACTIVATIONS = [
    (text, [(4, 6)], 2)
    for text in (
        "ReLU()", "ReLU6()", "SELU()", "SiLU()", "Mish()", "Sigmoid()", "LogSigmoid()", "Hardsigmoid()", "Hardswish()",
        "Tanh()", "Tanhshrink()", "Softsign()", "LeakyReLU()", "LeakyReLU(0.2)", "ELU()", "ELU(alpha=0.5)", "CELU(2.0)",
        "Hardshrink()", "Hardshrink(1.5)", "Softshrink()", "Softshrink(1.5)", "Hardtanh()", "Hardtanh(-2.0, 0.5)",
        "Softplus()", "Softplus(beta=2.0, threshold=3.0)", "Threshold(0.5, -3.0)", "GELU()", "GELU('tanh')",
        "Softmax(dim=1)", "LogSoftmax(dim=0)", "Softmin(dim=-1)", "GLU()", "GLU(dim=0)",
    )
] + [
    ("Softmax2d()", [(2, 3, 2, 2)], 2),
    ("PReLU()", [(2, 3, 4)], 2),
    ("PReLU(3)", [(2, 3, 4)], 2),
]
OTHERS = [
    ("Linear(4, 3)", [(2, 4)]),
    ("Bilinear(3, 4, 5)", [(2, 3), (2, 4)]),
    ("Bilinear(3, 4, 2, bias=False)", [(2, 5, 3), (2, 5, 4)]),
    ("Embedding(9, 4)", [(2, 5)]),
    ("Embedding(9, 4, padding_idx=3)", [(10,)]),
    ("Embedding(9, 3, padding_idx=-1)", [(2, 5)]),
    ("Flatten()", [(2, 3, 4)]),
    ("Unflatten(1, (2, -1))", [(3, 6)]),
    ("Identity()", [(3, 2)]),
    ("ZeroPad1d(2)", [(2, 3)]),
    ("ZeroPad2d((1, 0, 2, 1))", [(2, 3, 4)]),
    ("ZeroPad3d(1)", [(1, 2, 2, 2)]),
    ("ConstantPad1d((1, 2), 0.5)", [(2, 3)]),
    ("ConstantPad2d(1, 3.5)", [(2, 3, 4)]),
    ("ConstantPad2d((1, -1, -1, 0), -2.0)", [(2, 3, 4)]),
    ("ConstantPad3d((1, 0, 0, 1, 2, 0), 1.0)", [(1, 2, 2, 2)]),
    ("ReflectionPad1d(2)", [(2, 4)]),
    ("ReflectionPad2d((1, 2, 0, 1))", [(2, 3, 4)]),
    ("ReflectionPad3d(1)", [(1, 2, 3, 2)]),
    ("ReplicationPad1d((3, 1))", [(2, 4)]),
    ("ReplicationPad2d(2)", [(2, 3, 4)]),
    ("ReplicationPad3d((1, 0, 0, 2, 1, 1))", [(1, 2, 3, 2)]),
    ("CircularPad1d((3, 1))", [(2, 4)]),
    ("CircularPad2d(2)", [(2, 3, 4)]),
    ("CircularPad3d((1, 0, 0, 2, 1, 1))", [(1, 2, 3, 2)]),
    ("Upsample(scale_factor=2.0)", [(2, 3, 4)]),
    ("Upsample(size=5, mode='linear', align_corners=True)", [(2, 3, 4)]),
    ("Upsample(scale_factor=(2.0, 1.5), mode='bilinear')", [(1, 2, 3, 4)]),
    ("Upsample(size=(4, 3), mode='bicubic')", [(1, 2, 3, 4)]),
    ("UpsamplingNearest2d(size=(4, 3))", [(1, 2, 3, 4)]),
    ("UpsamplingBilinear2d(scale_factor=2.0)", [(1, 2, 3, 4)]),
    ("PixelShuffle(2)", [(2, 8, 2, 3)]),
    ("PixelShuffle(2)", [(4, 2, 3)]),
    ("PixelUnshuffle(2)", [(2, 1, 4, 6)]),
    ("PixelUnshuffle(3)", [(2, 2, 1, 3, 6)]),
    ("ChannelShuffle(3)", [(2, 6, 4)]),
    ("Unfold((2, 3), dilation=1, padding=1, stride=2)", [(1, 2, 4, 5)]),
    ("Fold((4, 5), 2, stride=(1, 2))", [(1, 8, 6)]),
    ("CosineSimilarity()", [(4, 3), (4, 3)]),
    ("CosineSimilarity(dim=0)", [(4, 3), (4, 3)]),
    ("PairwiseDistance()", [(4, 3), (4, 3)]),
    ("PairwiseDistance(p=1.0, keepdim=True)", [(4, 3), (4, 3)]),
]


def case(text, shapes, divisor=20):
    module = eval("nn." + text)
    for k, parameter in enumerate(module.parameters()):
        fill(parameter, k, 40)
    if text.startswith("Embedding"):
        count = torch.Size(shapes[0]).numel()
        inputs = [((7 * torch.arange(count) + 3) % 9).reshape(shapes[0])]
    else:
        inputs = [fill(torch.empty(shape), 5 + i, divisor).requires_grad_() for i, shape in enumerate(shapes)]
    y = module(*inputs)
    (y.flatten() * (1 + torch.arange(y.numel()) % 3)).sum().backward()
    return {
        "layer": text, "repr": repr(module), "state": list(module.state_dict()), "inputs": shapes, "divisor": divisor,
        "result": numbers(y),
        "input_gradients": [numbers(x.grad) for x in inputs if x.grad is not None],
        "parameter_gradients": [numbers(p.grad) for p in module.parameters()],
    }


def main():
    cases = [case(*c) for c in CONVOLUTIONS + POOLINGS + ACTIVATIONS + OTHERS]
    path = pathlib.Path(__file__).with_name("layers.json")
    path.write_text("[\n" + ",\n".join(" " + json.dumps(c) for c in cases) + "\n]\n")


if __name__ == "__main__":
    main()

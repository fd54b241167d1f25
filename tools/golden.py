#!/usr/bin/env python3
"""Freezes what PyTorch gives for the cases of every op, in tests/golden/ops/<op>.json.

The inputs come from the test program itself, so both sides see the same numbers. For each case: the
outputs of its `torch` text, and the gradients of its inputs when output k receives the gradient
1 + ((7919 i + 31 k) mod 16) / 16 at element i.

Of a tensor with more than WHOLE elements only SAMPLE are kept, spread evenly from the first to the last: that
tells whether limpid means what PyTorch means. That every element of a kernel is right, its comparison with the
reference tells, which is of all elements (tests/ops_kernels_test.cpp).

Usage: tools/golden.py [--build build/release] [OP ...]
"""

import argparse
import json
import math
import os
import pathlib
import struct
import subprocess
import tempfile

import torch
import torch.nn.functional as F

ROOT = pathlib.Path(__file__).resolve().parent.parent
WHOLE, SAMPLE = 1000, 500


def short(value):
    """The number of fewest digits that is `value` in float32."""
    texts = (f"{value:.{digits}g}" for digits in range(6, 10))
    return next((float(t) for t in texts if struct.pack("f", float(t)) == struct.pack("f", value)), value)


def written(value, narrow):
    if math.isfinite(value):
        return short(value) if narrow else value
    return "nan" if value != value else "inf" if value > 0 else "-inf"


def sample(values):
    """What is kept of the elements of a tensor."""
    if len(values) <= WHOLE:
        return values
    return [values[i * (len(values) - 1) // (SAMPLE - 1)] for i in range(SAMPLE)]


def to_json(tensor):
    if tensor is None:
        return None
    tensor = tensor.detach()
    values = tensor.to(torch.float64 if tensor.is_floating_point() else torch.int64)
    narrow = tensor.is_floating_point() and tensor.dtype != torch.float64
    return {
        "dtype": str(tensor.dtype).removeprefix("torch."),
        "shape": list(tensor.shape),
        "values": [written(v, narrow) for v in sample(values.flatten().tolist())],
    }


def from_json(item):
    if item is None:
        return None
    values = torch.tensor([float(v) for v in item["values"]], dtype=torch.float64)
    dtype = getattr(torch, item["dtype"])
    tensor = values.to(dtype).reshape(item["shape"])
    return tensor.requires_grad_() if item["requires_grad"] else tensor


def seed_for(output, number):
    index = torch.arange(output.numel(), dtype=torch.int64)
    values = 1 + ((index * 7919 + number * 31) % 16).to(torch.float64) / 16
    return values.to(output.dtype).reshape(output.shape)


def walk(step, gates, reverse):
    """The results of step(gates of one position) in the order of computation, put back in place."""
    order = list(range(gates.shape[0]))
    outputs = {t: step(gates[t]) for t in (reversed(order) if reverse else order)}
    return [outputs[t] for t in order]


def same(gates):
    """Weight and bias of an input that is the gates already."""
    return torch.eye(gates.shape[-1], dtype=gates.dtype), torch.zeros(gates.shape[-1], dtype=gates.dtype)


def hidden_bias(bias, weight):
    return torch.zeros(weight.shape[0], dtype=weight.dtype) if bias is None else bias


def rnn_layer(nonlinearity, gates, h, weight, bias, reverse):
    (w_ih, b_ih), bias, state = same(gates), hidden_bias(bias, weight), [h]
    cell = torch.rnn_tanh_cell if nonlinearity == "tanh" else torch.rnn_relu_cell

    def step(x):
        state[0] = cell(x, state[0], w_ih, weight, b_ih, bias)
        return state[0]

    return torch.stack(walk(step, gates, reverse))


def lstm_layer(gates, h, c, weight, bias, reverse):
    (w_ih, b_ih), bias, state = same(gates), hidden_bias(bias, weight), [(h, c)]

    def step(x):
        i, f, g, o = (x + F.linear(state[0][0], weight, bias)).chunk(4, 1)
        state[0] = torch.lstm_cell(x, state[0], w_ih, weight, b_ih, bias)
        return (*state[0], torch.cat([i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()], 1))

    return [torch.stack(output) for output in zip(*walk(step, gates, reverse))]


def gru_layer(gates, h, weight, bias, reverse):
    (w_ih, b_ih), bias, state = same(gates), hidden_bias(bias, weight), [h]

    def step(x):
        a, u = x.chunk(3, 1), F.linear(state[0], weight, bias).chunk(3, 1)
        r, z = (a[0] + u[0]).sigmoid(), (a[1] + u[1]).sigmoid()
        state[0] = torch.gru_cell(x, state[0], w_ih, weight, b_ih, bias)
        return state[0], torch.cat([r, z, (a[2] + r * u[2]).tanh(), u[2]], 1)

    return [torch.stack(output) for output in zip(*walk(step, gates, reverse))]


LAYERS = {"rnn_layer": rnn_layer, "lstm_layer": lstm_layer, "gru_layer": gru_layer}


def run_case(case):
    inputs = [from_json(item) for item in case["inputs"]]
    names = {"torch": torch, "F": F, "inf": math.inf, "nan": math.nan, **LAYERS}
    names.update(zip("abcdefghijklmnopqrstuvwxyz", inputs))
    result = eval(case["torch"], names)  # the text of our own cases
    outputs = list(result) if isinstance(result, (tuple, list)) else [result]
    heads = [(y, seed_for(y, k)) for k, y in enumerate(outputs) if y.requires_grad]
    wanted = [t for t in inputs if t is not None and t.requires_grad]
    gradients = iter(())
    if heads and wanted:
        gradients = iter(
            torch.autograd.grad([y for y, _ in heads], wanted, [s for _, s in heads], allow_unused=True)
        )
    per_input = [
        next(gradients, None) if t is not None and t.requires_grad else None for t in inputs
    ]
    return {
        "torch": case["torch"],
        "outputs": [to_json(y) for y in outputs],
        "gradients": [to_json(g) for g in per_input],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--build", default="build/release")
    parser.add_argument("ops", nargs="*")
    args = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        dump = os.path.join(folder, "cases.json")
        env = dict(os.environ, LIMPID_DUMP_CASES=dump)
        if args.ops:
            env["LIMPID_OP"] = ",".join(args.ops)
        subprocess.run(
            [ROOT / args.build / "limpid_tests", "--test-case=write the inputs of all cases*"],
            env=env, check=True, stdout=subprocess.DEVNULL,
        )
        cases = json.load(open(dump))
    target = ROOT / "tests" / "golden" / "ops"
    target.mkdir(parents=True, exist_ok=True)
    for op, by_name in sorted(cases.items()):
        frozen = {}
        for name, case in by_name.items():
            try:
                frozen[name] = run_case(case)
            except Exception as error:
                raise SystemExit(f"{op} / {name}: {case['torch']}: {error}")
        lines = [f" {json.dumps(name)}: {json.dumps(result)}" for name, result in frozen.items()]
        (target / f"{op}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
        print(f"{op}: {len(frozen)} cases")


if __name__ == "__main__":
    main()

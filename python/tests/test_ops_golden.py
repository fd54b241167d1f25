"""The text that a case of an op has for PyTorch, such as "F.softmax(a, 0)", run under limpid's names: it must
give what PyTorch gave (tests/golden/ops). The inputs come from the C++ test program, which the same build
makes; PyTorch itself is not needed."""

import json
import math
import os
import pathlib
import subprocess

import pytest

import limpid
import limpid.linalg
import limpid.nn.functional as F

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "ops"
OPS = sorted(path.stem for path in GOLDEN.glob("*.json"))

# Ops of gradients and of the brackets: their cases are written in functions of PyTorch's inside.
INSIDE = ("torch.ops.aten.", "torch.autograd.grad", "torch.contiguous_format")

# How far two right answers may lie apart, relative to the largest number in play. The C++ battery, which
# knows the terms of each sum, checks the same cases to a few units in the last place, and infinities and NaN
# one by one (PyTorch's answer to infinity depends on where in a vector it stands); this is about the binding.
TOLERANCE = {"float16": 2e-2, "bfloat16": 5e-2, "float32": 2e-5, "float64": 1e-12}


@pytest.fixture(scope="module")
def inputs_of_cases(tmp_path_factory):
    """{op: {case: {"torch": text, "inputs": [...]}}}"""
    given = os.environ.get("LIMPID_CASES")
    if given:
        return json.loads(pathlib.Path(given).read_text())
    program = pathlib.Path(limpid.__file__).parents[2] / "limpid_tests"
    if not program.exists():
        pytest.skip("the test program, which knows the inputs of the cases, was not built")
    dump = tmp_path_factory.mktemp("cases") / "cases.json"
    subprocess.run([program, "--test-case=write the inputs of all cases*"], check=True,
                   env=dict(os.environ, LIMPID_DUMP_CASES=str(dump)), stdout=subprocess.DEVNULL)
    return json.loads(dump.read_text())


def rnn_layer(nonlinearity, gates, h, weight, bias, reverse):
    return limpid._C._nn.rnn_layer(gates, h, weight, bias, nonlinearity, reverse)


NAMES = {"torch": limpid, "F": F, "inf": math.inf, "nan": math.nan, "rnn_layer": rnn_layer,
         "lstm_layer": limpid._C._nn.lstm_layer, "gru_layer": limpid._C._nn.gru_layer}


def from_json(item):
    if item is None:
        return None
    dtype = getattr(limpid, item["dtype"])
    values = [float(v) if dtype.is_floating_point else int(v) for v in item["values"]]
    tensor = limpid.tensor(values, dtype=limpid.float64 if dtype.is_floating_point else limpid.int64)
    tensor = tensor.to(dtype).reshape(item["shape"])
    return tensor.requires_grad_() if item.get("requires_grad") else tensor


def seed_for(output, number):
    index = limpid.arange(output.numel())
    values = 1 + ((index * 7919 + number * 31) % 16).double() / 16
    return values.to(output.dtype).reshape(output.shape)


def largest(values):
    return max((abs(v) for v in map(float, values) if math.isfinite(v)), default=0.0)


def difference(found, wanted, scale):
    """None, or what differs."""
    dtype = str(found.dtype).replace("limpid.", "")
    if dtype != wanted["dtype"] or list(found.shape) != wanted["shape"]:
        return f"found {dtype} {list(found.shape)}, expected {wanted['dtype']} {wanted['shape']}"
    expected = [float(v) for v in wanted["values"]]
    values = (found.double() if found.dtype.is_floating_point else found.long()).flatten().tolist()
    last = len(values) - 1  # of a large tensor a sample is kept: tools/golden.py
    if len(expected) != len(values):
        values = [values[i * last // (len(expected) - 1)] for i in range(len(expected))]
    allowed = TOLERANCE.get(dtype, 0) * max(scale, largest(expected))
    for i, (a, b) in enumerate(zip(values, expected)):
        if not (a == b or abs(a - b) <= allowed or not (math.isfinite(a) or math.isfinite(b))):
            return f"element {i} is {a}, expected {b}"
    return None


def problems_of(case, wanted):
    inputs = [from_json(item) for item in case["inputs"]]
    result = eval(case["torch"], {**NAMES, **dict(zip("abcdefghijklmnopqrstuvwxyz", inputs))})
    outputs = list(result) if isinstance(result, (tuple, list)) else [result]
    if len(outputs) != len(wanted["outputs"]):
        return [f"{len(outputs)} results, expected {len(wanted['outputs'])}"]
    scale = max((largest(item["values"]) for item in case["inputs"] if item), default=0.0)
    problems = [difference(y.detach(), w, scale) for y, w in zip(outputs, wanted["outputs"])]
    heads = [(y, seed_for(y, k)) for k, y in enumerate(outputs) if y.requires_grad]
    for y, seed in heads:
        y.backward(seed, retain_graph=True)
    for x, w in zip(inputs, wanted["gradients"]):
        if x is None or not x.requires_grad or w is None:
            continue
        gradient = x.grad if x.grad is not None else limpid.zeros_like(x.detach())
        problems.append(difference(gradient, w, scale))
    return [p for p in problems if p]


@pytest.mark.parametrize("op", OPS)
def test_op_gives_what_pytorch_gave(op, inputs_of_cases):
    golden = json.loads((GOLDEN / f"{op}.json").read_text())
    run = 0
    for name, case in inputs_of_cases.get(op, {}).items():
        if name not in golden or case["torch"] != golden[name]["torch"]:
            continue  # the program and the files are of two states; ops_golden in C++ says so
        if any(text in case["torch"] for text in INSIDE):
            continue
        run += 1
        problems = problems_of(case, golden[name])
        assert not problems, f"{op} / {name}: {case['torch']}: {'; '.join(problems)}"
    if not run:
        pytest.skip("all its cases are written in functions inside PyTorch")

"""Wrong arguments are refused with a message in Python's words: which argument, what was expected, what came. Never with
the signatures of the binding, and never with a crash."""

import re

import pytest

import limpid
import limpid.autograd.functional
import limpid.linalg
import limpid.nn.functional as F
import limpid.special

x = limpid.tensor([[1.0, 2.0], [3.0, 4.0]])

MESSAGES = [
    (lambda: limpid.relu("a"), "relu: input must be a Tensor, not str"),
    (lambda: limpid.sum(x, "a"), "sum: dim must be an int, a sequence of ints or None, not str"),
    (lambda: x.sum({}), "sum: dim must be an int, a sequence of ints or None, not dict"),
    (lambda: x.transpose(0, "b"), "transpose: dim1 must be an int, not str"),
    (lambda: limpid.cat(3), "cat: tensors must be a sequence of Tensors, not int"),
    (lambda: limpid.cat([x, 1]), "cat: tensors must be a sequence of Tensors, not list of Tensor and int"),
    (lambda: F.conv2d(x, [1]), "conv2d: weight must be a Tensor, not list of int"),
    (lambda: x.add(), "add: other is missing: a Tensor or a number"),
    (lambda: limpid.relu(x, x), "relu: takes 1 argument by place (input, out), got 2"),
    (lambda: x.sum(bogus=1), "sum: there is no argument 'bogus'; it takes dim, keepdim, dtype"),
    (lambda: limpid.arange(2 ** 70), "must be a number, not an int of 71 bits"),
    (lambda: x.view("a"), "view: sizes must be ints: view(2, 3) or view((2, 3))"),
    (lambda: setattr(x, "requires_grad", "a"), "value must be a bool or None, not str"),
    (lambda: limpid.Generator("a"), "Generator: "),
    # functions written in Python
    (lambda: limpid.deg2rad(None), "deg2rad: input must be a Tensor, not None"),
    (lambda: limpid.dist(x, None), "dist: other must be a Tensor, not None"),
    (lambda: limpid.block_diag(3), "block_diag: takes a Tensor, got int"),
    (lambda: limpid.linalg.matrix_power(x, "a"), "matrix_power: n must be an int, not str"),
    (lambda: F.softmin("a"), "softmin: input must be a Tensor, not str"),
    (lambda: limpid.autograd.grad({}, x), "outputs must be a tensor or a sequence of tensors, not dict"),
    (lambda: limpid.autograd.grad([x.sum(), 1], x), "outputs[1] must be a tensor, not int"),
    (lambda: limpid.profiler.record_function(3), "record_function: name must be a str, not int"),
    (lambda: limpid.nn.utils.rnn.pad_sequence([1]), "pad_sequence: sequences must be a Tensor or a sequence of Tensors, not list of int"),
    (lambda: limpid.nn.utils.rnn.pack_padded_sequence(x, None), "pack_padded_sequence: lengths must be a Tensor or a sequence of ints"),
    (lambda: limpid.nn.utils.weight_norm("a"), "weight_norm: module must be a Module, not str"),
    (lambda: limpid.safetensors.load_file(3), "load_file: filename must be a str or a path, not int"),
    # numbers of sizes are another kind of error (test_mistakes.py)
    (lambda: F.conv2d(x, x, stride="a"), "conv2d: stride must be an int or a sequence of ints, not str"),
]


@pytest.mark.parametrize("call, text", MESSAGES, ids=[text for _, text in MESSAGES])
def test_messages(call, text):
    with pytest.raises(TypeError) as caught:
        call()
    assert text in str(caught.value)


def test_flags_of_passes_may_be_numbers_as_in_pytorch():
    y = limpid.ones(2, requires_grad=True)
    g, = limpid.autograd.grad((y * y).sum(), y, create_graph=1)
    assert g.requires_grad
    z = (y * y).sum()
    z.backward(retain_graph=1)
    z.backward(create_graph=0)
    assert y.grad.tolist() == [4.0, 4.0]


def test_type_errors_of_callbacks_stay():
    y = limpid.ones(2, requires_grad=True)
    z = y * 2
    z.register_hook(lambda g: "text")
    with pytest.raises(TypeError, match="a hook must return a tensor or None, not str"):
        z.sum().backward()


# What changes the state of the whole process.
STATE = {"set_num_threads", "manual_seed", "seed", "set_default_dtype", "set_default_device", "set_printoptions",
         "use_deterministic_algorithms", "set_grad_enabled", "set_rng_state", "set_float32_matmul_precision",
         "set_num_interop_threads", "set_warn_always", "set_detect_anomaly", "save", "load"}
PLACES = [limpid, limpid.Tensor, F, limpid.linalg, limpid.special, limpid.fft, limpid.nn.init, limpid._C._nn]
RAW = re.compile(r"incompatible function arguments|nanobind|std::|bad_cast|limpid\._C|collections\.abc|"
                 r"'(NoneType|str|dict|list|int|float)' object (has|is)")
CALLS = [((), {}), ((None,), {}), (("a",), {}), (({},), {}), ((["a"],), {}), ((x, None), {}), ((x, "a"), {}),
         ((x, {}), {}), ((x, ["a"]), {}), ((x, x, "a"), {}), ((x, 1, "a"), {}), (tuple([x] * 14), {}),
         ((x,), {"bogus": 1}), ((x,), {"dim": "a"}), ((x,), {"out": 3}), ((x,), {"dtype": "float"})]


@pytest.mark.parametrize("place", PLACES, ids=lambda p: p.__name__)
def test_no_function_answers_in_the_words_of_the_binding(place):
    raw = []
    for name in sorted(vars(place)):
        function = getattr(place, name)
        if name.startswith("_") or name in STATE or not callable(function) or isinstance(function, type):
            continue
        for args, kwargs in CALLS:
            try:
                function(*(a.clone() if a is x else a for a in args), **kwargs)
            except Exception as error:  # noqa: BLE001  anything but a crash, in good words
                if RAW.search(str(error)):
                    raw.append(f"{name}{args if len(args) < 5 else '(14 tensors)'} {kwargs}: {str(error)[:100]}")
    assert not raw, "\n".join(raw[:40])


@pytest.mark.parametrize("call, text", [
    (lambda: F.conv2d(x, x, stride=(1, 1, 1)), r"conv2d: stride must be an int or 2 ints, got \(1, 1, 1\)"),
    (lambda: F.max_pool1d(x, (2, 2)), r"max_pool1d: kernel_size must be one int, got \(2, 2\)"),
    (lambda: F.adaptive_avg_pool3d(x, [1, None]), r"adaptive_avg_pool3d: output_size must be an int or 3 ints, got \[1, None\]"),
    (lambda: limpid.nn.MaxPool2d((2, 2, 2))(x), r"MaxPool2d: takes an int or 2 ints, got \(2, 2, 2\)"),
    (lambda: limpid.nn.AdaptiveMaxPool2d((2,))(x), r"output_size must be an int or 2 ints, got \(2,\)"),
    (lambda: F.max_unpool2d(x, x.long(), 2, output_size=(1, 2, 3)), r"output_size must have 2 or 4 sizes, got \(1, 2, 3\)"),
])
def test_too_few_sizes_and_too_many(call, text):
    with pytest.raises(RuntimeError, match=text) as caught:  # as in PyTorch, whose classes say so when they are used
        call()
    assert isinstance(caught.value, ValueError)

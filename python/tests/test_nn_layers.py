"""Every layer against PyTorch's with the same weights: outputs, gradients, buffers, printing, copies."""

import copy
import pickle

import numpy as np
import pytest

import limpid
from nn_cases import arrays, close, compare, flat, torch

# class, arguments, options, shapes of the inputs
LAYERS = [
    ("Linear", (5, 3), {}, [(4, 5)]),
    ("Linear", (5, 3), {"bias": False}, [(2, 4, 5)]),
    ("Bilinear", (3, 4, 5), {}, [(2, 3), (2, 4)]),
    ("Identity", (), {}, [(2, 3)]),
    ("Conv1d", (4, 6, 3), {"padding": 1, "groups": 2}, [(2, 4, 9)]),
    ("Conv1d", (4, 6, 3), {"padding": "same", "padding_mode": "circular"}, [(2, 4, 9)]),
    ("Conv2d", (3, 4, 3), {}, [(2, 3, 8, 7)]),
    ("Conv2d", (3, 4, (3, 2)), {"stride": 2, "padding": (1, 0), "bias": False}, [(2, 3, 8, 7)]),
    ("Conv2d", (4, 4, 3), {"dilation": 2, "groups": 4, "padding": "valid"}, [(4, 8, 7)]),
    ("Conv2d", (3, 4, 3), {"padding": 1, "padding_mode": "reflect"}, [(2, 3, 8, 7)]),
    ("Conv3d", (2, 3, 2), {"padding": 1}, [(1, 2, 4, 5, 4)]),
    ("ConvTranspose1d", (3, 2, 3), {"stride": 2, "output_padding": 1}, [(2, 3, 5)]),
    ("ConvTranspose2d", (3, 2, 3), {"stride": 2, "padding": 1, "dilation": 1}, [(2, 3, 5, 4)]),
    ("ConvTranspose3d", (2, 2, 2), {"bias": False}, [(1, 2, 3, 3, 2)]),
    ("BatchNorm1d", (4,), {}, [(6, 4)]),
    ("BatchNorm1d", (4,), {"affine": False}, [(6, 4, 3)]),
    ("BatchNorm2d", (3,), {"momentum": None, "eps": 1e-3}, [(2, 3, 4, 5)]),
    ("BatchNorm2d", (3,), {"track_running_stats": False}, [(2, 3, 4, 5)]),
    ("BatchNorm3d", (2,), {"momentum": 0.3}, [(2, 2, 3, 2, 3)]),
    ("InstanceNorm1d", (3,), {"affine": True}, [(2, 3, 6)]),
    ("InstanceNorm2d", (3,), {"track_running_stats": True}, [(2, 3, 4, 5)]),
    ("InstanceNorm3d", (2,), {}, [(2, 2, 3, 2, 3)]),
    ("LayerNorm", (6,), {}, [(2, 5, 6)]),
    ("LayerNorm", ((5, 6),), {"elementwise_affine": False}, [(2, 5, 6)]),
    ("LayerNorm", (6,), {"bias": False, "eps": 1e-4}, [(2, 6)]),
    ("RMSNorm", (6,), {}, [(2, 5, 6)]),
    ("GroupNorm", (2, 4), {}, [(3, 4, 5)]),
    ("GroupNorm", (4, 4), {"affine": False}, [(3, 4, 2, 2)]),
    ("LocalResponseNorm", (3,), {"alpha": 0.1}, [(2, 5, 4)]),
    ("Embedding", (7, 4), {"padding_idx": 2}, ["ids"]),
    ("EmbeddingBag", (7, 4), {"mode": "sum"}, ["ids"]),
    ("EmbeddingBag", (7, 4), {"padding_idx": 1}, ["ids"]),
    ("RNN", (3, 4), {}, [(5, 2, 3)]),
    ("RNN", (3, 4, 2), {"nonlinearity": "relu", "bidirectional": True, "batch_first": True}, [(2, 5, 3)]),
    ("LSTM", (3, 4), {"num_layers": 2, "bidirectional": True}, [(5, 2, 3)]),
    ("LSTM", (3, 4), {"bias": False, "batch_first": True}, [(2, 5, 3)]),
    ("GRU", (3, 4), {"num_layers": 2}, [(5, 3)]),
    ("RNNCell", (3, 4), {"nonlinearity": "relu"}, [(2, 3), (2, 4)]),
    ("GRUCell", (3, 4), {"bias": False}, [(2, 3), (2, 4)]),
    ("LSTMCell", (3, 4), {}, [(2, 3)]),
    ("MultiheadAttention", (8, 2), {}, [(3, 2, 8), (5, 2, 8), (5, 2, 8)]),
    ("MultiheadAttention", (8, 4), {"kdim": 3, "vdim": 5, "batch_first": True, "bias": False},
     [(2, 3, 8), (2, 6, 3), (2, 6, 5)]),
    ("MultiheadAttention", (8, 2), {"add_bias_kv": True, "add_zero_attn": True},
     [(3, 2, 8), (5, 2, 8), (5, 2, 8)]),
    ("TransformerEncoderLayer", (8, 2, 16), {"dropout": 0.0}, [(5, 2, 8)]),
    ("TransformerEncoderLayer", (8, 2, 16), {"dropout": 0.0, "norm_first": True, "activation": "gelu",
                                             "batch_first": True}, [(2, 5, 8)]),
    ("TransformerDecoderLayer", (8, 2, 16), {"dropout": 0.0}, [(5, 2, 8), (3, 2, 8)]),
    ("Transformer", (8, 2, 1, 2, 16), {"dropout": 0.0}, [(5, 2, 8), (3, 2, 8)]),
    ("MaxPool1d", (2,), {}, [(2, 3, 7)]),
    ("MaxPool2d", (3,), {"stride": 2, "padding": 1, "ceil_mode": True}, [(2, 3, 7, 8)]),
    ("MaxPool2d", ((2, 3),), {"return_indices": True}, [(2, 3, 7, 8)]),
    ("MaxPool3d", (2,), {"dilation": 1}, [(1, 2, 4, 5, 4)]),
    ("AvgPool1d", (2,), {"stride": 1}, [(2, 3, 7)]),
    ("AvgPool2d", (3,), {"padding": 1, "count_include_pad": False}, [(2, 3, 7, 8)]),
    ("AvgPool2d", (2,), {"divisor_override": 3}, [(2, 3, 7, 8)]),
    ("AvgPool3d", (2,), {}, [(1, 2, 4, 5, 4)]),
    ("AdaptiveAvgPool1d", (3,), {}, [(2, 3, 7)]),
    ("AdaptiveAvgPool2d", ((3, None),), {}, [(2, 3, 7, 8)]),
    ("AdaptiveMaxPool1d", (3,), {}, [(2, 3, 7)]),
    ("AdaptiveMaxPool2d", (3,), {"return_indices": True}, [(2, 3, 7, 8)]),
    ("LPPool1d", (2, 3), {}, [(2, 3, 7)]),
    ("LPPool2d", (2, 2), {"stride": 1}, [(2, 3, 7, 8)]),
    ("LPPool3d", (2, 2), {"ceil_mode": True}, [(1, 2, 4, 5, 4)]),
    ("AdaptiveAvgPool3d", ((2, None, 3),), {}, [(2, 2, 5, 3, 4)]),
    ("AdaptiveMaxPool3d", (2,), {"return_indices": True}, [(2, 2, 5, 3, 4)]),
    ("Embedding", (7, 4), {"max_norm": 1.5, "scale_grad_by_freq": True}, ["ids"]),
    ("EmbeddingBag", (7, 4), {"max_norm": 1.0, "norm_type": 1.0}, ["ids"]),
    ("LSTM", (3, 4), {"proj_size": 2}, [(5, 2, 3)]),
    ("LSTM", (3, 5), {"proj_size": 3, "num_layers": 2, "bidirectional": True, "batch_first": True}, [(2, 5, 3)]),
    ("LSTM", (3, 4), {"proj_size": 2, "bias": False}, [(5, 3)]),
    ("ReLU", (), {}, [(2, 3)]),
    ("ReLU6", (), {}, [(2, 3)]),
    ("SELU", (), {}, [(2, 3)]),
    ("SiLU", (), {}, [(2, 3)]),
    ("Mish", (), {}, [(2, 3)]),
    ("Sigmoid", (), {}, [(2, 3)]),
    ("LogSigmoid", (), {}, [(2, 3)]),
    ("Hardsigmoid", (), {}, [(2, 3)]),
    ("Hardswish", (), {}, [(2, 3)]),
    ("Tanh", (), {}, [(2, 3)]),
    ("Tanhshrink", (), {}, [(2, 3)]),
    ("Softsign", (), {}, [(2, 3)]),
    ("LeakyReLU", (0.2,), {}, [(2, 3)]),
    ("ELU", (), {"alpha": 1.5}, [(2, 3)]),
    ("CELU", (), {}, [(2, 3)]),
    ("RReLU", (0.2, 0.2), {}, [(2, 3)]),
    ("Hardshrink", (), {}, [(2, 3)]),
    ("Softshrink", (), {"lambd": 0.1}, [(2, 3)]),
    ("Hardtanh", (-0.5, 0.7), {}, [(2, 3)]),
    ("Softplus", (), {"beta": 2}, [(2, 3)]),
    ("Threshold", (0.1, 20), {}, [(2, 3)]),
    ("GELU", (), {}, [(2, 3)]),
    ("GELU", (), {"approximate": "tanh"}, [(2, 3)]),
    ("GLU", (), {"dim": 1}, [(2, 4, 3)]),
    ("Softmax", (1,), {}, [(2, 3)]),
    ("LogSoftmax", (), {"dim": -1}, [(2, 3)]),
    ("Softmin", (0,), {}, [(2, 3)]),
    ("Softmax2d", (), {}, [(2, 3, 4, 4)]),
    ("PReLU", (3,), {"init": 0.1}, [(2, 3, 4)]),
    ("ZeroPad1d", (2,), {}, [(2, 3, 7)]),
    ("ZeroPad2d", ((1, 0, 2, 1),), {}, [(2, 3, 7, 8)]),
    ("ZeroPad3d", (1,), {}, [(1, 2, 3, 3, 3)]),
    ("ConstantPad1d", (2, 3.5), {}, [(2, 3, 7)]),
    ("ConstantPad2d", (1, -1.0), {}, [(2, 3, 7, 8)]),
    ("ConstantPad3d", (1, 2.0), {}, [(1, 2, 3, 3, 3)]),
    ("ReflectionPad1d", (2,), {}, [(2, 3, 7)]),
    ("ReflectionPad2d", (2,), {}, [(2, 3, 7, 8)]),
    ("ReflectionPad3d", (1,), {}, [(1, 2, 3, 3, 3)]),
    ("ReplicationPad1d", ((1, 2),), {}, [(2, 3, 7)]),
    ("ReplicationPad2d", (2,), {}, [(2, 3, 7, 8)]),
    ("ReplicationPad3d", (1,), {}, [(1, 2, 3, 3, 3)]),
    ("CircularPad1d", (2,), {}, [(2, 3, 7)]),
    ("CircularPad2d", (2,), {}, [(2, 3, 7, 8)]),
    ("CircularPad3d", (1,), {}, [(1, 2, 3, 3, 3)]),
    ("Flatten", (), {}, [(2, 3, 4)]),
    ("Unflatten", (1, (3, -1)), {}, [(2, 6)]),
    ("PixelShuffle", (2,), {}, [(2, 8, 3, 2)]),
    ("PixelUnshuffle", (2,), {}, [(2, 3, 4, 6)]),
    ("ChannelShuffle", (2,), {}, [(2, 6, 3)]),
    ("Unfold", (2,), {"padding": 1}, [(2, 3, 4, 5)]),
    ("Fold", ((4, 5), 2), {}, [(2, 12, 12)]),
    ("Upsample", (), {"scale_factor": 2}, [(2, 3, 4, 5)]),
    ("Upsample", ((7, 9),), {"mode": "bilinear", "align_corners": True}, [(2, 3, 4, 5)]),
    ("UpsamplingNearest2d", (), {"scale_factor": 2}, [(2, 3, 4, 5)]),
    ("UpsamplingBilinear2d", (8,), {}, [(2, 3, 4, 5)]),
    ("PairwiseDistance", (), {"p": 3.0}, [(4, 5), (4, 5)]),
    ("CosineSimilarity", (), {"dim": 0}, [(4, 5), (4, 5)]),
    ("Dropout", (0.0,), {}, [(2, 3)]),
    ("Dropout2d", (0.0,), {}, [(2, 3, 4, 4)]),
    ("AlphaDropout", (0.0,), {}, [(2, 3)]),
]


def inputs_of(shapes):
    if shapes == ["ids"]:
        return [np.array([[0, 2, 6], [6, 1, 2]])]
    return arrays(*shapes, seed=3)


def both(name, args, options):
    return getattr(limpid.nn, name)(*args, **options), getattr(torch.nn, name)(*args, **options)


@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
@pytest.mark.parametrize("name, args, options, shapes", LAYERS, ids=str)
def test_same_numbers(name, args, options, shapes, training):
    compare(*both(name, args, options), inputs_of(shapes), training)


@pytest.mark.parametrize("name, args, options, shapes", LAYERS, ids=str)
def test_prints_like_pytorch(name, args, options, shapes):
    ours, theirs = both(name, args, options)
    assert repr(ours) == repr(theirs)


@pytest.mark.parametrize("name, args, options, shapes", LAYERS, ids=str)
def test_state_dict_has_the_same_keys(name, args, options, shapes):
    ours, theirs = both(name, args, options)
    assert list(ours.state_dict()) == list(theirs.state_dict())


@pytest.mark.parametrize("make_copy", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))],
                         ids=["deepcopy", "pickle"])
@pytest.mark.parametrize("name, args, options, shapes", LAYERS, ids=str)
def test_copies_compute_the_same_and_share_nothing(name, args, options, shapes, make_copy):
    layer = getattr(limpid.nn, name)(*args, **options).eval()
    other = make_copy(layer)
    inputs = [limpid.tensor(value) for value in inputs_of(shapes)]
    before = [tensor.detach().numpy().copy() for tensor in flat(layer(*inputs))]
    with limpid.no_grad():
        for p in layer.parameters():
            p.fill_(7)
    for tensor, wanted in zip(flat(other(*inputs)), before):
        np.testing.assert_array_equal(tensor.detach().numpy(), wanted)
    assert other.training is False and repr(other) == repr(layer)


# ---- attributes


@pytest.mark.parametrize("name, args, options, attributes", [
    ("Linear", (5, 3), {}, "in_features out_features"),
    ("Conv2d", (4, 8, 3), {"groups": 2},
     "in_channels out_channels kernel_size stride padding dilation groups "
     "padding_mode output_padding transposed"),
    ("Conv1d", (4, 8, 3), {"padding": "same"}, "kernel_size stride padding dilation"),
    ("BatchNorm2d", (3,), {}, "num_features eps momentum affine track_running_stats"),
    ("LayerNorm", (6,), {}, "normalized_shape eps elementwise_affine"),
    ("Dropout", (0.3,), {}, "p inplace"),
    ("LSTM", (3, 4), {}, "input_size hidden_size num_layers bias batch_first dropout bidirectional mode"),
    ("Embedding", (7, 4), {"padding_idx": -1}, "num_embeddings embedding_dim padding_idx"),
    ("MultiheadAttention", (8, 2), {}, "embed_dim kdim vdim num_heads dropout batch_first head_dim"),
    ("MaxPool2d", (2,), {}, "kernel_size stride padding dilation return_indices ceil_mode"),
    ("Upsample", (), {"scale_factor": 2}, "size scale_factor mode align_corners"),
])
def test_attributes(name, args, options, attributes):
    ours, theirs = both(name, args, options)
    for attribute in attributes.split():
        assert getattr(ours, attribute) == getattr(theirs, attribute), attribute


def test_options_count_when_they_are_changed():
    conv, other = limpid.nn.Conv2d(2, 2, 3), torch.nn.Conv2d(2, 2, 3)
    conv.padding = other.padding = (1, 1)
    conv.stride = other.stride = (2, 2)
    compare(conv, other, arrays((1, 2, 6, 6)))
    dropout = limpid.nn.Dropout(0.9)
    dropout.p = 0.0
    x = limpid.ones(100)
    assert (dropout(x) == x).all()
    norm, other = limpid.nn.BatchNorm1d(3), torch.nn.BatchNorm1d(3)
    norm.momentum = other.momentum = 0.5
    compare(norm, other, arrays((4, 3)))


def test_weights_can_be_replaced_and_tied():
    table, head = limpid.nn.Embedding(7, 4), limpid.nn.Linear(4, 7, bias=False)
    head.weight = table.weight
    assert head.weight is table.weight
    model = limpid.nn.ModuleList([table, head])
    assert [name for name, _ in model.named_parameters()] == ["0.weight"]
    assert list(model.state_dict()) == ["0.weight", "1.weight"]
    with limpid.no_grad():
        table.weight.fill_(1)
    assert head(limpid.ones(1, 4)).tolist() == [[4.0] * 7]
    head(table(limpid.tensor([3]))).sum().backward()
    assert table.weight.grad[0, 0].item() == 1  # through head alone
    assert table.weight.grad[3, 0].item() == 8
    head.weight = limpid.nn.Parameter(limpid.zeros(7, 4))
    assert head(limpid.ones(1, 4)).sum().item() == 0


def test_weights_can_be_computed():
    """Weights made of others before each call, as re-parametrisations do."""
    for library in (limpid, torch):
        layer = library.nn.Conv1d(1, 1, 2, bias=False)
        layer.scale = library.nn.Parameter(library.ones(1) * 3)
        del layer.weight
        layer.weight = layer.scale * library.ones(1, 1, 2)
        x = library.ones(1, 1, 4)
        assert layer(x).tolist() == [[[6.0] * 3]]
        layer.padding = (1,)
        out = layer(x)
        assert out.tolist() == [[[3.0, 6.0, 6.0, 6.0, 3.0]]]
        out.sum().backward()
        assert layer.scale.grad.tolist() == [8.0]
        assert [name for name, _ in layer.named_parameters()] == ["scale"]


def test_attention_projection_is_a_child():
    attention = limpid.nn.MultiheadAttention(4, 1)
    assert [name for name, _ in attention.named_parameters()] == [
        name for name, _ in torch.nn.MultiheadAttention(4, 1).named_parameters()]
    attention.out_proj.weight = limpid.nn.Parameter(limpid.zeros(4, 4))
    x = limpid.randn(3, 1, 4)
    assert attention(x, x, x)[0].abs().sum().item() == 0
    attention.out_proj = limpid.nn.Linear(4, 4)
    with limpid.no_grad():
        attention.out_proj.bias.fill_(2)
        attention.out_proj.weight.fill_(0)
    assert attention(x, x, x)[0].tolist() == [[[2.0] * 4]] * 3


@pytest.mark.parametrize("need_weights", [True, False])
def test_attention_masks(need_weights):
    ours, theirs = both("MultiheadAttention", (8, 2), {})
    x, = arrays((4, 3, 8))
    padding = np.zeros((3, 4), bool)
    padding[1, 2:] = True
    causal = np.triu(np.ones((4, 4), bool), 1)
    for make in ({}, {"padding"}, {"causal"}, {"padding", "causal"}):
        def call(module, x, library=None):
            library = limpid if isinstance(module, limpid.nn.Module) else torch
            return module(x, x, x, need_weights=need_weights,
                          key_padding_mask=library.tensor(padding) if "padding" in make else None,
                          attn_mask=library.tensor(causal) if "causal" in make else None)
        compare(ours, theirs, [x], call=call)
        ours.zero_grad()
        theirs.zero_grad()


def test_recurrent_states():
    for name in ("RNN", "GRU"):
        compare(*both(name, (3, 4), {}), arrays((5, 2, 3), (1, 2, 4)))
    compare(*both("LSTM", (3, 4), {}), arrays((5, 2, 3), (1, 2, 4), (1, 2, 4)),
            call=lambda module, x, h, c: module(x, (h, c)))
    compare(*both("LSTMCell", (3, 4), {}), arrays((2, 3), (2, 4), (2, 4)),
            call=lambda module, x, h, c: module(x, (h, c)))


@pytest.mark.parametrize("sort", [True, False])
@pytest.mark.parametrize("name, options", [
    ("LSTM", {"num_layers": 2, "bidirectional": True}), ("GRU", {"batch_first": True}), ("RNN", {})])
def test_packed_sequences(name, options, sort):
    lengths = [4, 4, 2, 1] if sort else [2, 4, 1, 4]

    def call(module, x):
        rnn = (limpid if isinstance(module, limpid.nn.Module) else torch).nn.utils.rnn
        packed = rnn.pack_padded_sequence(x, lengths, module.batch_first, enforce_sorted=sort)
        output, last = module(packed)
        return [*rnn.pad_packed_sequence(output, module.batch_first, padding_value=-1.0)[:1], last,
                packed.data]

    compare(*both(name, (3, 5), options), arrays((4, 5, 3) if options.get("batch_first") else (5, 4, 3)),
            call=call)


def test_packing():
    rows = [limpid.ones(2, 1), limpid.ones(3, 1) * 2]
    packed = limpid.nn.utils.rnn.pack_sequence(rows, enforce_sorted=False)
    assert packed.data.flatten().tolist() == [2, 1, 2, 1, 2] and packed.batch_sizes.tolist() == [2, 2, 1]
    padded, lengths = limpid.nn.utils.rnn.pad_packed_sequence(packed, batch_first=True, total_length=4)
    assert padded[0].flatten().tolist() == [1, 1, 0, 0] and lengths.tolist() == [2, 3]
    assert all(limpid.equal(a, b) for a, b in zip(limpid.nn.utils.rnn.unpack_sequence(packed), rows, strict=True))
    with pytest.raises(ValueError, match="decreasing"):
        limpid.nn.utils.rnn.pack_sequence(rows)


def test_transposed_convolution_to_a_size():
    for size in ([11, 9], (12, 10)):
        compare(*both("ConvTranspose2d", (3, 2, 3), {"stride": 2}), arrays((2, 3, 5, 4)),
                call=lambda module, x: module(x, output_size=size))


def test_projected_lstm_takes_states():
    ours, theirs = limpid.nn.LSTM(3, 5, proj_size=2), torch.nn.LSTM(3, 5, proj_size=2)
    x, h, c = arrays((4, 2, 3), (1, 2, 2), (1, 2, 5))
    compare(ours, theirs, [x, h, c], call=lambda m, x, h, c: m(x, (h, c)))
    assert [tuple(p.shape) for p in ours.all_weights[0]] == [tuple(p.shape) for p in theirs.all_weights[0]]
    with pytest.raises(limpid.ShapeError, match=r"h0 must be \(1, 2, 2\)"):
        ours(limpid.ones(4, 2, 3), (limpid.ones(1, 2, 5), limpid.ones(1, 2, 5)))
    with pytest.raises(ValueError, match="proj_size must be from 0 to hidden_size - 1, got 5"):
        limpid.nn.LSTM(3, 5, proj_size=5)


def test_norms_of_looked_up_rows_shrink_in_place():
    ours, theirs = limpid.nn.Embedding(6, 3, max_norm=0.5), torch.nn.Embedding(6, 3, max_norm=0.5)
    compare(ours, theirs, [np.array([[1, 4], [1, 2]])])
    close(ours.weight, theirs.weight)  # rows 1, 2 and 4 alone


def test_max_unpool():
    x, = arrays((2, 3, 7, 8))
    ours = limpid.nn.MaxUnpool2d(2)(*limpid.nn.MaxPool2d(2, return_indices=True)(limpid.tensor(x)),
                                    output_size=(7, 8))
    theirs = torch.nn.MaxUnpool2d(2)(*torch.nn.MaxPool2d(2, return_indices=True)(torch.tensor(x)),
                                     output_size=(7, 8))
    close(ours, theirs)


@pytest.mark.parametrize("name", ["ReLU", "SiLU", "ELU", "Hardtanh", "LeakyReLU", "Mish", "Hardswish"])
def test_in_place_activations(name):
    x, = arrays((3, 4))
    results = []
    for library in (limpid, torch):
        leaf = library.tensor(x).requires_grad_()
        hidden = leaf * 2
        out = getattr(library.nn, name)(inplace=True)(hidden)
        assert out is hidden
        (hidden * hidden).sum().backward()
        results += [(hidden, leaf.grad)]
    (ours, our_grad), (theirs, their_grad) = results
    close(ours, theirs)
    close(our_grad, their_grad)


def test_pretrained_embedding():
    rows, = arrays((5, 3))
    table = limpid.nn.Embedding.from_pretrained(limpid.tensor(rows), padding_idx=1)
    assert not table.weight.requires_grad and table.padding_idx == 1
    close(table(limpid.tensor([4, 0])), torch.tensor(rows)[[4, 0]])
    assert limpid.nn.Embedding.from_pretrained(limpid.tensor(rows), freeze=False).weight.requires_grad


def test_wrong_arguments():
    with pytest.raises(TypeError, match="Linear: the input must be a limpid.Tensor, not ndarray"):
        limpid.nn.Linear(3, 2)(np.ones((1, 3)))
    for states, given in [(limpid.ones(2, 4), "Tensor"), ((limpid.ones(1, 4),), r"\(Tensor\)"),
                          ((limpid.ones(1, 4), "c"), r"\(Tensor, str\)")]:
        for layer in (limpid.nn.LSTM(3, 4), limpid.nn.LSTMCell(3, 4)):
            with pytest.raises(TypeError, match=rf"a pair of tensors \(h_0, c_0\), not {given}"):
                layer(limpid.ones(2, 3), states)
    with pytest.raises(TypeError, match="CrossEntropyLoss: target must be a limpid.Tensor, not list"):
        limpid.nn.CrossEntropyLoss()(limpid.ones(2, 3), [0, 1])
    with pytest.raises(TypeError, match="GRUCell: hx must be a limpid.Tensor, not tuple"):
        limpid.nn.GRUCell(3, 4)(limpid.ones(2, 3), (limpid.ones(2, 4),))
    with pytest.raises(ValueError, match=r"2 axes takes as many sizes, or one for all, got \(1, 2, 3\)"):
        limpid.nn.Conv2d(3, 4, (1, 2, 3))
    with pytest.raises(ValueError, match="in_features must be at least 0, got -3"):
        limpid.nn.Linear(-3, 2)
    with pytest.raises(ValueError, match="p is a probability"):
        limpid.nn.Dropout(1.5)
    with pytest.raises(limpid.IndexError, match=r"id 5 at position \(0,\).*layer 0\]"):
        limpid.nn.Sequential(limpid.nn.Embedding(3, 2))(limpid.tensor([5]))


def test_bags_with_offsets_and_weights():
    compare(*both("EmbeddingBag", (7, 4), {"mode": "sum"}), [np.array([0, 2, 6, 1]), np.array([0, 3]),
                                                             *arrays((4,))],
            call=lambda module, ids, offsets, weights: module(ids, offsets, weights))

"""Every op and composite of limpid/ops/all_ops has a Python function or method."""

import limpid
import limpid.linalg
import limpid.nn.functional as F

# Ops that Python reaches under another name, with the reason.
ELSEWHERE = {
    "copy": "Tensor.copy_ and Tensor.to",
    "slice": "x[1:3], x.narrow",
    "unfold_view": "Tensor.unfold",
    "index": "x[tensor]",
    "slice_backward": "the gradient of slice",
    "pad_backward": "the gradient of pad",
    "interpolate_backward": "the gradient of interpolate",
    "conv2d_input_gradient": "the gradient of conv2d, and conv_transpose2d",
    "conv2d_weight_gradient": "the gradient of conv2d",
    "cross_entropy_of_probabilities": "cross_entropy, with a floating target",
    "rnn_layer": "limpid.nn.RNN",
    "lstm_layer": "limpid.nn.LSTM",
    "gru_layer": "limpid.nn.GRU",
    "attention": "scaled_dot_product_attention",
}


def test_every_op_is_in_python():
    places = (limpid, limpid.Tensor, F, limpid.linalg)
    missing = [name for name in limpid._C._op_names() if not any(hasattr(place, name) for place in places)]
    assert sorted(missing) == sorted(ELSEWHERE)


def test_docstrings_say_what_an_op_computes():
    for name in limpid._C._op_names():
        for place in (limpid, F):
            function = getattr(place, name, None)
            if callable(function):
                assert len(function.__doc__ or "") > 20, name

"""What the tests of distributions share."""

import numpy as np

LOGITS = [[0.5, -1.0, 2.0], [0.0, 0.0, -3.0]]
PROBS = [[0.2, 0.3, 0.5], [0.0, 4.0, 4.0]]


def close(ours, theirs, text=""):
    assert tuple(ours.shape) == tuple(theirs.shape), text
    np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), rtol=1e-5, atol=1e-6, err_msg=text)

"""grid_sample of images beside PyTorch's: more places than one chunk, inside, on the edges and far outside."""

import numpy as np
import pytest

import limpid
import limpid.nn.functional

torch = pytest.importorskip("torch")


def both(make, padding, align, dtype, weights):
    results = []
    for library in (limpid, torch):
        x, grid = make(library, getattr(library, dtype))
        x.requires_grad_(), grid.requires_grad_()
        y = library.nn.functional.grid_sample(x, grid, "bilinear", padding, align)
        w = library.tensor(weights[:y.numel()].reshape(tuple(y.shape)), dtype=y.dtype)
        (y * w).sum().backward()
        results.append([t.detach().numpy() for t in (y, x.grad, grid.grad)])
    return results


def compare(results, tolerance):
    for ours, theirs in zip(*results):
        np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance * max(1.0, np.abs(theirs[np.isfinite(theirs)]).max()))


@pytest.mark.parametrize("dtype, tolerance", [("float32", 1e-4), ("float64", 1e-10)])
@pytest.mark.parametrize("align", [False, True])
@pytest.mark.parametrize("padding", ["zeros", "border", "reflection"])
@pytest.mark.parametrize("reach", [0.9, 1.0, 1.5, 40.0])
def test_places(padding, align, dtype, tolerance, reach):
    random = np.random.default_rng(0)
    image, places = random.standard_normal((2, 3, 7, 9)), random.uniform(-reach, reach, (2, 23, 29, 2))
    weights = random.standard_normal(4100)
    compare(both(lambda t, d: (t.tensor(image, dtype=d), t.tensor(places, dtype=d)), padding, align, dtype, weights), tolerance)


@pytest.mark.parametrize("padding", ["zeros", "border"])
def test_edges_and_what_is_no_place(padding):
    """Exactly on elements and ends, and numbers so large that no integer holds them."""
    ends = np.array([-1, 1, -1.25, 1.25, -0.75, 0.75, 0, -1.5, 1.5, -2, 2, 1e10, -1e10, 1e30, -1e30])
    places = np.stack(np.meshgrid(ends, ends), -1)[None]
    image, weights = np.random.default_rng(0).standard_normal((1, 2, 4, 4)), np.ones(450)
    compare(both(lambda t, d: (t.tensor(image, dtype=d), t.tensor(places, dtype=d)), padding, False, "float32", weights), 1e-5)
    for wrong in (np.nan, np.inf, -np.inf):
        there = places.copy()
        there[0, 0, 0] = wrong
        y = limpid.nn.functional.grid_sample(limpid.tensor(image), limpid.tensor(there), padding_mode=padding, align_corners=False)
        assert bool(y[0, :, 0, 0].isnan().all()) == (padding == "zeros") and not bool(y[0, :, 1:].isnan().any())


def test_other_layouts():
    random = np.random.default_rng(0)
    image, places = random.standard_normal((2, 6, 5, 8)), random.uniform(-1.2, 1.2, (2, 2, 20, 20))
    weights = random.standard_normal(2 * 8 * 400)

    def make(t, d):  # the image channels-last, the grid with x and y apart
        x, grid = t.tensor(image, dtype=d), t.tensor(places, dtype=d)
        return x.permute(0, 3, 1, 2).detach(), grid.permute(0, 2, 3, 1).detach()

    compare(both(make, "zeros", False, "float32", weights), 1e-4)
    one = limpid.ones(1, 1, 3, 3, requires_grad=True)
    limpid.nn.functional.grid_sample(one, limpid.zeros(1, 1, 1, 2), align_corners=False).sum().backward()  # an expanded gradient
    assert one.grad[0, 0].tolist() == [[0, 0, 0], [0, 1, 0], [0, 0, 0]]

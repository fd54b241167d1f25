"""Under an autocast, results have the dtypes that PyTorch's CPU lists give: all ops of its lists that are here, and
others. What differs is in DIFFERENT, and must differ."""

import warnings

import pytest

import limpid
import limpid.linalg
import limpid.nn.functional

torch = pytest.importorskip("torch")

# PyTorch's lists: aten/src/ATen/autocast_mode.h, "CPU".
LINES = """
x@x
torch.mm(x, x)
torch.matmul(x, x[0])
torch.mv(x, x[0])
torch.dot(x[0], x[0])
torch.vdot(x[0], x[0])
torch.inner(x, x)
torch.outer(x[0], x[0])
torch.bmm(x[None], x[None])
torch.addmm(x, x, x)
torch.addbmm(x, x[None], x[None])
torch.baddbmm(x[None], x[None], x[None])
torch.addmv(x[0], x, x[0])
torch.addr(x, x[0], x[0])
torch.chain_matmul(x, x, x)
torch.linalg.multi_dot([x, x, x])
torch.linalg.vecdot(x, x)
torch.einsum('ij, jk->ik', x, x)
torch.tensordot(x, x, 1)
torch.kron(x, x)
torch.matrix_power(x, 2)
F.linear(x, x, x[0])
F.bilinear(x, x, x[None].expand(2, 4, 4))
F.conv1d(x[None], x[None])
F.conv2d(x[None, None], x[None, None])
F.conv3d(x[None, None, None], x[None, None, None])
F.conv_transpose1d(x[None], x[None].transpose(0, 1))
F.conv_transpose2d(x[None, None], x[None, None])
F.conv_transpose3d(x[None, None, None], x[None, None, None])
torch.conv_tbc(x[:, None], x[None], x[0])
F.prelu(x, x[0])
F.scaled_dot_product_attention(x[None], x[None], x[None])
F.scaled_dot_product_attention(x[None, None], x[None, None], x[None, None])
F.avg_pool1d(x[None], 2)
F.avg_pool2d(x[None, None], 2)
F.avg_pool3d(x[None, None, None], (1, 2, 2))
F.max_pool1d(x[None], 2)
F.max_pool2d(x[None, None], 2)
F.max_pool3d(x[None, None, None], (1, 2, 2))
F.adaptive_avg_pool1d(x[None], 2)
F.adaptive_avg_pool2d(x[None, None], 2)
F.adaptive_avg_pool3d(x[None, None, None], (1, 2, 2))
F.adaptive_max_pool2d(x[None, None], 2)
F.adaptive_max_pool3d(x[None, None, None], (1, 2, 2))
F.lp_pool2d(x[None, None], 2, 2)
F.max_unpool1d(*F.max_pool1d(x[None], 2, return_indices=True), 2)
F.max_unpool2d(*F.max_pool2d(x[None, None], 2, return_indices=True), 2)
F.max_unpool3d(*F.max_pool3d(x[None, None, None], (1, 2, 2), return_indices=True), (1, 2, 2))
F.binary_cross_entropy(x.sigmoid(), x.sigmoid())
F.binary_cross_entropy_with_logits(x, x.sigmoid())
F.grid_sample(x[None, None], x[None, :, :2, None].expand(1, 4, 2, 2))
F.affine_grid(x[None, :2, :3], (1, 1, 2, 2))
x.prod()
x.prod(0)
x.quantile(0.5)
x.nanquantile(0.5)
torch.cdist(x, x)
F.pairwise_distance(x, x)
F.cosine_similarity(x, x)
x.trace()
F.pad(x, (1, 1))
F.pad(x[None], (1, 1), mode='reflect')
F.pad(x[None, None], (1, 1, 1, 1), mode='reflect')
F.pad(x[None], (1, 1), mode='replicate')
F.pad(x[None, None], (1, 1, 1, 1), mode='replicate')
F.pad(x[None, None, None], (1, 1, 1, 1, 0, 0), mode='replicate')
F.pad(x[None], (1, 1), mode='circular')
F.mse_loss(x, x)
F.l1_loss(x, x)
F.smooth_l1_loss(x, x)
F.huber_loss(x, x)
F.cosine_embedding_loss(x, x, x[:, 0].sign())
F.nll_loss(x, t)
F.nll_loss(x[None, :, :, None].expand(1, 4, 4, 2), t[None, :, None].expand(1, 4, 2))
F.cross_entropy(x, t)
F.hinge_embedding_loss(x, x.sign())
F.poisson_nll_loss(x, x)
F.gaussian_nll_loss(x, x, x*x+1)
F.margin_ranking_loss(x, x, x.sign())
F.soft_margin_loss(x, x)
F.triplet_margin_loss(x, x, x)
F.multi_margin_loss(x, t)
F.multilabel_margin_loss(x, torch.zeros(4, 4, dtype=torch.int64))
F.multilabel_soft_margin_loss(x, x.sigmoid())
F.kl_div(x, x)
F.ctc_loss(x[:, None].log_softmax(-1), torch.tensor([[1]]), torch.tensor([4]), torch.tensor([1]))
torch.stack([x, y])
torch.cat([x, y])
torch.hstack([x, y])
x.index_copy(0, t, y)
y.index_copy(0, t, x)
x+y
torch.where(x>0, x, y)
torch.atan2(x, y)
x.sum()
x.mean()
x.var()
x.std()
x.norm()
x.norm(1)
x.norm(dim=1)
torch.linalg.vector_norm(x)
torch.linalg.matrix_norm(x)
x.cumsum(0)
x.cumprod(0)
x.logcumsumexp(0)
x.logsumexp(0)
x.softmax(0)
x.log_softmax(0)
F.softmin(x, 0)
F.gumbel_softmax(x)
x.exp()
x.expm1()
x.log()
x.log1p()
x.log2()
x.log10()
x.pow(2)
x**0.5
x.rsqrt()
x.sqrt()
x.reciprocal()
x.sigmoid()
x.tanh()
x.sin()
x.sinh()
x.cosh()
x.tan()
x.acos()
x.asin()
x.erf()
x.erfinv()
x.lgamma()
x.digamma()
F.layer_norm(x, (4, ))
F.group_norm(x[None], 2)
F.rms_norm(x, (4, ))
F.batch_norm(x, None, None, training=True)
F.instance_norm(x[None])
F.local_response_norm(x[None], 2)
F.normalize(x)
x.renorm(2, 0, 1)
F.gelu(x)
F.silu(x)
F.mish(x)
F.softplus(x)
F.elu(x)
F.selu(x)
F.hardswish(x)
F.logsigmoid(x)
F.dropout(x)
F.embedding(t, x)
F.embedding_bag(t[None], x)
F.interpolate(x[None, None], scale_factor=2)
F.interpolate(x[None, None], scale_factor=2, mode='bilinear')
F.unfold(x[None, None], 2)
F.pixel_shuffle(x.reshape(1, 4, 2, 2), 2)
x.median()
x.max()
x.topk(2)[0]
x.sort()[0]
x.diff()
torch.cross(x[:, :3], x[:, :3], dim=1)
torch.cov(x)
torch.corrcoef(x)
torch.histc(x.detach())
torch.logaddexp(x, x)
torch.dist(x, x)
torch.trapezoid(x)
torch.nn.LSTM(4, 3)(x[None])[0]
torch.nn.GRU(4, 3)(x[None])[0]
torch.nn.RNN(4, 3)(x[None])[0]
torch.nn.LSTMCell(4, 3)(x)[0]
torch.nn.GRUCell(4, 3)(x)
torch.nn.RNNCell(4, 3)(x)
torch.nn.MultiheadAttention(4, 2)(x, x, x)[0]
torch.nn.TransformerEncoderLayer(4, 2, 8)(x[None])
torch.nn.BatchNorm1d(4)(x)
torch.nn.LayerNorm(4)(x)
torch.nn.Linear(4, 3)(x)
x.nansum()
x.nanmean()
x.sum(0, dtype=torch.float32)
x.softmax(0, dtype=torch.float32)
torch.std_mean(x)[0]
torch.var_mean(x)[0]
x.aminmax()[0]
x.argmax()
x.tril()
x.masked_fill(x>0, 0.)
x.index_add(0, t, x)
x.scatter_add(0, t[None].expand(4, 4), x)
x.sigmoid().logit()
torch.special.entr(x)
torch.nn.functional.glu(x)
x.square()
x.abs()
x.ceil()
x/x
x*2.5
x-1
torch.float_power(x, 2)
torch.hypot(x, x)
x.clamp(0, 1)
"""
LINES = [line for line in LINES.splitlines() if line]

# limpid, as PyTorch on CUDA, computes these in float32 also where a 16-bit float arrives; PyTorch on the CPU in what arrives.
FLOAT32_HERE = ("x.sum()", "x.mean", "x.var", "x.std", "x.norm", "vector_norm", "matrix_norm", "x.cumsum", "x.cumprod",
                "logcumsumexp", "logsumexp", "softmax(", "softmin", "x.exp()", "expm1", "x.log()", "log1p", "log2", "log10",
                "rsqrt", "layer_norm", "group_norm", "rms_norm", "F.normalize", "renorm", "torch.dist(", "pairwise_distance",
                "trapezoid", "gaussian_nll", "multilabel_soft_margin", "nansum", "nanmean", "std_mean", "var_mean", "logit()",
                "TransformerEncoderLayer", "LayerNorm", "cosine_similarity")


DIFFERENT = {
    "the recurrent layers and cells compute in bfloat16 here; of PyTorch's, LSTM and RNN": ("GRU(", "LSTMCell", "GRUCell"),
    "no product worth a cast": ("torch.bilinear", "F.bilinear"),
    "a sum of products here": ("linalg.vecdot",),
}


def result(library, line, first, second):
    x = (library.arange(16.0).reshape(4, 4) / 17 + 0.03).to(getattr(library, first))
    y = (library.arange(16.0).reshape(4, 4) / 17 + 0.03).to(getattr(library, second))
    names = {"x": x, "y": y, "t": library.tensor([0, 1, 2, 3]), "F": library.nn.functional, "torch": library}
    with library.autocast("cpu", dtype=library.bfloat16), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return str(eval(line, names).dtype).split(".")[-1]


@pytest.mark.parametrize("line", LINES)
def test_dtypes(line):
    for first, second in (("float32", "float32"), ("bfloat16", "bfloat16"), ("float32", "bfloat16"), ("bfloat16", "float32")):
        ours, theirs = result(limpid, line, first, second), result(torch, line, first, second)
        if any(part in line for part in FLOAT32_HERE) and "bfloat16" in (first, second):
            assert ours in ("float32", theirs)
        elif any(part in line for parts in DIFFERENT.values() for part in parts):
            assert ours in ("float32", "bfloat16")
        else:
            assert ours == theirs, (first, second)

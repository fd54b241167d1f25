"""Wrong types given to classes written in Python: the message says which argument, what it must be and what came, at
the constructor and not at the first use."""

import pytest

import limpid
import limpid.utils.data as data
from limpid import nn, optim
from limpid.optim import lr_scheduler as schedules

w = limpid.ones(2, requires_grad=True)
samples = data.TensorDataset(limpid.ones(4, 2))


def sgd():
    return optim.SGD([w], lr=0.1)


PARAMS = "params argument given to the optimizer should be an iterable of Tensors, of (name, Tensor) or of dicts, but got "

MESSAGES = [
    # optimisers
    (lambda: optim.SGD("x", lr=0.1), f"SGD: {PARAMS}str"),
    (lambda: optim.SGD(None), f"SGD: {PARAMS}NoneType"),
    (lambda: optim.Adam(3), f"Adam: {PARAMS}int"),
    (lambda: optim.Muon(w), f"Muon: {PARAMS}Tensor"),
    (lambda: optim.Adam([w], lr="a"), "Adam: lr must be a number, not str"),
    (lambda: optim.SGD([w], lr=None), "SGD: lr must be a number, not NoneType"),
    (lambda: optim.Adam([w], betas=3), "Adam: betas must be a tuple of numbers, not int"),
    (lambda: optim.AdamW([w], betas=("a", "b")), "AdamW: betas must be a tuple of numbers, not tuple of str"),
    (lambda: optim.SGD([w], nesterov="a"), "SGD: nesterov must be a bool, not str"),
    (lambda: optim.LBFGS([w], max_iter="a"), "LBFGS: max_iter must be an int, not str"),
    (lambda: optim.Rprop([w], etas=0.5), "Rprop: etas must be a tuple of numbers, not float"),
    (lambda: sgd().add_param_group(3), "SGD.add_param_group: param_group must be a dict, not int"),
    (lambda: sgd().load_state_dict(3), "SGD.load_state_dict: state_dict must be a dict, not int"),
    # schedules
    (lambda: schedules.StepLR(None, 1), "StepLR: optimizer must be an Optimizer, not None"),
    (lambda: schedules.StepLR([w], 1), "StepLR: optimizer must be an Optimizer, not list"),
    (lambda: schedules.StepLR(sgd(), "a"), "StepLR: step_size must be a number, not str"),
    (lambda: schedules.StepLR(sgd(), 1, "a"), "StepLR: gamma must be a number, not str"),
    (lambda: schedules.MultiStepLR(sgd(), 3), "MultiStepLR: milestones must be a sequence of numbers, not int"),
    (lambda: schedules.MultiStepLR(sgd(), ["a"]), "milestones must be a sequence of numbers, not list of str"),
    (lambda: schedules.LambdaLR(sgd(), 3), "LambdaLR: lr_lambda must be something to call or a sequence of functions, not int"),
    (lambda: schedules.LambdaLR(None, len), "LambdaLR: optimizer must be an Optimizer, not None"),
    (lambda: schedules.ExponentialLR(sgd(), "a"), "ExponentialLR: gamma must be a number, not str"),
    (lambda: schedules.CosineAnnealingLR(sgd(), "a"), "CosineAnnealingLR: T_max must be a number, not str"),
    (lambda: schedules.ReduceLROnPlateau(sgd(), patience="a"), "ReduceLROnPlateau: patience must be a number, not str"),
    (lambda: schedules.OneCycleLR(sgd(), "a", 10), "OneCycleLR: max_lr must be a number, a Tensor or a sequence, not str"),
    (lambda: schedules.CyclicLR(sgd(), "a", 0.2), "CyclicLR: base_lr must be a number, a Tensor or a sequence, not str"),
    (lambda: schedules.SequentialLR(sgd(), 3, [1]), "SequentialLR: schedulers must be a sequence of LRSchedulers, not int"),
    # data
    (lambda: data.DataLoader(3), "DataLoader: dataset must have items (a method __getitem__ and a length, or __iter__), not int"),
    (lambda: data.DataLoader(samples, sampler=3), "DataLoader: sampler must be a sequence, a Tensor or None, not int"),
    (lambda: data.DataLoader(samples, collate_fn=3), "DataLoader: collate_fn must be something to call or None, not int"),
    (lambda: data.DataLoader(samples, num_workers="a"), "DataLoader: num_workers must be an int, not str"),
    (lambda: data.DataLoader(samples, generator=3), "DataLoader: generator must be a Generator or None, not int"),
    (lambda: data.RandomSampler(3), "RandomSampler: data_source must be something with a length, not int"),
    (lambda: data.SequentialSampler(3), "SequentialSampler: data_source must be something with a length, not int"),
    (lambda: data.BatchSampler(3, 2, False), "BatchSampler: sampler must be a sequence or a Tensor, not int"),
    (lambda: data.WeightedRandomSampler("a", 3), "WeightedRandomSampler: weights must be a sequence or a Tensor, not str"),
    (lambda: data.SubsetRandomSampler(3), "SubsetRandomSampler: indices must be a sequence or a Tensor, not int"),
    (lambda: data.TensorDataset(3), "TensorDataset: takes a Tensor, got int"),
    (lambda: data.Subset(samples, 3), "Subset: indices must be a sequence or a Tensor, not int"),
    (lambda: data.ConcatDataset(3), "ConcatDataset: datasets must be a sequence, not int"),
    (lambda: data.random_split(3, [1]), "random_split: dataset must be something with a length, not int"),
    (lambda: data.random_split(samples, 3), "random_split: lengths must be a sequence, not int"),
    # losses and layers
    (lambda: nn.CrossEntropyLoss(weight="a"), "CrossEntropyLoss: weight must be a Tensor or None, not str"),
    (lambda: nn.CrossEntropyLoss(ignore_index="a"), "CrossEntropyLoss: ignore_index must be an int, not str"),
    (lambda: nn.CrossEntropyLoss()(3, w), "CrossEntropyLoss: input must be a limpid.Tensor, not int"),
    (lambda: nn.CrossEntropyLoss()(w), "forward() missing 1 required positional argument: 'target'"),
    (lambda: nn.TripletMarginLoss()(w, [1], w), "TripletMarginLoss: positive must be a limpid.Tensor, not list"),
    (lambda: nn.MSELoss(reduction=3), "MSELoss: reduction must be a str, not int"),
    (lambda: nn.HuberLoss(delta="a"), "HuberLoss: delta must be a number, not str"),
    (lambda: nn.Linear("a", 3), "Linear: in_features must be an int, not str"),
    (lambda: nn.Conv2d(3, 4, "a"), "Conv2d: kernel_size must be an int or a sequence of ints, not str"),
    (lambda: nn.BatchNorm2d("a"), "BatchNorm2d: num_features must be an int, not str"),
    (lambda: nn.Dropout("a"), "Dropout: p must be a number, not str"),
    (lambda: nn.LSTM(3, [4]), "LSTM: hidden_size must be an int, not list of int"),
    (lambda: nn.ModuleList([3]), "ModuleList: modules must be a sequence of Modules or None, not list of int"),
    (lambda: nn.utils.clip_grad_norm_(3, 1.0), "clip_grad_norm_: parameters must be a Tensor or a sequence of Tensors, not int"),
    (lambda: nn.utils.clip_grad_norm_([w], "a"), "clip_grad_norm_: max_norm must be a number, not str"),
    (lambda: limpid.amp.GradScaler(init_scale="a"), "GradScaler: init_scale must be a number, not str"),
]


@pytest.mark.parametrize("call, text", MESSAGES, ids=[text for _, text in MESSAGES])
def test_messages(call, text):
    with pytest.raises(TypeError) as caught:
        call()
    assert text in str(caught.value)


def test_what_is_missing_in_dicts_is_named():
    with pytest.raises(KeyError, match="Adam: a parameter group needs an entry 'params', got"):
        optim.Adam([{"parms": [w]}])
    with pytest.raises(KeyError, match="SGD: the state dict has no entry 'param_groups', only"):
        sgd().load_state_dict({"state": {}})
    with pytest.raises(ValueError, match=r"Adam: betas must be 2 numbers, got \(0.9,\)"):
        optim.Adam([w], betas=(0.9,))


class Rows:
    """A dataset by its methods alone."""

    def __getitem__(self, index):
        return index

    def __len__(self):
        return 4


def test_what_has_the_right_methods_is_taken():
    rates = limpid.tensor(0.1)
    for made in (schedules.StepLR(sgd(), 30.0), schedules.MultiStepLR(sgd(), (1.5, 2)), schedules.MultiStepLR(sgd(), range(3)),
                 schedules.CosineAnnealingLR(sgd(), 10.0), schedules.LambdaLR(sgd(), [lambda epoch: 1.0]),
                 schedules.ReduceLROnPlateau(sgd(), min_lr=[1e-3]), optim.SGD([w], lr=rates), optim.Adam([w], betas=[0.9, 0.99]),
                 optim.SGD(iter([w])), optim.SGD({"a": w}.values()),
                 data.Subset([1, 2, 3], limpid.tensor([0])), data.Subset(Rows(), range(2)),
                 data.SubsetRandomSampler(limpid.tensor([0, 1])), data.BatchSampler(iter([1, 2]), 2, False),
                 data.WeightedRandomSampler(limpid.ones(3), 2), data.DataLoader("abc"), data.DataLoader({0: 1}),
                 data.DataLoader(samples, shuffle=1, pin_memory=None, drop_last=False)):
        assert made is not None
    assert len(list(data.DataLoader(Rows(), batch_size=2, sampler=limpid.tensor([3, 1])))) == 1


def test_errors_from_within_stay():
    class Broken:
        def __len__(self):
            raise TypeError("no length today")

        def __getitem__(self, index):
            return index

    with pytest.raises(TypeError, match="no length today"):
        data.random_split(Broken(), [1])
    with pytest.raises(TypeError, match="a schedule of the user's"):
        def fails(epoch):
            raise TypeError("a schedule of the user's")
        schedules.LambdaLR(sgd(), fails)

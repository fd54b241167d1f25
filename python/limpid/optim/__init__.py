"""Optimisers and schedules of their rates."""

from limpid._checked import check_classes
from limpid.optim import lr_scheduler, swa_utils
from limpid.optim.adafactor import Adafactor
from limpid.optim.adadelta import Adadelta
from limpid.optim.adagrad import Adagrad
from limpid.optim.adam import Adam
from limpid.optim.adamax import Adamax
from limpid.optim.adamw import AdamW
from limpid.optim.asgd import ASGD
from limpid.optim.lbfgs import LBFGS
from limpid.optim.muon import Muon
from limpid.optim.nadam import NAdam
from limpid.optim.optimizer import Optimizer
from limpid.optim.radam import RAdam
from limpid.optim.rmsprop import RMSprop
from limpid.optim.rprop import Rprop
from limpid.optim.sgd import SGD

__all__ = ["ASGD", "Adadelta", "Adafactor", "Adagrad", "Adam", "AdamW", "Adamax", "LBFGS", "Muon", "NAdam", "Optimizer",
           "RAdam", "RMSprop", "Rprop", "SGD", "lr_scheduler", "swa_utils"]

check_classes(globals(), __name__)

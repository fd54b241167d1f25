"""Learning rates that change from epoch to epoch.

Call step() once an epoch (some: once a batch), behind the optimiser's. A schedule begins with each group's
"initial_lr": the rate that the group had when the first schedule of its optimiser was made. Each step is
computed from the rate that the group has then, so that schedules can be chained and rates that a script has
changed are moved on by the same factor.
"""

from limpid._checked import check_classes
from limpid.optim.lr_scheduler.combined import ChainedScheduler, SequentialLR
from limpid.optim.lr_scheduler.cosines import CosineAnnealingLR, CosineAnnealingWarmRestarts
from limpid.optim.lr_scheduler.cycles import CyclicLR, OneCycleLR
from limpid.optim.lr_scheduler.factors import (ConstantLR, ExponentialLR, LinearLR, MultiStepLR, PolynomialLR,
                                               StepLR)
from limpid.optim.lr_scheduler.functions import LambdaLR, MultiplicativeLR
from limpid.optim.lr_scheduler.plateau import ReduceLROnPlateau
from limpid.optim.lr_scheduler.scheduler import LRScheduler

_LRScheduler = LRScheduler

__all__ = ["ChainedScheduler", "ConstantLR", "CosineAnnealingLR", "CosineAnnealingWarmRestarts", "CyclicLR",
           "ExponentialLR", "LRScheduler", "LambdaLR", "LinearLR", "MultiStepLR", "MultiplicativeLR", "OneCycleLR",
           "PolynomialLR", "ReduceLROnPlateau", "SequentialLR", "StepLR"]

check_classes(globals(), __name__, eager=True)

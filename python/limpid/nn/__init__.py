"""Layers, losses and models; see Module."""

from limpid.nn import functional as functional, init as init, parameter as parameter
from limpid.nn.modules import *  # noqa: F403
from limpid.nn.parameter import (Buffer as Buffer, Parameter as Parameter,
                                 UninitializedBuffer as UninitializedBuffer,
                                 UninitializedParameter as UninitializedParameter)
from limpid.nn import attention as attention, modules as modules, parallel as parallel, utils as utils
from limpid.nn.parallel import DataParallel as DataParallel

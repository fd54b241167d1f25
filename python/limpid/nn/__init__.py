"""Layers, losses and models; see Module."""

from limpid.nn import functional, init, parameter
from limpid.nn.modules import *  # noqa: F403
from limpid.nn.parameter import Buffer, Parameter
from limpid.nn import modules, utils

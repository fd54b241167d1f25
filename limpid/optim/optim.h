#pragma once
// All optimisers and schedules.

#include "limpid/optim/adadelta.h"
#include "limpid/optim/adagrad.h"
#include "limpid/optim/adam.h"
#include "limpid/optim/adamax.h"
#include "limpid/optim/lbfgs.h"
#include "limpid/optim/nadam.h"
#include "limpid/optim/radam.h"
#include "limpid/optim/rmsprop.h"
#include "limpid/optim/rprop.h"
#include "limpid/optim/schedules.h"
#include "limpid/optim/sgd.h"

#pragma once
// All schedules of the learning rate.

#include "limpid/optim/combined_lr.h"
#include "limpid/optim/cosine_annealing_lr.h"
#include "limpid/optim/cyclic_lr.h"
#include "limpid/optim/factor_lr.h"
#include "limpid/optim/lambda_lr.h"
#include "limpid/optim/one_cycle_lr.h"
#include "limpid/optim/reduce_lr_on_plateau.h"

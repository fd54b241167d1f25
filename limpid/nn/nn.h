#pragma once
// All layers.

#include "limpid/nn/activation.h"
#include "limpid/nn/batch_norm.h"
#include "limpid/nn/conv2d.h"
#include "limpid/nn/dropout.h"
#include "limpid/nn/flatten.h"
#include "limpid/nn/init.h"
#include "limpid/nn/linear.h"
#include "limpid/nn/loss.h"
#include "limpid/nn/max_pool2d.h"
#include "limpid/nn/module_list.h"
#include "limpid/nn/rnn.h"
#include "limpid/nn/rnn_cell.h"
#include "limpid/nn/sequential.h"
#include "limpid/nn/summary.h"

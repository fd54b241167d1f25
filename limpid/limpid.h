#pragma once
// All of limpid's public C++ interface.

#include "limpid/autograd/engine.h"
#include "limpid/autograd/function.h"
#include "limpid/autograd/grad_mode.h"
#include "limpid/autograd/gradcheck.h"
#include "limpid/core/error.h"
#include "limpid/core/random.h"
#include "limpid/data/data_loader.h"
#include "limpid/data/digits.h"
#include "limpid/data/split.h"
#include "limpid/io/model_file.h"
#include "limpid/io/safetensors.h"
#include "limpid/nn/nn.h"
#include "limpid/ops/ops.h"
#include "limpid/optim/optim.h"
#include "limpid/tensor/creation.h"
#include "limpid/tensor/index.h"

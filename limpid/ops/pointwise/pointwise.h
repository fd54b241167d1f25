#pragma once
// All elementwise ops.

#include "limpid/ops/pointwise/activation.h"
#include "limpid/ops/pointwise/arithmetic.h"
#include "limpid/ops/pointwise/comparison.h"
#include "limpid/ops/pointwise/exponential.h"
#include "limpid/ops/pointwise/select.h"

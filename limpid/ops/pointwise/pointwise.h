#pragma once
// All elementwise ops.

#include "limpid/ops/pointwise/activation.h"
#include "limpid/ops/pointwise/arithmetic.h"
#include "limpid/ops/pointwise/bitwise.h"
#include "limpid/ops/pointwise/combine.h"
#include "limpid/ops/pointwise/comparison.h"
#include "limpid/ops/pointwise/exponential.h"
#include "limpid/ops/pointwise/piecewise_activation.h"
#include "limpid/ops/pointwise/rounding.h"
#include "limpid/ops/pointwise/select.h"
#include "limpid/ops/pointwise/smooth_activation.h"
#include "limpid/ops/pointwise/special.h"
#include "limpid/ops/pointwise/trigonometric.h"

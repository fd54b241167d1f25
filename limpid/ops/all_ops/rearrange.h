#pragma once
// The ops that put elements elsewhere: padding, flipping, repeating, resampling.

#include "limpid/ops/diagonal/diagonal.h"
#include "limpid/ops/flip/flip.h"
#include "limpid/ops/grid_sample/grid_sample.h"
#include "limpid/ops/interpolate/interpolate.h"
#include "limpid/ops/meshgrid/meshgrid.h"
#include "limpid/ops/op_list.h"
#include "limpid/ops/pad/pad.h"
#include "limpid/ops/repeat/repeat.h"
#include "limpid/ops/roll/roll.h"
#include "limpid/ops/tril/tril.h"

namespace limpid {

using RearrangeOps =
    OpList<Pad, PadBackward, Flip, Roll, Tril, Triu, Interpolate, InterpolateBackward, GridSample>;
using RearrangeComposites = CompositeList<DiagEmbed, Diag, Fliplr, Flipud, Rot90, Repeat, Tile,
                                          RepeatInterleave, Meshgrid, AffineGrid>;

}  // namespace limpid

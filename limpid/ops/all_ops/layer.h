#pragma once
// The ops behind layers: normalisation, dropout, attention, embedding.

#include "limpid/ops/batch_norm/batch_norm.h"
#include "limpid/ops/dropout/dropout.h"
#include "limpid/ops/op_list.h"
#include "limpid/ops/recurrent/recurrent.h"

namespace limpid {

using LayerOps = OpList<BatchNorm, Dropout, RnnLayer, LstmLayer, GruLayer>;
using LayerComposites = CompositeList<>;

}  // namespace limpid

#pragma once
// The ops behind layers: normalisation, dropout, attention, embedding.

#include "limpid/ops/attention/attention.h"
#include "limpid/ops/batch_norm/batch_norm.h"
#include "limpid/ops/dropout/dropout.h"
#include "limpid/ops/embedding/embedding.h"
#include "limpid/ops/embedding_bag/embedding_bag.h"
#include "limpid/ops/feature_dropout/feature_dropout.h"
#include "limpid/ops/group_norm/group_norm.h"
#include "limpid/ops/instance_norm/instance_norm.h"
#include "limpid/ops/layer_norm/layer_norm.h"
#include "limpid/ops/local_response_norm/local_response_norm.h"
#include "limpid/ops/op_list.h"
#include "limpid/ops/recurrent/recurrent.h"
#include "limpid/ops/rms_norm/rms_norm.h"

namespace limpid {

using LayerOps = OpList<BatchNorm, LayerNorm, GroupNorm, RmsNorm, Dropout, RnnLayer, LstmLayer,
                        GruLayer, Attention, Embedding>;
using LayerComposites = CompositeList<InstanceNorm, LocalResponseNorm, FeatureDropout, AlphaDropout,
                                      ScaledDotProductAttention, EmbeddingBag>;

}  // namespace limpid

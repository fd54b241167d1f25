"""Datasets, and loaders that make batches of them. As torch.utils.data; workers are threads."""

from limpid._checked import check_classes
from limpid.utils.data.collate import default_collate, default_convert
from limpid.utils.data.dataloader import DataLoader, WorkerInfo, get_worker_info
from limpid.utils.data.dataset import (ChainDataset, ConcatDataset, Dataset, IterableDataset, StackDataset, Subset,
                                       TensorDataset, random_split)
from limpid.utils.data.sampler import (BatchSampler, DistributedSampler, RandomSampler, Sampler, SequentialSampler,
                                       SubsetRandomSampler, WeightedRandomSampler)

__all__ = ["BatchSampler", "ChainDataset", "ConcatDataset", "DataLoader", "Dataset", "DistributedSampler",
           "IterableDataset",
           "RandomSampler", "Sampler", "SequentialSampler", "StackDataset", "Subset", "SubsetRandomSampler",
           "TensorDataset", "WeightedRandomSampler", "WorkerInfo", "default_collate", "default_convert",
           "get_worker_info", "random_split"]

check_classes(globals(), __name__, eager=True)

"""Learning from data: steps, loops over batches, and what happens between them."""

from visualnn.training.batch import pack_x_y_sample_weight, unpack_x_y_sample_weight
from visualnn.training.control import Interrupts, TrainingControl
from visualnn.training.iterables import PyDataset
from visualnn.training.trainer import Trainer

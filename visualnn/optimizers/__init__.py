"""Optimizers: how weights change, given the gradients of a loss."""

from visualnn import schedules
from visualnn.optimizers.adafactor import Adafactor
from visualnn.optimizers.adagrad import Adadelta, Adagrad
from visualnn.optimizers.adam import Adam, Adamax, AdamW, Lamb, Lion, Nadam
from visualnn.optimizers.ftrl import Ftrl
from visualnn.optimizers.loss_scale import LossScaleOptimizer
from visualnn.optimizers.muon import Muon
from visualnn.optimizers.optimizer import Optimizer, optimizers
from visualnn.optimizers.rmsprop import RMSprop
from visualnn.optimizers.schedule_free import ScheduleFreeAdamW
from visualnn.optimizers.several import MultiOptimizer, OptimizerMap
from visualnn.optimizers.sgd import SGD

get = optimizers.get
serialize = optimizers.serialize
deserialize = optimizers.deserialize

"""What may happen at certain moments of training."""

from visualnn.training.callbacks.averages import SwapEMAWeights
from visualnn.training.callbacks.backup import BackupAndRestore
from visualnn.training.callbacks.callback import Callback, LambdaCallback
from visualnn.training.callbacks.callback_list import CallbackList
from visualnn.training.callbacks.checkpoint import ModelCheckpoint
from visualnn.training.callbacks.csv_logger import CSVLogger
from visualnn.training.callbacks.history import History
from visualnn.training.callbacks.learning_rate import LearningRateScheduler, ReduceLROnPlateau
from visualnn.training.callbacks.progress import ProgbarLogger
from visualnn.training.callbacks.remote import RemoteMonitor
from visualnn.training.callbacks.stopping import EarlyStopping, TerminateOnNaN
from visualnn.training.callbacks.tensorboard import TensorBoard

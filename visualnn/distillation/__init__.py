"""Distillation: a small model learns from the answers of a large one."""

from visualnn.distillation.distiller import Distiller
from visualnn.distillation.losses import (
    DistillationLoss,
    FeatureDistillation,
    LogitsDistillation,
)

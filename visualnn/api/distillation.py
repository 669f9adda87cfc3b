"""``visualnn.distillation``: the names of ``keras.distillation``."""

from visualnn.distillation import (
    DistillationLoss,
    Distiller,
    FeatureDistillation,
    LogitsDistillation,
)

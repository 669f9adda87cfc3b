"""First values of weights: functions of shape and dtype."""

from typing import Any

import numpy as np

from visualnn.initializers.drawn import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
    Orthogonal,
    RandomInitializer,
    RandomNormal,
    RandomUniform,
    TruncatedNormal,
    VarianceScaling,
    fans,
)
from visualnn.initializers.fixed import (
    STFT,
    Constant,
    Identity,
    Initializer,
    Ones,
    Zeros,
    initializers,
)
from visualnn.settings import settings_of
from visualnn.variable import initializers_by_name

IdentityInitializer, OrthogonalInitializer, STFTInitializer = Identity, Orthogonal, STFT
stft = STFT
zeros, ones, constant, identity = Zeros, Ones, Constant, Identity
random_normal, random_uniform, truncated_normal = RandomNormal, RandomUniform, TruncatedNormal
variance_scaling, orthogonal = VarianceScaling, Orthogonal
glorot_normal, glorot_uniform = GlorotNormal, GlorotUniform
he_normal, he_uniform = HeNormal, HeUniform
lecun_normal, lecun_uniform = LecunNormal, LecunUniform


def get(identifier: Any) -> Any:
    """The initializer that a string, a class, a record or an array stands for.

    Raises:
        ValueError: When there is none.
    """
    if isinstance(identifier, np.ndarray | list):
        return Constant(np.asarray(identifier))
    return initializers.get(identifier)


serialize = initializers.serialize
deserialize = initializers.deserialize
settings_of(Initializer, initializers)
initializers_by_name.append(get)

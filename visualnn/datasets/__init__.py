"""Well-known data sets, downloaded when they are first asked for: ``keras.datasets``."""

from visualnn.datasets import (
    boston_housing,
    california_housing,
    cifar10,
    cifar100,
    fashion_mnist,
    imdb,
    mnist,
    reuters,
)

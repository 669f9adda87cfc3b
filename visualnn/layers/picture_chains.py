"""Layers that apply one layer after the other: fixed ones, or ones drawn at random."""

from __future__ import annotations

from typing import Annotated, Any

from visualnn import ops, random
from visualnn.declaration import declared, setting
from visualnn.layers.arguments import accepts
from visualnn.layers.formats import DataFormat
from visualnn.layers.layer import Layer
from visualnn.layers.picture_colours import RandomColorDegeneration, RandomSharpness
from visualnn.layers.picture_histograms import Equalization
from visualnn.layers.picture_light import (
    AutoContrast,
    RandomBrightness,
    RandomContrast,
    RandomPosterization,
    Solarization,
)
from visualnn.layers.picture_motion import RandomRotation, RandomShear, RandomTranslation
from visualnn.layers.picture_settings import Mixing, ValueRange, amount
from visualnn.layers.pictures import FAMILY, RandomPictures
from visualnn.primitives.primitive import recorder
from visualnn.random import SeedGenerator
from visualnn.serialization import deserialize_keras_object, public, serialize_keras_object

__all__ = ["FAMILY", "AugMix", "Pipeline", "RandAugment"]

Strength = Annotated[Any, amount(0, strict=True)]


@public("keras.layers")
class Pipeline(Layer):
    """Applies layers one after the other, to pictures or to dicts with what belongs to them.

    Args:
        layers: The layers.
        name: The name of the layer.
    """

    _needs_no_build = True

    def __init__(self, layers: list[Layer], name: str | None = None):
        super().__init__(name=name)
        if not isinstance(layers, list | tuple):
            raise TypeError(f"Pipeline takes a list of layers, but got {layers!r}.")
        self._pipeline_layers = list(layers)

    @property
    def layers(self) -> list[Layer]:
        """The layers in their order."""
        return list(self._pipeline_layers)

    def call(self, inputs, training=True, mask=None):
        for layer in self._pipeline_layers:
            inputs = layer(inputs, training=training) if _trains(layer) else layer(inputs)
        return inputs

    def get_config(self):
        return {"layers": [serialize_keras_object(x) for x in self.layers], "name": self.name}

    @classmethod
    def from_config(cls, config):
        layers = [deserialize_keras_object(x) for x in config["layers"]]
        return cls(layers, name=config.get("name"))


def _trains(layer: Layer) -> bool:
    """Whether a layer wants to be told that it is trained."""
    return accepts(type(layer).call, "training")


class Chosen(RandomPictures):
    """The base of layers that draw which layers are applied."""

    factor: Any
    interpolation: str
    value_range: Any

    def make(self, *names: str) -> None:
        """Make the layers of these names, as attributes."""
        moved = {"interpolation": self.interpolation}
        bright = {"value_range": self.value_range}
        both = self.factor
        kept = max(1, int(8 * both[1]))
        arguments: dict[str, tuple[type, tuple, dict]] = {
            "random_shear": (RandomShear, (both, both), moved),
            "random_translation": (RandomTranslation, (both, both), moved),
            "random_rotation": (RandomRotation, (both,), moved),
            "random_brightness": (RandomBrightness, (both,), bright),
            "random_color_degeneration": (RandomColorDegeneration, (both,), bright),
            "random_contrast": (RandomContrast, (both,), bright),
            "random_sharpness": (RandomSharpness, (both,), bright),
            "solarization": (Solarization, (both, both), bright),
            "random_posterization": (RandomPosterization, (kept,), bright),
            "auto_contrast": (AutoContrast, (), bright),
            "equalization": (Equalization, (), bright),
        }
        for name in names:
            kind, positional, settings = arguments[name]
            seeded = {"seed": self.seed} if issubclass(kind, RandomPictures) else {}
            more = {"data_format": self.data_format, "dtype": self.dtype_policy}
            layer = kind(
                *positional, **settings, **seeded, **more,
                bounding_box_format=self.bounding_box_format,
            )  # fmt: skip
            setattr(self, name, layer)

    def applied(self, what: str, x: Any, index: Any, names: tuple, drawn: dict, training: bool):
        """``x`` changed by the layer with this number, a tensor.

        Args:
            what: The method that changes it, such as ``transform_images``.
            x: Pictures, or what belongs to them.
            index: The number of the layer.
            names: The names of the layers.
            drawn: What each layer drew, by its name.
            training: Whether to train.
        """

        def branch(name: str) -> Any:
            change = getattr(getattr(self, name), what)
            return lambda y: change(y, drawn[name], training=training)

        return ops.switch(index, [branch(name) for name in names], x)

    def draw_all(self, data: Any, names: tuple, seed: Any) -> dict[str, Any]:
        """What each layer draws."""
        return {
            name: getattr(self, name).get_random_transformation(data, training=True, seed=seed)
            for name in names
        }


@public("keras.layers")
@declared(config=("value_range", "num_ops", "factor", "interpolation", "seed"))
class RandAugment(Chosen):
    """Applies some layers out of eleven, drawn anew for each batch, in training.

    Cubuk et al., "RandAugment: practical automated data augmentation with a reduced search
    space", 2020.

    Args:
        value_range: The least and the greatest value that pictures have.
        num_ops: How many layers are applied.
        factor: How much each changes, at most; or from one number to another.
        interpolation: How pixels are computed from those around them.
        seed: Makes the choices repeatable.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
    """

    value_range: ValueRange = (0, 255)
    num_ops: int = 2
    factor: Strength = 0.5
    interpolation: Mixing = "bilinear"
    seed: int | SeedGenerator | None = None
    data_format: DataFormat = setting(None)

    _AUGMENT_LAYERS = (
        "random_shear", "random_translation", "random_rotation", "random_brightness",
        "random_color_degeneration", "random_contrast", "random_sharpness",
        "random_posterization", "solarization", "auto_contrast", "equalization",
    )  # fmt: skip

    def __post_init__(self):
        super().__post_init__()
        *first, posterization, solarization, contrast, equalization = self._AUGMENT_LAYERS
        self.make(*first, solarization, posterization, contrast, equalization)

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        order = random.shuffle(
            ops.arange(len(self._AUGMENT_LAYERS), dtype="int32"), seed=self.drawing(seed)
        )
        return {
            "transforms": self.draw_all(data, self._AUGMENT_LAYERS, seed),
            "layer_idxes": order[: self.num_ops],
        }

    def _each(self, what: str, x: Any, transformation: Any, training: bool) -> Any:
        drawn, indices = transformation["transforms"], transformation["layer_idxes"]
        for i in range(self.num_ops):
            x = self.applied(what, x, indices[i], self._AUGMENT_LAYERS, drawn, training)
        return x

    def transform_images(self, images, transformation, training=True):
        images = ops.cast(images, self.compute_dtype)
        if not training or transformation is None:
            return images
        return self._each("transform_images", images, transformation, training)

    def transform_bounding_boxes(self, bounding_boxes, transformation, training=True):
        if not training or transformation is None:
            return bounding_boxes
        numbers = ops.cast(bounding_boxes["boxes"], self.compute_dtype)
        return self._each(
            "transform_bounding_boxes",
            {**bounding_boxes, "boxes": numbers},
            transformation,
            training,
        )

    def transform_segmentation_masks(self, segmentation_masks, transformation, training=True):
        if not training or transformation is None:
            return segmentation_masks
        return self._each(
            "transform_segmentation_masks", segmentation_masks, transformation, training
        )


@public("keras.layers")
@declared(
    config=(
        "value_range", "num_chains", "chain_depth", "factor", "alpha", "all_ops", "interpolation",
        "seed",
    )
)  # fmt: skip
class AugMix(Chosen):
    """Mixes pictures with what several chains of random layers make of them, in training.

    Hendrycks et al., "AugMix: a simple data processing method to improve robustness and
    uncertainty", 2020.

    Args:
        value_range: The least and the greatest value that pictures have.
        num_chains: How many chains are mixed.
        chain_depth: How many layers a chain has at most.
        factor: How much each layer changes, at most; or from one number to another.
        alpha: How evenly the chains are mixed.
        all_ops: Whether brightness, colours, contrast and sharpness are changed too.
        interpolation: How pixels are computed from those around them.
        seed: Makes the choices repeatable.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
    """

    value_range: ValueRange = (0, 255)
    num_chains: int = 3
    chain_depth: int = 3
    factor: Strength = 0.3
    alpha: float = 1.0
    all_ops: bool = True
    interpolation: Mixing = "bilinear"
    seed: int | SeedGenerator | None = None
    data_format: DataFormat = setting(None)

    def __post_init__(self):
        super().__post_init__()
        names = (
            "random_shear", "random_translation", "random_rotation", "solarization",
            "random_posterization", "auto_contrast", "equalization",
        )  # fmt: skip
        more = (
            "random_brightness", "random_color_degeneration", "random_contrast",
            "random_sharpness",
        )  # fmt: skip
        self._names = (*names, *more) if self.all_ops else names
        self.make(*self._names)

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        key = self.drawing(seed)
        shape = (self.num_chains, self.chain_depth)
        shares = random.gamma(shape[:1], self.alpha, seed=key)
        depths = random.randint((self.num_chains, 1), 1, self.chain_depth + 1, seed=key)
        layers = random.randint(shape, 1, len(self._names) + 1, seed=key)
        # past its depth, a chain only passes pictures on: that is number 0
        within = ops.arange(self.chain_depth, dtype="int32") < depths
        return {
            "chain_mixing_weights": shares / ops.sum(shares),
            "weight_sample": random.beta((), self.alpha, self.alpha, seed=key),
            "chain_transforms": ops.where(within, layers, 0),
        }

    def transform_images(self, images, transformation, training=True):
        images = ops.cast(images, self.compute_dtype)
        if not training or transformation is None:
            return images
        shares = ops.cast(transformation["chain_mixing_weights"], self.compute_dtype)
        chains = transformation["chain_transforms"]
        if isinstance(chains, list | tuple):
            mixed = self._as_told(images, chains, shares)
        else:
            mixed = self._as_drawn(images, chains, shares)
        kept = ops.cast(transformation["weight_sample"], self.compute_dtype)
        return images * kept + mixed * (1 - kept)

    def _as_told(self, images: Any, chains: Any, shares: Any) -> Any:
        """The mixture of chains of layers that are named, with what they draw."""
        total: Any = ops.zeros_like(images)
        for i, chain in enumerate(chains):
            made = images
            for link in chain:
                layer = getattr(self, link["layer_name"])
                made = layer.transform_images(made, link["transformation"], training=True)
            total = total + made * shares[i]
        return total

    def _as_drawn(self, images: Any, chains: Any, shares: Any) -> Any:
        """The mixture of chains of layers with these numbers; each draws when its turn comes."""
        ends = ops.arange(self.chain_depth, dtype="int32") == self.chain_depth - 1
        begins = ops.arange(self.chain_depth, dtype="int32") == 0
        none = ops.zeros_like(chains)
        links = (
            ops.reshape(chains, (-1,)),
            ops.reshape(ops.logical_or(begins, ops.cast(none, "bool")), (-1,)),
            ops.reshape(ops.cast(ends, shares.dtype) * ops.expand_dims(shares, 1), (-1,)),
        )

        def branch(name: str) -> Any:
            layer = getattr(self, name)

            def change(made: Any) -> Any:
                drawn = layer.get_random_transformation(made, training=True)
                return layer.transform_images(made, drawn, training=True)

            return change

        branches = [ops.copy, *map(branch, self._names)]

        def step(state: Any, link: Any) -> Any:
            made, total = state
            number, is_first, share = link
            made = ops.switch(number, branches, ops.where(is_first, images, made))
            return (made, total + made * share), None

        state: Any = (images, ops.zeros_like(images))
        if recorder.get() is not None:  # all links are one node of the graph
            return ops.scan(step, state, links)[0][1]
        for i in range(self.num_chains * self.chain_depth):
            state, _ = step(state, tuple(x[i] for x in links))
        return state[1]

"""Tables with columns of every kind, as numbers that a model takes: ``FeatureSpace``."""

from __future__ import annotations

from typing import Any

from visualnn import layers, ops, saving
from visualnn.layers.connectivity import KerasTensor
from visualnn.layers.layer import Layer
from visualnn.models import features as kinds
from visualnn.models.columns import as_column, columns_of, rank
from visualnn.models.features import Cross, Feature, TFDConcat, categories, is_adaptable
from visualnn.serialization import (
    auto_name,
    deserialize_keras_object,
    public,
    serialize_keras_object,
)

_OUTPUTS = ("concat", "dict")


@public("keras.utils")
class FeatureSpace(Layer):
    """Makes numbers of the columns of a table, each in a way of its own.

    Call it on a dict of columns, or of single values; ``adapt`` it to a table before, where a
    column needs it.

    Args:
        features: How each column is taken, by its name: one of the methods below, or its name.
        output_mode: ``concat`` for one array of all, ``dict`` for an array of each.
        crosses: Combinations of columns: tuples of names, or what ``cross`` makes.
        crossing_dim: How many bins there are for combinations.
        hashing_dim: How many bins there are for ``integer_hashed`` and ``string_hashed``.
        num_discretization_bins: How many ranges there are for ``float_discretized``.
        name: The name.

    Attributes:
        preprocessors: The layer of each column.
        crossers: The layer of each combination.

    Raises:
        ValueError: When a kind, a mode or a column is not known.
    """

    def __init__(
        self,
        features: dict[str, Any],
        output_mode: str = "concat",
        crosses: Any = None,
        crossing_dim: int = 32,
        hashing_dim: int = 32,
        num_discretization_bins: int = 32,
        name: str | None = None,
    ):
        super().__init__(name=name)
        if not features:
            raise ValueError("FeatureSpace: `features` says how each column is taken; it is empty.")
        kinds.check_mode(output_mode, _OUTPUTS)
        self.crossing_dim = crossing_dim
        self.hashing_dim = hashing_dim
        self.num_discretization_bins = num_discretization_bins
        self.output_mode = output_mode
        self.features = {name: self._feature(name, kind) for name, kind in features.items()}
        self.crosses = [self._cross(cross) for cross in crosses or ()]
        self.preprocessors = {name: f.preprocessor for name, f in self.features.items()}
        self.crossers = {
            cross.name: layers.HashedCrossing(cross.crossing_dim, name=cross.name)
            for cross in self.crosses
        }
        self.one_hot_encoders: dict[str, Layer] = {}
        self.concat: TFDConcat | None = None
        self._ends: tuple[Any, Any] | None = None
        self._has_adapted = not self._adaptable()

    # ------------------------------------------------------------------ kinds of columns

    @classmethod
    def cross(cls, feature_names: Any, crossing_dim: int, output_mode: str = "one_hot") -> Cross:
        """A combination of columns, whose values are put into bins together."""
        return Cross(feature_names, crossing_dim, output_mode)

    @classmethod
    def feature(cls, dtype: str, preprocessor: Any, output_mode: str) -> Feature:
        """A column with a layer of your own."""
        return Feature(dtype, preprocessor, output_mode)

    @classmethod
    def float(cls, name: str | None = None) -> Feature:
        """Numbers that are taken as they are."""
        return kinds.plain(_layer_name(name, "float"))

    @classmethod
    def float_rescaled(
        cls, scale: Any = 1.0, offset: Any = 0.0, name: str | None = None
    ) -> Feature:
        """Numbers that are scaled and shifted as it is said."""
        return kinds.rescaled(_layer_name(name, "float_rescaled"), scale, offset)

    @classmethod
    def float_normalized(cls, name: str | None = None) -> Feature:
        """Numbers that are shifted and scaled to mean zero and deviation one."""
        return kinds.normalized(_layer_name(name, "float_normalized"))

    @classmethod
    def float_discretized(
        cls,
        num_bins: int | None,
        bin_boundaries: Any = None,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """Numbers of which only the range counts that they are in."""
        name = _layer_name(name, "float_discretized")
        return kinds.discretized(name, num_bins, bin_boundaries, output_mode)

    @classmethod
    def integer_categorical(
        cls,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """Categories by whole numbers, which a vocabulary numbers anew."""
        name = _layer_name(name, "integer_categorical")
        return kinds.categorical(name, False, max_tokens, num_oov_indices, output_mode)

    @classmethod
    def string_categorical(
        cls,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """Categories by texts, which a vocabulary numbers."""
        name = _layer_name(name, "string_categorical")
        return kinds.categorical(name, True, max_tokens, num_oov_indices, output_mode)

    @classmethod
    def string_hashed(
        cls, num_bins: int, output_mode: str = "one_hot", name: str | None = None
    ) -> Feature:
        """Categories by texts, put into bins by their fingerprints."""
        return kinds.hashed(_layer_name(name, "string_hashed"), True, num_bins, output_mode)

    @classmethod
    def integer_hashed(
        cls, num_bins: int, output_mode: str = "one_hot", name: str | None = None
    ) -> Feature:
        """Categories by whole numbers, put into bins by their fingerprints."""
        return kinds.hashed(_layer_name(name, "integer_hashed"), False, num_bins, output_mode)

    def _feature(self, name: str, kind: Any) -> Feature:
        """How a column is taken."""
        if isinstance(kind, Feature):
            return kind
        if isinstance(kind, dict):
            return deserialize_keras_object(kind)
        extra = {
            "float_discretized": {"num_bins": self.num_discretization_bins},
            "string_hashed": {"num_bins": self.hashing_dim},
            "integer_hashed": {"num_bins": self.hashing_dim},
        }
        if kind not in _KINDS:
            raise ValueError(
                f"FeatureSpace: the column {name!r} cannot be taken as {kind!r}. There are "
                f"{', '.join(_KINDS)}, and `FeatureSpace.feature(...)` for layers of your own."
            )
        return getattr(FeatureSpace, kind)(name=name, **extra.get(kind, {}))

    def _cross(self, cross: Any) -> Cross:
        if isinstance(cross, dict):
            cross = deserialize_keras_object(cross)
        if not isinstance(cross, Cross):
            cross = Cross(cross, self.crossing_dim)
        missing = [name for name in cross.feature_names if name not in self.features]
        if missing:
            raise ValueError(
                f"FeatureSpace: {cross.name!r} crosses {missing}, which are no columns. There are "
                f"{list(self.features)}."
            )
        return cross

    # ------------------------------------------------------------------ adapting

    def adapt(self, dataset: Any) -> None:
        """Find what columns need to know: means, ranges, vocabularies.

        Args:
            dataset: A dict of columns, a table of pandas, or an iterable of dicts, of one row each
                or of batches; of tuples the first is taken.

        Raises:
            ValueError: When a column is missing, or something is no table.
        """
        names = self._adaptable()
        for name, column in columns_of(dataset, names).items():
            self.preprocessors[name].adapt(column)
        self._has_adapted = True
        self.get_encoded_features()  # refuses what cannot be put together

    def _adaptable(self) -> list[str]:
        """The columns whose layers find something out."""
        return [name for name, layer in self.preprocessors.items() if is_adaptable(layer)]

    # ------------------------------------------------------------------ encoding

    def get_inputs(self) -> dict[str, KerasTensor]:
        """The inputs of a functional model, by column."""
        return self._symbolic()[0]

    def get_encoded_features(self) -> Any:
        """What the columns of ``get_inputs`` become: a tensor of a functional model, or a dict."""
        return self._symbolic()[1]

    def _symbolic(self) -> tuple[dict[str, KerasTensor], Any]:
        self._check_adapted()
        if self._ends is None:
            inputs = {
                name: layers.Input((1,), dtype=feature.dtype, name=name)
                for name, feature in self.features.items()
            }
            self._ends = inputs, self._encoded(inputs)
            self.built = True
        return self._ends

    def __call__(self, data: Any) -> Any:
        """Make numbers of a dict of columns, or of single values.

        Raises:
            KeyError: When a column is missing.
            ValueError: When ``adapt`` was not called, or something is no dict.
        """
        self._check_adapted()
        if not isinstance(data, dict):
            raise ValueError(
                f"FeatureSpace {self.name!r} takes a dict of columns, but a "
                f"{type(data).__name__} came."
            )
        missing = [name for name in self.features if name not in data]
        if missing:
            raise KeyError(
                f"FeatureSpace {self.name!r}: the columns {missing} are missing; there are "
                f"{list(data)}."
            )
        columns = {name: as_column(data[name]) for name in self.features}
        is_single = all(rank(data[name]) == 0 for name in self.features)
        found = self._encoded(columns)
        if not is_single:
            return found
        if isinstance(found, dict):
            return {name: ops.squeeze(x, axis=0) for name, x in found.items()}
        return ops.squeeze(found, axis=0)

    def _check_adapted(self) -> None:
        if not self._has_adapted:
            raise ValueError(
                f"FeatureSpace {self.name!r}: call `adapt(data)` first, so that "
                f"{', '.join(map(repr, self._adaptable()))} can be made numbers of."
            )

    def _encoded(self, columns: dict[str, Any]) -> Any:
        """Columns and their combinations as numbers, in the order of their names."""
        made = {name: self.preprocessors[name](columns[name]) for name in sorted(self.features)}
        found = {
            name: self._as_said(name, x, self.features[name].output_mode)
            for name, x in made.items()
        }
        for cross in sorted(self.crosses, key=lambda cross: cross.name):
            x = self.crossers[cross.name]([made[name] for name in cross.feature_names])
            found[cross.name] = self._as_said(cross.name, x, cross.output_mode)
        if self.output_mode == "dict":
            return found
        for name, x in found.items():
            if not str(x.dtype).startswith(("float", "bfloat")):
                raise ValueError(
                    f"FeatureSpace {self.name!r}: the column {name!r} is {x.dtype} and cannot be "
                    "joined with others in one array. Give it another `output_mode`, or give "
                    "`output_mode='dict'` for all."
                )
        concat = self.concat or TFDConcat(axis=-1)
        self.concat = concat
        return concat(list(found.values()))

    def _as_said(self, name: str, x: Any, output_mode: str) -> Any:
        """A column in its mode: rows with a one at the category, where that is asked for."""
        if output_mode != "one_hot":
            return x
        if name not in self.one_hot_encoders:
            layer = self.preprocessors.get(name) or self.crossers[name]
            count = categories(layer)
            if count is None or not str(x.dtype).startswith(("int", "uint")):
                raise ValueError(
                    f"FeatureSpace {self.name!r}: the column {name!r} is to be `one_hot`, but its "
                    f"layer, a {type(layer).__name__}, gives no numbers of categories."
                )
            encoder = layers.CategoryEncoding(num_tokens=count, output_mode="multi_hot")
            self.one_hot_encoders[name] = encoder
        return self.one_hot_encoders[name](x)

    # ------------------------------------------------------------------ files

    def get_config(self) -> dict[str, Any]:
        return {
            "features": {name: serialize_keras_object(f) for name, f in self.features.items()},
            "output_mode": self.output_mode,
            "crosses": [serialize_keras_object(cross) for cross in self.crosses],
            "crossing_dim": self.crossing_dim,
            "hashing_dim": self.hashing_dim,
            "num_discretization_bins": self.num_discretization_bins,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> FeatureSpace:
        return cls(**config)

    def get_build_config(self) -> dict[str, Any]:
        known = {} if self._has_adapted else None
        return {
            name: layer.get_build_config() or known for name, layer in self.preprocessors.items()
        }

    def build_from_config(self, config: dict[str, Any]) -> None:
        for name, shapes in config.items():
            if shapes and name in self.preprocessors and not self.preprocessors[name].built:
                self.preprocessors[name].build_from_config(shapes)
        self._has_adapted = all(config.get(name) is not None for name in self._adaptable())

    def save(self, filepath: Any) -> None:
        """Write it to a ``.keras`` file, which ``load_model`` reads."""
        saving.save_model(self, filepath)


_KINDS = (
    "float",
    "float_normalized",
    "float_rescaled",
    "float_discretized",
    "integer_categorical",
    "string_categorical",
    "integer_hashed",
    "string_hashed",
)


def _layer_name(name: str | None, kind: str) -> str:
    return f"{name or auto_name(kind)}_preprocessor"

from __future__ import annotations

import inspect
from typing import Annotated, Literal

import numpy as np
import pytest

from visualnn.declaration import declared, fields_of, setting
from visualnn.initializers import GlorotUniform, Initializer, Zeros
from visualnn.settings import Kind


class Base:
    """The base.

    Args:
        name: What it is called.
    """

    def __init__(self, *, name: str | None = None, **kwargs):
        self.name = name
        if kwargs:
            raise ValueError(f"not known: {sorted(kwargs)}")

    def get_config(self):
        return {"name": self.name}


@declared
class Convolution(Base):
    """A declared class.

    Args:
        filters: How many filters
            there are.
        size: How large they are.
        padding: What happens at the edge.

    Nothing after this belongs to it: here.
    """

    filters: int = setting(minimum=1)
    size: tuple[int, int]
    padding: Literal["valid", "same"] = "valid"
    rate: float | None = None
    initializer: Initializer = "glorot_uniform"
    hidden: bool = setting(False, config=False)

    def __post_init__(self):
        self.area = self.size[0] * self.size[1]


@declared(order=("rate",), config=("padding", "filters", "size"))
class Same(Convolution):
    padding: Literal["valid", "same"] = "same"
    name: str = "same"
    more: int | tuple[int, ...] = 3


Doubled = Annotated[int, Kind("doubled", lambda x: 2 * x, lambda x: x // 2)]


@declared
class WithKind(Base):
    number: Doubled = 1


def test_the_constructor_follows_from_the_fields():
    parameters = inspect.signature(Convolution).parameters
    assert list(parameters) == [
        "filters",
        "size",
        "padding",
        "rate",
        "initializer",
        "hidden",
        "name",
        "kwargs",
    ]
    assert parameters["filters"].default is inspect.Parameter.empty
    assert parameters["name"].kind is inspect.Parameter.KEYWORD_ONLY
    made = Convolution(np.int64(3), 2, padding="SAME", name="c")
    assert (made.filters, type(made.filters), made.size, made.padding) == (3, int, (2, 2), "same")
    assert (made.name, made.area) == ("c", 4)
    assert isinstance(made.initializer, GlorotUniform)


def test_the_config_follows_from_the_fields():
    config = Convolution(3, [1, 2], initializer="zeros").get_config()
    assert list(config) == ["name", "filters", "size", "padding", "rate", "initializer"]
    assert config["initializer"]["class_name"] == "Zeros"
    again = Convolution(**config)
    assert again.get_config() == config
    assert isinstance(again.initializer, Zeros)


def test_the_config_follows_the_attributes():
    made = Convolution(3, 1)
    made.filters = 5
    assert made.get_config()["filters"] == 5


def test_inherited_fields_can_be_given_another_default_and_order():
    assert list(inspect.signature(Same).parameters)[:3] == ["rate", "filters", "size"]
    made = Same(0.5, 3, 1)
    assert (made.rate, made.filters, made.padding, made.name) == (0.5, 3, "same", "same")
    assert list(made.get_config())[-3:] == ["padding", "filters", "size"]


def test_a_kind_converts_and_serializes():
    made = WithKind(4)
    assert made.number == 8
    assert made.get_config() == {"name": None, "number": 4}


def test_fields_are_told_to_forms():
    fields = {field.name: field for field in fields_of(Convolution)}
    assert list(fields) == [*list(inspect.signature(Convolution).parameters)[:-1]]
    assert fields["filters"].help == "How many filters there are."
    assert fields["filters"].required
    assert fields["filters"].minimum == 1
    assert fields["padding"].choices == ("valid", "same")
    assert "glorot_uniform" in fields["initializer"].choices
    assert fields["initializer"].kind.name == "initializer"
    assert (fields["name"].base, fields["name"].help) == (True, "What it is called.")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Convolution(0, 1), "Convolution: `filters` must be a whole number, 1 or more"),
        (lambda: Convolution("8", 1), "must be a whole number, 1 or more, but is '8'"),
        (lambda: Convolution(True, 1), "must be a whole number, 1 or more, but is True"),
        (
            lambda: Convolution(1, (1, 2, 3)),
            r"`size` must be two whole numbers, but is \(1, 2, 3\)",
        ),
        (lambda: Convolution(1, 1, "x"), "`padding` must be one of 'valid', 'same', but is 'x'"),
        (lambda: Convolution(1, 1, rate="a"), "`rate` must be a number, but is 'a'"),
        (lambda: Convolution(1, 1, initializer="zeroes"), "`initializer` 'zeroes' is not"),
        (lambda: Convolution(1, 1, padding=None), "`padding` must be one of"),
        (lambda: Convolution(1, 1, unknown=2), r"not known: \['unknown'\]"),
    ],
)
def test_values_that_do_not_fit_are_refused_in_words(make, said):
    with pytest.raises(ValueError, match=said):
        make()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Convolution(), "needs a value for `filters`: How many filters there are"),
        (lambda: Convolution(1, 1, "same", None, "zeros", False, 7), "at most 6 positional"),
        (lambda: Convolution(1, 1, filters=2), "two values for `filters`"),
    ],
)
def test_wrong_calls_are_refused_in_words(make, said):
    with pytest.raises(TypeError, match=said):
        make()


def test_classes_that_users_write_are_left_alone():
    class Mine(Convolution):
        extra: int = 3

        def __init__(self, *args, scale=1, **kwargs):
            super().__init__(*args, **kwargs)
            self.scale = scale

    made = Mine(3, 1, scale=2, name="m")
    assert (made.filters, made.scale, made.name, made.extra) == (3, 2, "m", 3)
    assert "extra" not in made.get_config()

    class Plain(Convolution):
        note: str

    assert Plain(3, 1).get_config() == Convolution(3, 1).get_config() | {
        "initializer": Plain(3, 1).get_config()["initializer"]
    }

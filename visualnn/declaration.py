"""Built-in classes are declared by their fields.

    @public("keras.layers")
    @declared
    class Dropout(Layer):
        \"\"\"Sets some of the inputs to zero.

Args:
            rate: The share of inputs that become zero.
            seed: Makes the choice repeatable.
        \"\"\"

        rate: float = setting(minimum=0, maximum=1)
        seed: int | None = None

From this follow the constructor ``Dropout(rate, seed=None, *, name=None, ...)``, which checks and
converts what it gets, ``get_config``, and the form that the builder shows (:func:`fields_of`).

The base class contributes the parameters of its own, hand-written ``__init__``; they come last in
the constructor.  A field with the name of one of them is passed on to it, from the place where the
field stands and with the field's default.  ``__post_init__`` runs last of all, if there is one.
A field that a subclass annotates as a ``ClassVar`` is no setting of the subclass any more.

Only classes that ask for it are treated like this: a subclass that a user writes is left alone.
"""

from __future__ import annotations

import functools
import inspect
import re
import typing
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from visualnn.serialization import InvalidModelFile, serialize_keras_object
from visualnn.settings import Kind, converted, is_union, kind_of

REQUIRED: Any = inspect.Parameter.empty
"""The default of a field that must be given."""

_PLAIN = (str, bool, int, float)

T = TypeVar("T")


@dataclass(frozen=True)
class Field:
    """One setting of a declared class.

    Attributes:
        name: Its name as an argument, an attribute and a key of the config.
        annotation: Its type.
        default: What it is when not given; ``REQUIRED`` if it must be.
        minimum: The least number it may be.
        maximum: The greatest number it may be.
        config: Whether it is saved.
        attribute: The attribute that holds it, if that is not called like the argument.
        misfit: What a value of the wrong type is refused with.
        help: What it does, in a sentence, from the documentation of the class.
        base: Whether it is a parameter of the base class.
    """

    name: str
    annotation: Any = Any
    default: Any = REQUIRED
    minimum: float | None = None
    maximum: float | None = None
    config: bool = True
    attribute: str = ""
    misfit: type[Exception] = ValueError
    help: str = ""
    base: bool = False

    @property
    def required(self) -> bool:
        return self.default is REQUIRED

    @property
    def kind(self) -> Kind | None:
        """How its values are converted, if they stand for objects."""
        return kind_of(self.annotation)

    @property
    def _optional(self) -> bool:
        """Whether the type says that there may be none."""
        return is_union(self.annotation) and type(None) in typing.get_args(self.annotation)

    @property
    def choices(self) -> tuple[Any, ...]:
        """The values to choose from, where they are few."""
        for option in typing.get_args(self.annotation) or ():
            if typing.get_origin(option) is typing.Literal:
                return typing.get_args(option)
        if typing.get_origin(self.annotation) is typing.Literal:
            return typing.get_args(self.annotation)
        kind = self.kind
        return tuple(kind.choices()) if kind and kind.choices else ()

    def converted(self, value: Any, owner: str) -> Any:
        """The value as the attribute holds it.

        Raises:
            ValueError: When it does not fit; the message names the class and the field.
        """
        try:
            if value is None and self.default is not None and self.kind and not self._optional:
                return self.kind.convert(value)
            return converted(value, self.annotation, self.minimum, self.maximum)
        except InvalidModelFile as problem:
            raise problem.inside(self.name) from problem.__cause__
        except (ValueError, TypeError) as problem:
            kind = ValueError if self._fits(value) else self.misfit
            raise kind(f"{owner}: `{self.name}` {problem}") from problem

    def _fits(self, value: Any) -> bool:
        """Whether only the limits can be wrong about a value that was refused."""
        try:
            converted(value, self.annotation)
        except (ValueError, TypeError):
            return False
        return True

    def recorded(self, value: Any) -> Any:
        """The value as the config holds it."""
        if value is None:
            return None
        kind = self.kind
        if kind is not None:
            return kind.serialize(value)
        return value if type(value) in _PLAIN else serialize_keras_object(value)


def setting(
    default: Any = REQUIRED,
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    config: bool = True,
    attribute: str = "",
    misfit: type[Exception] = ValueError,
) -> Any:
    """Say more of a field than its type and default.

    Args:
        default: What it is when not given; without one it must be given.
        minimum: The least number it may be.
        maximum: The greatest number it may be.
        config: Whether it is saved.
        attribute: The attribute that holds it, where the argument's own name is taken.
        misfit: What a value of the wrong type is refused with, where Keras has no ``ValueError``.
    """
    return Field(
        "",
        default=default,
        minimum=minimum,
        maximum=maximum,
        config=config,
        attribute=attribute,
        misfit=misfit,
    )


class Declaration:
    """What follows from the fields of a class.

    Attributes:
        cls: The class.
        fields: Its fields, inherited ones first, without their types.
        base: The class whose hand-written ``__init__`` the generated one calls.
        tail: The parameters of that ``__init__`` that are not fields.
        open: Whether that ``__init__`` takes any keyword.
    """

    def __init__(self, cls: type, order: Iterable[str]):
        self.cls = cls
        self.own = _own_fields(cls)
        inherited = next((d.fields for d in map(_declaration, cls.__mro__[1:]) if d), {})
        dropped = _class_variables(cls)
        fields = {**{n: f for n, f in inherited.items() if n not in dropped}, **self.own}
        self.fields = {name: fields[name] for name in (*order, *fields)}
        self.base = next(c for c in cls.__mro__[1:] if _has_own_init(c))
        parameters = inspect.signature(self.base.__init__).parameters
        named = [p for p in list(parameters.values())[1:] if p.kind not in _VARIADIC]
        self.passed_on = {p.name for p in named if p.name in self.fields}
        self.tail = {p.name: p for p in named if p.name not in self.fields}
        self.open = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values())
        if self.base is object:
            self.tail, self.open = {}, False

    @functools.cached_property
    def typed(self) -> dict[str, Field]:
        """The fields with their types, which may be defined later in the module than the class."""
        hints: dict[str, Any] = {}
        for cls in reversed(self.cls.__mro__):
            if _declaration(cls):
                hints.update(inspect.get_annotations(cls, eval_str=True))
        explained = explanations(self.cls)
        return {
            name: replace(field, annotation=hints[name], help=explained.get(name, ""))
            for name, field in self.fields.items()
        }

    def signature(self) -> inspect.Signature:
        """The constructor, as Python and an editor see it."""
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        parameters = [
            inspect.Parameter(name, kind, default=field.default)
            for name, field in self.fields.items()
        ]
        parameters += [p.replace(annotation=inspect.Parameter.empty) for p in self.tail.values()]
        if self.open:
            parameters.append(inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD))
        this = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
        return inspect.Signature([this, *_defaults_last(parameters)])

    def bound(self, args: tuple, kwargs: dict[str, Any]) -> dict[str, Any]:
        """The arguments by name."""
        positional = [*self.fields]
        positional += [n for n, p in self.tail.items() if p.kind is not p.KEYWORD_ONLY]
        name = self.cls.__name__
        if len(args) > len(positional):
            raise TypeError(
                f"{name} takes at most {len(positional)} positional arguments "
                f"({', '.join(positional)}), but {len(args)} were given."
            )
        values = dict(zip(positional, args, strict=False))
        for key, value in kwargs.items():
            if key in values:
                raise TypeError(f"{name} got two values for `{key}`.")
            if not (self.open or key in self.fields or key in self.tail):
                known = ", ".join([*self.fields, *self.tail])
                raise TypeError(f"{name} has no argument `{key}`. It takes {known}.")
            values[key] = value
        return values

    def initialize(self, this: Any, args: tuple, kwargs: dict[str, Any]) -> None:
        """Do what the constructor does."""
        owner = type(this).__name__
        values = self.bound(args, _without_outdated(type(this), kwargs))
        found = {}
        for name, field in self.typed.items():
            value = values.pop(name, field.default)
            if value is REQUIRED:
                raise TypeError(f"{owner} needs a value for `{name}`: {field.help}".rstrip(": "))
            if name in self.passed_on:
                values[name] = value
            else:
                found[field.attribute or name] = field.converted(value, owner)
        self.base.__init__(this, **values)
        for name, value in found.items():
            setattr(this, name, value)
        finish = getattr(this, "__post_init__", None)
        if finish is not None:
            finish()

    def config_of(self, this: Any, order: tuple[str, ...] | None) -> dict[str, Any]:
        """The settings as a saved file keeps them, after those of the class above."""
        above = getattr(super(self.cls, this), "get_config", None)
        config = above() if above else {}
        known = type(this).__declaration__.fields  # a subclass may have dropped some
        kept = [
            n for n, f in self.own.items() if f.config and n in known and n not in self.passed_on
        ]
        for name in kept if order is None else order:
            field = self.typed.get(name) or Field(name)
            value = getattr(this, field.attribute or name)
            if order is not None:
                config.pop(name, None)
            config[name] = field.recorded(value)
        return config

    def left_out(self, this: Any, config: dict[str, Any]) -> dict[str, Any]:
        """The settings that say something and that the config, which is Keras's, has not."""
        found = {}
        for name, field in self._not_saved:
            value = getattr(this, name, field.default)
            if name not in config and not _is_same(value, field.default):
                found[name] = field.recorded(value)
        return found

    @functools.cached_property
    def _not_saved(self) -> list[tuple[str, Field]]:
        fields = self.typed.items()
        return [(n, f) for n, f in fields if not (f.config or f.attribute or f.required)]


def _without_outdated(cls: type, kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments without those that older code gives: renamed, or left out."""
    outdated: dict[str, str | None] = getattr(cls, "_outdated_arguments", {})
    for old in outdated.keys() & kwargs.keys():
        new = outdated[old]
        advice = f"use `{new}` instead" if new else "leave it out"
        warnings.warn(f"{cls.__name__}: `{old}` is outdated: {advice}.", stacklevel=4)
        kwargs = {name: value for name, value in kwargs.items() if name != old} | (
            {new: kwargs[old]} if new else {}
        )
    return kwargs


def _is_same(value: Any, default: Any) -> bool:
    return value is default or (type(value) is type(default) and value == default)


_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


@typing.overload
def declared(cls: type[T]) -> type[T]: ...
@typing.overload
def declared(
    *, config: Iterable[str] | None = None, order: Iterable[str] = ()
) -> Callable[[type[T]], type[T]]: ...
def declared(
    cls: Any = None, *, config: Iterable[str] | None = None, order: Iterable[str] = ()
) -> Any:
    """Give a class the constructor and the config that follow from its fields.

    What the class writes itself, ``__init__`` or ``get_config``, stays as it is.

    Args:
        cls: The class.
        config: The keys of the config, after those of the base class, when they are not the fields
            in their order.
        order: Fields that come first in the constructor, when inherited ones would.
    """
    if cls is None:
        return functools.partial(_declare, config=config, order=order)
    return _declare(cls, config, order)


def _declare(cls: Any, config: Iterable[str] | None, order: Iterable[str]) -> Any:
    declaration = Declaration(cls, order)
    cls.__declaration__ = declaration
    for name, field in declaration.own.items():
        if field.required or field.attribute or name in declaration.passed_on:
            if name in vars(cls):
                delattr(cls, name)
        else:
            setattr(cls, name, field.default)
    if "__init__" not in vars(cls):
        cls.__init__ = _generated_init(declaration)
    if "get_config" not in vars(cls):
        keys = None if config is None else tuple(config)

        def get_config(self: Any) -> dict[str, Any]:
            """The settings, as a saved file keeps them."""
            return declaration.config_of(self, keys)

        get_config.__qualname__ = f"{cls.__qualname__}.get_config"
        cls.get_config = get_config
    return cls


def _generated_init(declaration: Declaration) -> Callable[..., None]:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - it becomes one
        declaration.initialize(self, args, kwargs)

    __init__.__qualname__ = f"{declaration.cls.__qualname__}.__init__"
    __init__.__signature__ = declaration.signature()  # type: ignore[attr-defined]
    __init__.generated = True  # type: ignore[attr-defined]
    return __init__


def fields_of(cls: type) -> list[Field]:
    """The settings of a declared class in the order of its constructor, those of its base last.

    For the forms of the builder: each has a type, a default, a help text, choices.
    """
    declaration = next((d for d in map(_declaration, cls.__mro__) if d), None)
    if declaration is None:
        return []
    hints = typing.get_type_hints(declaration.base.__init__, include_extras=True)
    explained = explanations(cls)
    base = [
        Field(name, hints.get(name, Any), p.default, help=explained.get(name, ""), base=True)
        for name, p in declaration.tail.items()
    ]
    return [*declaration.typed.values(), *base]


def explanations(cls: type) -> dict[str, str]:
    """What the ``Args:`` sections of a class and its bases say of each argument."""
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        found.update(_explained(vars(base).get("__doc__") or ""))
    return found


@functools.lru_cache(maxsize=1024)
def _explained(doc: str) -> dict[str, str]:
    lines = inspect.cleandoc(doc).splitlines()
    if "Args:" not in lines:
        return {}
    found: dict[str, str] = {}
    name = ""
    for line in lines[lines.index("Args:") + 1 :]:
        if line and not line.startswith(" "):
            break
        if start := re.match(r" {4}\*{0,2}(\w+)(?: \([^)]*\))?: (.*)", line):
            name = start[1]
            found[name] = start[2].strip()
        elif name and line.strip():
            found[name] += " " + line.strip()
    return found


def _class_variables(cls: type) -> set[str]:
    """The attributes that the class itself says are no settings."""
    annotations = inspect.get_annotations(cls)
    return {name for name, annotation in annotations.items() if "ClassVar" in str(annotation)}


def _own_fields(cls: type) -> dict[str, Field]:
    """The annotated attributes of the class itself."""
    found = {}
    for name in inspect.get_annotations(cls):
        if name.startswith("_") or name in _class_variables(cls):
            continue
        default = vars(cls).get(name, REQUIRED)
        field = default if isinstance(default, Field) else Field("", default=default)
        found[name] = replace(field, name=name)
    return found


def _declaration(cls: type) -> Declaration | None:
    return vars(cls).get("__declaration__")


def _has_own_init(cls: type) -> bool:
    init = vars(cls).get("__init__")
    return init is not None and not hasattr(init, "generated")


def _defaults_last(parameters: list[inspect.Parameter]) -> list[inspect.Parameter]:
    """Python wants parameters with defaults after those without, unless they are keywords."""
    seen_default = False
    found = []
    for p in parameters:
        if p.kind is p.POSITIONAL_OR_KEYWORD:
            if p.default is p.empty and seen_default:
                p = p.replace(default=None)
            seen_default = seen_default or p.default is not p.empty
        found.append(p)
    return found

"""The settings of a layer as a form: read from its declaration, or else from its config."""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

import functools
import typing
from dataclasses import dataclass
from typing import Any, Literal

from visualnn.builder.frozen import FrozenDict, freeze, thaw
from visualnn.builder.kinds import class_of, kind_name
from visualnn.builder.layer_words import recognised
from visualnn.builder.records import LayerRecord
from visualnn.builder.sentences import Sentence, said_by, say
from visualnn.declaration import Field, fields_of
from visualnn.settings import is_union

FormKind = Literal["integer", "number", "boolean", "text", "choice", "integers", "shape", "object"]

_ELSEWHERE = ("name", "trainable", "dtype", "autocast")  # commands of their own, or too rare
_DTYPES = (
    "float32", "float64", "float16", "bfloat16",
    "int32", "int64", "int16", "int8", "uint8", "bool", "string",
)  # fmt: skip
_SIMPLE: dict[type, FormKind] = {bool: "boolean", int: "integer", float: "number", str: "text"}


@dataclass(frozen=True)
class SettingForm:
    """One line of a layer's form.

    Attributes:
        kind: What the entry is: `integers` is a tuple such as a kernel size, `object` a name or a
            record.
        optional: Whether nothing at all (null) is allowed.
        length: How many integers; 0 means any number.
    """

    name: str
    kind: FormKind
    default: Any = None
    required: bool = False
    choices: tuple[str, ...] = ()
    help: str = ""
    optional: bool = False
    length: int = 0


@dataclass(frozen=True)
class Setting:
    """A setting of a layer: how it is shown, and what may be put into it."""

    form: SettingForm
    declared: Field | None = None

    @functools.cached_property
    def default(self) -> Any:
        """The default as a saved file would keep it."""
        if self.form.required or self.form.default is None:
            return None
        return self.canonical(self.form.default, "a layer")

    def canonical(self, value: Any, owner: str) -> Any:
        """The value as a saved file keeps it, frozen.

        Raises:
            ValueError: When it does not fit; the message says what would.
        """
        if value is None and not self.form.optional:
            raise ValueError(
                say("{owner} needs a value for `{name}`.", owner=owner, name=self.form.name)
            )
        if self.declared is None:
            return _by_form(self.form, value, owner)
        try:
            found = self.declared.converted(thaw(value), owner)
            return freeze(self.declared.recorded(found))
        except (ValueError, TypeError) as problem:
            raise ValueError(recognised(said_by(problem))) from problem

    def normal(self, value: Any) -> Any:
        """The value as this version writes it; files of others leave out some entries."""
        if not isinstance(value, dict) or self.declared is None:
            return value
        try:
            return self.canonical(value, "a layer")
        except ValueError:  # it names something that is not known here
            return value

    def shown(self, value: Any) -> Any:
        """The value as the form shows it: the name of an object where that says everything."""
        if isinstance(value, dict) and self.declared is not None:
            record = self.normal(value)
            return _names_of_records(self.declared).get(record, thaw(value))
        return thaw(value)


def settings_of(record: LayerRecord) -> tuple[Setting, ...]:
    """The settings of a layer in the order in which they are said."""
    if record.is_input:
        return INPUT
    if record.is_model:
        return ()
    cls = class_of(record)
    declared = declared_settings(cls) if cls else ()
    return declared or tuple(_from_config(record))


@functools.lru_cache(maxsize=1024)
def declared_settings(cls: type) -> tuple[Setting, ...]:
    """The settings of a class that is declared by its fields; none of another class."""
    return tuple(
        Setting(_form(field), field)
        for field in fields_of(cls)
        if field.name not in _ELSEWHERE and field.config and field.annotation is not Any
    )


def value_of(record: LayerRecord, setting: Setting) -> Any:
    """What a layer has for a setting: what was said, or else the default."""
    name = setting.form.name
    if record.is_input:
        return _input_value(record, name)
    if name in record.config:
        return record.config[name]
    return setting.default


def is_default(record: LayerRecord, setting: Setting) -> bool:
    """Whether a setting has its default."""
    return (
        not setting.form.required and setting.normal(value_of(record, setting)) == setting.default
    )


def with_setting(record: LayerRecord, name: str, value: Any) -> LayerRecord:
    """The layer with another value for one setting.

    Raises:
        ValueError: When there is no such setting, or the value does not fit; in words.
    """
    settings = settings_of(record)
    owner = f"{kind_name(record)} {record.name!r}" if record.name else kind_name(record)
    setting = next((s for s in settings if s.form.name == name), None)
    if setting is None:
        known = ", ".join(s.form.name for s in settings) or "none"
        raise ValueError(
            say(
                "{owner} has no setting `{name}`. Its settings are: {known}.",
                owner=owner,
                name=name,
                known=known,
            )
        )
    canonical = setting.canonical(value, owner)
    if record.is_input:
        return _with_input_value(record, name, canonical)
    return record.configured(**{name: canonical})


# ---------------------------------------------------------------------- from declarations


def _form(declared: Field) -> SettingForm:
    annotation, optional = _without_none(declared.annotation)
    kind, length = _kind(declared, annotation)
    choices = tuple(str(choice) for choice in declared.choices if choice is not None)
    default = None if declared.required else _shown_default(declared)
    return SettingForm(
        declared.name,
        kind,
        freeze(default),
        declared.required,
        choices if kind == "choice" else (),
        declared.help.replace("``", ""),
        not declared.required and (default is None or (optional and declared.default is None)),
        length,
    )


def _shown_default(declared: Field) -> Any:
    """The default as the form shows it; what ``None`` stands for, if for something."""
    if isinstance(declared.default, str) or declared.kind is None:
        return declared.default
    record = freeze(declared.recorded(declared.converted(declared.default, "a layer")))
    return _names_of_records(declared).get(record, record)


def _kind(declared: Field, annotation: Any) -> tuple[FormKind, int]:
    if declared.choices:
        return "choice", 0
    if annotation in _SIMPLE:
        return _SIMPLE[annotation], 0
    options = typing.get_args(annotation)
    if typing.get_origin(annotation) is tuple and options:
        if options[-1] is ...:
            return ("shape" if declared.name.endswith("shape") else "integers"), 0
        return "integers", len(options)
    if declared.name.endswith("shape"):
        return "shape", 0
    if is_union(annotation):  # the first of several types that has a kind of entry
        for option in options:
            kind, length = _kind(declared, option)
            if kind != "object":
                return kind, length
    return "object", 0


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if not is_union(annotation):
        return annotation, annotation is Any
    options = [option for option in typing.get_args(annotation) if option is not type(None)]
    optional = len(options) < len(typing.get_args(annotation))
    if len(options) == 1:
        return options[0], optional
    return annotation, optional


@functools.lru_cache(maxsize=1024)
def _names_of_records(declared: Field) -> FrozenDict[Any, str]:
    """The names that stand for objects with nothing but defaults, by their records."""
    found: dict[Any, str] = {}
    for choice in declared.choices if declared.kind else ():
        try:
            record = freeze(declared.recorded(declared.converted(choice, "")))
        except (ValueError, TypeError):  # it needs to be told more than its name
            continue
        found.setdefault(record, choice)
    return FrozenDict(found)


# ---------------------------------------------------------------------- from a config


def _from_config(record: LayerRecord) -> list[Setting]:
    """The settings of a layer that is not declared: the entries of its config."""
    return [
        Setting(_form_of_value(name, value))
        for name, value in record.config.items()
        if name not in _ELSEWHERE
    ]


def _form_of_value(name: str, value: Any) -> SettingForm:
    kind: FormKind = _SIMPLE.get(type(value), "object")
    if isinstance(value, tuple) and value and all(type(item) is int for item in value):
        kind = "integers"
    return SettingForm(name, kind, optional=value is None)


_KINDS: dict[FormKind, Sentence] = {
    "boolean": say("true or false"),
    "integer": say("a whole number"),
    "number": say("a number"),
    "text": say("a text"),
    "integers": say("whole numbers"),
    "shape": say("a shape, such as 28, 28, 1"),
}


def _by_form(form: SettingForm, value: Any, owner: str) -> Any:
    """A value checked by nothing but the kind of its entry."""
    fits: bool = {
        "boolean": isinstance(value, bool),
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "number": isinstance(value, int | float) and not isinstance(value, bool),
        "text": isinstance(value, str),
        "choice": value in form.choices,
        "integers": _whole_numbers(value, (int,)),
        "shape": _whole_numbers(value, (int, type(None))),
        "object": True,
    }[form.kind]
    if value is not None and not fits:
        raise ValueError(
            say(
                "{owner}: `{name}` must be {kind}, but is {value}.",
                owner=owner,
                name=form.name,
                kind=_KINDS.get(form.kind)
                or say("one of {choices}", choices=", ".join(form.choices)),
                value=repr(value),
            )
        )
    return freeze(value)


def _whole_numbers(value: Any, kinds: tuple[type, ...]) -> bool:
    return isinstance(value, list | tuple) and all(type(item) in kinds for item in value)


# ---------------------------------------------------------------------- inputs

INPUT = (
    Setting(
        SettingForm("shape", "shape", required=True, help="The sizes of one example, such as "
        "28, 28, 1 for a grey image; ? where a size may vary."),
    ),
    Setting(
        SettingForm("dtype", "choice", "float32", choices=_DTYPES,
        help="What the numbers are: fractions, or whole numbers such as word ids."),
    ),
    Setting(
        SettingForm("batch_size", "integer", optional=True,
        help="How many examples come at once, if that is always the same."),
    ),
)  # fmt: skip
"""The form of an input, whose config keeps shape and batch size in one."""


def _input_value(record: LayerRecord, name: str) -> Any:
    shape: Any = record.config.get("batch_shape")
    match name:
        case "shape":
            return tuple(shape[1:]) if shape else ()
        case "batch_size":
            return shape[0] if shape else None
        case _:
            return record.config.get("dtype", "float32")


def _with_input_value(record: LayerRecord, name: str, value: Any) -> LayerRecord:
    sizes = list(record.config.get("batch_shape") or (None,))
    match name:
        case "shape":
            if any(size is not None and size < 0 for size in value):
                raise ValueError(
                    say("Input {name}: a size cannot be negative.", name=repr(record.name))
                )
            return record.configured(batch_shape=(sizes[0], *value))
        case "batch_size":
            if value is not None and value < 1:
                raise ValueError(
                    say("Input {name}: the batch size is 1 or more.", name=repr(record.name))
                )
            return record.configured(batch_shape=(value, *sizes[1:]))
        case _:
            return record.configured(dtype=value)


NEW_INPUT = LayerRecord(
    "InputLayer",
    FrozenDict({"batch_shape": (None,), "dtype": "float32", "sparse": False, "ragged": False}),
)

"""Protocol buffers on the wire: dicts as bytes and back, by a table of messages.

A table is text, one message in a line, in the manner of the ``.proto`` files it stands for::

    Event: wall_time=1:double, step=2:int64, summary=5:Summary
    Summary: value=1:*Summary.Value

``*`` is a repeated field, ``map<string,int64>`` a map.  A key that is in the dict is written even
if its value is the default one, because members of a ``oneof`` need that.  The bytes of a dict are
always the same: fields come in the order of their numbers, keys of maps sorted.

Source: https://protobuf.dev/programming-guides/encoding
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

_VARINTS = frozenset({"int32", "int64", "uint32", "uint64", "sint64", "bool", "enum"})
_FIXED = {"double": "<d", "float": "<f", "fixed32": "<I", "fixed64": "<Q"}
_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5
_DEEPEST = 100


class ProtobufError(ValueError):
    """Bytes that are not the message they should be."""


class Field(NamedTuple):
    """One field of a message."""

    name: str
    number: int
    kind: str
    repeated: bool = False
    key: str = ""


class Messages:
    """A table of messages, which writes and reads them.

    Args:
        table: The text.
    """

    def __init__(self, table: str):
        self._fields: dict[str, dict[str, Field]] = {}
        for line in filter(None, map(str.strip, table.splitlines())):
            name, _, rest = line.partition(":")
            fields = [_field(text) for text in re.findall(r"\w+=\d+:(?:map<[^>]*>|[^,]+)", rest)]
            self._fields[name] = {field.name: field for field in fields}
        self._by_number = {
            name: {field.number: field for field in fields.values()}
            for name, fields in self._fields.items()
        }

    def encode(self, message: str, content: dict[str, Any]) -> bytes:
        """The bytes of a message.

        Raises:
            KeyError: When the table has no such message or field.
        """
        fields = self._fields[message]
        ordered = sorted(content, key=lambda name: fields[name].number)
        return b"".join(self._encoded(fields[name], content[name]) for name in ordered)

    def _encoded(self, field: Field, value: Any) -> bytes:
        if field.key:
            entries = (self._entry(field, key, value[key]) for key in sorted(value))
            return b"".join(_delimited(field.number, entry) for entry in entries)
        if not field.repeated:
            return _tag(field.number, field.kind) + self._value(field.kind, value)
        if field.kind in _VARINTS or field.kind in _FIXED:
            return _delimited(field.number, self._packed(field.kind, value)) if len(value) else b""
        tag = _tag(field.number, field.kind)
        return b"".join(tag + self._value(field.kind, item) for item in value)

    def _entry(self, field: Field, key: Any, value: Any) -> bytes:
        first = _tag(1, field.key) + self._value(field.key, key)
        return first + _tag(2, field.kind) + self._value(field.kind, value)

    def _packed(self, kind: str, values: Any) -> bytes:
        if kind in _FIXED:
            return np.ascontiguousarray(values, _numpy(kind)).tobytes()
        return b"".join(self._value(kind, value) for value in values)

    def _value(self, kind: str, value: Any) -> bytes:
        if kind == "sint64":
            return varint(int(value) << 1 ^ int(value) >> 63)
        if kind in _VARINTS:
            return varint(int(value))
        if kind in _FIXED:
            return struct.pack(_FIXED[kind], value)
        if kind in ("string", "bytes"):
            value = value.encode() if isinstance(value, str) else bytes(value)
        else:
            value = self.encode(kind, value)
        return varint(len(value)) + value

    # ------------------------------------------------------------------ reading

    def decode(self, message: str, data: bytes | memoryview) -> dict[str, Any]:
        """What a message holds; fields that the table does not know are left out.

        Raises:
            ProtobufError: When the bytes are damaged.
        """
        return self._decoded(message, memoryview(data), 0)

    def _decoded(self, message: str, data: memoryview, depth: int) -> dict[str, Any]:
        if depth > _DEEPEST:
            raise ProtobufError(f"{message} is nested deeper than {_DEEPEST} messages.")
        known, found = self._by_number[message], {}
        for number, wire, raw in parts(data):
            field = known.get(number)
            if field is None:
                continue
            if field.key:
                key, value = self._decoded_entry(field, raw, depth)
                found.setdefault(field.name, {})[key] = value
            elif field.repeated:
                values = self._decoded_values(field.kind, wire, raw, depth)
                found.setdefault(field.name, []).extend(values)
            else:
                found[field.name] = self._decoded_value(field.kind, raw, depth)
        return found

    def _decoded_entry(self, field: Field, raw: Any, depth: int) -> tuple[Any, Any]:
        found = {number: part for number, _, part in parts(raw)}
        key = self._decoded_value(field.key, found.get(1, _nothing(field.key)), depth)
        return key, self._decoded_value(field.kind, found.get(2, _nothing(field.kind)), depth)

    def _decoded_values(self, kind: str, wire: int, raw: Any, depth: int) -> list[Any]:
        if wire != _LENGTH or not (kind in _VARINTS or kind in _FIXED):
            return [self._decoded_value(kind, raw, depth)]
        if kind in _FIXED:
            if len(raw) % struct.calcsize(_FIXED[kind]):
                raise ProtobufError("A list of numbers ends amid one.")
            return np.frombuffer(raw, _numpy(kind)).tolist()
        place, values = 0, []
        while place < len(raw):
            number, place = read_varint(raw, place)
            values.append(self._decoded_value(kind, number, depth))
        return values

    def _decoded_value(self, kind: str, raw: Any, depth: int) -> Any:
        is_number = isinstance(raw, int)
        if is_number != (kind in _VARINTS):
            raise ProtobufError(f"A field that should be {kind} is written as another type.")
        if is_number:
            return _number(kind, raw)
        if kind in _FIXED:
            if len(raw) != struct.calcsize(_FIXED[kind]):
                raise ProtobufError(f"A {kind} has {len(raw)} bytes.")
            return struct.unpack(_FIXED[kind], raw)[0]
        if kind == "bytes":
            return bytes(raw)
        if kind == "string":
            try:
                return bytes(raw).decode()
            except UnicodeDecodeError as problem:
                raise ProtobufError(f"A text is no UTF-8: {problem}.") from problem
        return self._decoded(kind, raw, depth + 1)


def _field(text: str) -> Field:
    name, _, rest = text.partition("=")
    number, _, kind = rest.partition(":")
    if kind.startswith("map<"):
        key, _, value = kind[4:-1].partition(",")
        return Field(name, int(number), value.strip(), key=key.strip())
    kind = kind.partition("!")[0].strip()
    return Field(name, int(number), kind.lstrip("*"), repeated=kind.startswith("*"))


def _numpy(kind: str) -> str:
    return {"double": "<f8", "float": "<f4", "fixed32": "<u4", "fixed64": "<u8"}[kind]


def _nothing(kind: str) -> Any:
    """What is not written, because it is the default value."""
    if kind in _VARINTS:
        return 0
    return memoryview(bytes(struct.calcsize(_FIXED[kind]) if kind in _FIXED else 0))


def _number(kind: str, raw: int) -> Any:
    if kind == "bool":
        return bool(raw)
    if kind == "sint64":
        return raw >> 1 ^ -(raw & 1)
    return raw - (1 << 64) if raw >> 63 and not kind.startswith("u") else raw


def _tag(number: int, kind: str) -> bytes:
    wire = _LENGTH
    if kind in _VARINTS:
        wire = _VARINT
    elif kind in _FIXED:
        wire = _EIGHT_BYTES if struct.calcsize(_FIXED[kind]) == 8 else _FOUR_BYTES
    return varint(number << 3 | wire)


def _delimited(number: int, data: bytes) -> bytes:
    return varint(number << 3 | _LENGTH) + varint(len(data)) + data


def varint(number: int) -> bytes:
    """A whole number in as few bytes as it needs, seven bits in each; negative ones take ten."""
    number &= (1 << 64) - 1
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def read_varint(data: memoryview | bytes, place: int) -> tuple[int, int]:
    """The number at a place, and the place behind it.

    Raises:
        ProtobufError: When it has no end.
    """
    number = 0
    for shift in range(0, 70, 7):
        if place >= len(data):
            raise ProtobufError("The message ends amid a number.")
        byte = data[place]
        place += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number & (1 << 64) - 1, place
    raise ProtobufError("A number has more than 64 bits.")


def parts(data: memoryview | bytes) -> Iterator[tuple[int, int, Any]]:
    """The fields of a message: number, type on the wire, and bytes, or a whole number."""
    data, place = memoryview(data), 0
    while place < len(data):
        key, place = read_varint(data, place)
        number, wire = key >> 3, key & 7
        if wire == _VARINT:
            value, place = read_varint(data, place)
            yield number, wire, value
            continue
        if wire == _LENGTH:
            length, place = read_varint(data, place)
        elif wire in (_EIGHT_BYTES, _FOUR_BYTES):
            length = 8 if wire == _EIGHT_BYTES else 4
        else:
            raise ProtobufError(f"The field {number} has the unknown type {wire}.")
        if place + length > len(data):
            raise ProtobufError(f"The field {number} goes beyond the end of its message.")
        yield number, wire, data[place : place + length]
        place += length

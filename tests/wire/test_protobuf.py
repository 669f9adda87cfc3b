"""Messages on the wire, against the bytes of the encoding guide."""

import pytest

from visualnn.wire.protobuf import Messages, ProtobufError, varint

MESSAGES = Messages(
    """
    Test1: a=1:int32
    Test2: b=2:string
    Test3: c=3:Test1
    Test4: d=4:string, e=5:*int32
    Numbers: f=1:double, g=2:float, h=3:sint64, i=4:bool, j=5:*float, k=6:fixed32, l=7:uint64
    Maps: m=1:map<string,int64>, n=2:map<int64,Test2>, o=3:*Test1, p=4:bytes, q=5:Maps
    """
)


@pytest.mark.parametrize(
    ("message", "content", "expected"),
    [  # https://protobuf.dev/programming-guides/encoding
        ("Test1", {"a": 150}, "089601"),
        ("Test2", {"b": "testing"}, "120774657374696e67"),
        ("Test3", {"c": {"a": 150}}, "1a03089601"),
        ("Test4", {"d": "hello", "e": [1, 2, 3]}, "220568656c6c6f2a03010203"),
        ("Test1", {"a": -2}, "08feffffffffffffffff01"),
        ("Numbers", {"h": -500}, "18e707"),
        ("Maps", {"m": {"b": 2, "a": 1}}, "0a050a016110010a050a01621002"),
    ],
)
def test_bytes_are_those_of_the_guide(message, content, expected):
    data = MESSAGES.encode(message, content)
    assert data.hex() == expected
    assert MESSAGES.decode(message, data) == content


def test_all_kinds_come_back():
    numbers = {"f": 0.1, "g": 0.5, "h": -1, "i": True, "j": [1.5, -2.0], "k": 7, "l": 2**64 - 1}
    assert MESSAGES.decode("Numbers", MESSAGES.encode("Numbers", numbers)) == numbers
    maps = {"n": {3: {"b": "x"}}, "o": [{"a": 0}, {}], "p": b"\0\1", "q": {"m": {"": 0}}}
    assert MESSAGES.decode("Maps", MESSAGES.encode("Maps", maps)) == maps


def test_unknown_fields_are_left_out():
    data = MESSAGES.encode("Numbers", {"k": 3, "l": 5}) + varint(99 << 3 | 2) + b"\2ab"
    assert MESSAGES.decode("Test1", data) == {}


@pytest.mark.parametrize(
    "damaged", ["08", "0896", "12ff01", "120161", "0b", "0a0161", "08" + "ff" * 11, "1201ff"]
)
def test_damage_is_said(damaged):
    with pytest.raises(ProtobufError):
        MESSAGES.decode(
            "Test1" if damaged.startswith("0") else "Test2",
            bytes.fromhex(damaged) + (b"\x12\x05a" if damaged == "120161" else b""),
        )


def test_a_hostile_depth_is_refused():
    data = b""
    for _ in range(200):
        data = varint(5 << 3 | 2) + varint(len(data)) + data
    with pytest.raises(ProtobufError, match="nested deeper than 100"):
        MESSAGES.decode("Maps", data)

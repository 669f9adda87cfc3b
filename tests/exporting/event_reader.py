"""Reads event files without anything that writes them."""

import struct

import numpy as np


def bitwise_checksum(data):
    """CRC-32C bit by bit, as its definition says."""
    register = 0xFFFFFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ (0x82F63B78 if register & 1 else 0)
    register ^= 0xFFFFFFFF
    return ((register >> 15 | register << 17) + 0xA282EAD8) & 0xFFFFFFFF


def fields(data):
    """The fields of a message: (number, value), the value bytes or a whole number."""
    place, found = 0, []

    def whole():
        nonlocal place
        number = shift = 0
        while True:
            byte = data[place]
            place += 1
            number |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return number

    while place < len(data):
        key = whole()
        if key & 7 == 0:
            found.append((key >> 3, whole()))
            continue
        size = {1: 8, 5: 4}.get(key & 7) or whole()
        found.append((key >> 3, data[place : place + size]))
        place += size
    return found


def events(folder):
    """What the event files of a folder hold: (plugin, tag, step, value)."""
    found = []
    for path in sorted(folder.glob("*tfevents*")):
        data, place, first = path.read_bytes(), 0, True
        while place < len(data):
            length, check = struct.unpack_from("<QI", data, place)
            assert bitwise_checksum(data[place : place + 8]) == check
            body = data[place + 12 : place + 12 + length]
            (check,) = struct.unpack_from("<I", data, place + 12 + length)
            assert bitwise_checksum(body) == check
            place += 16 + length
            event = dict(fields(body))
            assert 1.6e9 < struct.unpack("<d", event[1])[0] < 1e10
            if first:
                assert event[3] == b"brain.Event:2"
            else:
                value = dict(fields(dict(fields(event[5]))[1]))
                plugin = dict(fields(dict(fields(value[9]))[1]))[1].decode()
                found.append((plugin, value[1].decode(), event.get(2, 0), tensor(value[8])))
            first = False
    return found


def tensor(data):
    """A tensor: numbers, or a list of bytes."""
    known = dict(fields(data))
    sizes = [dict(fields(size))[1] for number, size in fields(known[2]) if number == 2]
    if known[1] == 7:
        return [text for number, text in fields(data) if number == 8]
    numbers = np.frombuffer(known[4], {1: "<f4", 2: "<f8"}[known[1]])
    return numbers.reshape(sizes)

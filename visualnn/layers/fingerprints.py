"""Numbers that stand for texts: the same ones everywhere, on every machine.

Both are public algorithms.  Pike and Alakuijala, "FarmHash", 2014 (its 64 bit fingerprint);
Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012 (two rounds and four).
"""

from __future__ import annotations

_ALL = 2**64 - 1
_K0 = 0xC3A5C85C97CB3127
_K1 = 0xB492B66FBE98F273
_K2 = 0x9AE16A3B2F90404F
_CROSS = 0xC6A4A7935BD1E995


def fingerprint(text: bytes) -> int:
    """The FarmHash fingerprint of a text, a whole number below 2**64."""
    n = len(text)
    if n <= 16:
        return _up_to_16(text, n)
    if n <= 32:
        return _up_to_32(text, n)
    if n <= 64:
        return _up_to_64(text, n)
    return _long(text, n)


def combined(first: int, second: int) -> int:
    """One number for two, in this order."""
    result = (first ^ _CROSS) ^ _times(_mixed(_times(second, _CROSS)), _CROSS)
    result = _times(result, _CROSS)
    return _mixed(_times(_mixed(result), _CROSS))


def _times(a: int, b: int) -> int:
    return a * b & _ALL


def _mixed(x: int) -> int:
    return x ^ x >> 47


def _turned(x: int, bits: int) -> int:
    x &= _ALL
    return (x >> bits | x << 64 - bits) & _ALL


def _word(text: bytes, place: int) -> int:
    return int.from_bytes(text[place : place + 8], "little")


def _half_word(text: bytes, place: int) -> int:
    return int.from_bytes(text[place : place + 4], "little")


def _pair(u: int, v: int, factor: int) -> int:
    a = _mixed(_times(u ^ v, factor))
    return _times(_mixed(_times(v ^ a, factor)), factor)


def _up_to_16(text: bytes, n: int) -> int:
    factor = _K2 + 2 * n & _ALL
    if n >= 8:
        a, b = _word(text, 0) + _K2 & _ALL, _word(text, n - 8)
        c = _times(_turned(b, 37), factor) + a & _ALL
        d = _times(_turned(a, 25) + b & _ALL, factor)
        return _pair(c, d, factor)
    if n >= 4:
        return _pair(n + (_half_word(text, 0) << 3) & _ALL, _half_word(text, n - 4), factor)
    if n:
        y = text[0] + (text[n >> 1] << 8)
        z = n + (text[n - 1] << 2)
        return _times(_mixed(_times(y, _K2) ^ _times(z, _K0)), _K2)
    return _K2


def _up_to_32(text: bytes, n: int) -> int:
    factor = _K2 + 2 * n & _ALL
    a, b = _times(_word(text, 0), _K1), _word(text, 8)
    c, d = _times(_word(text, n - 8), factor), _times(_word(text, n - 16), _K2)
    return _pair(
        _turned(a + b, 43) + _turned(c, 30) + d & _ALL,
        a + _turned(b + _K2, 18) + c & _ALL,
        factor,
    )


def _up_to_64(text: bytes, n: int) -> int:
    factor = _K2 + 2 * n & _ALL
    a, b = _times(_word(text, 0), _K2), _word(text, 8)
    c, d = _times(_word(text, n - 8), factor), _times(_word(text, n - 16), _K2)
    y = _turned(a + b, 43) + _turned(c, 30) + d & _ALL
    z = _pair(y, a + _turned(b + _K2, 18) + c & _ALL, factor)
    e, f = _times(_word(text, 16), factor), _word(text, 24)
    g = _times(y + _word(text, n - 32) & _ALL, factor)
    h = _times(z + _word(text, n - 24) & _ALL, factor)
    return _pair(
        _turned(e + f, 43) + _turned(g, 30) + h & _ALL,
        e + _turned(f + a, 18) + g & _ALL,
        factor,
    )


def _weak(text: bytes, place: int, a: int, b: int) -> tuple[int, int]:
    w, x, y, z = (_word(text, place + 8 * i) for i in range(4))
    a = a + w & _ALL
    b = _turned(b + a + z, 21)
    c = a
    a = a + x + y & _ALL
    b = b + _turned(a, 44) & _ALL
    return a + z & _ALL, b + c & _ALL


def _long(text: bytes, n: int) -> int:
    seed = 81
    x = seed
    y = seed * _K1 + 113 & _ALL
    z = _times(_mixed(y * _K2 + 113 & _ALL), _K2)
    v, w = (0, 0), (0, 0)
    x = x * _K2 + _word(text, 0) & _ALL
    end = (n - 1) // 64 * 64
    for place in range(0, end, 64):
        x = _times(_turned(x + y + v[0] + _word(text, place + 8), 37), _K1)
        y = _times(_turned(y + v[1] + _word(text, place + 48), 42), _K1)
        x ^= w[1]
        y = y + v[0] + _word(text, place + 40) & _ALL
        z = _times(_turned(z + w[0], 33), _K1)
        v = _weak(text, place, _times(v[1], _K1), x + w[0] & _ALL)
        w = _weak(text, place + 32, z + w[1] & _ALL, y + _word(text, place + 16) & _ALL)
        z, x = x, z
    factor = _K1 + ((z & 0xFF) << 1) & _ALL
    place = n - 64
    w = (w[0] + (n - 1 & 63) & _ALL, w[1])
    v = (v[0] + w[0] & _ALL, v[1])
    w = (w[0] + v[0] & _ALL, w[1])
    x = _times(_turned(x + y + v[0] + _word(text, place + 8), 37), factor)
    y = _times(_turned(y + v[1] + _word(text, place + 48), 42), factor)
    x ^= w[1] * 9 & _ALL
    y = y + v[0] * 9 + _word(text, place + 40) & _ALL
    z = _times(_turned(z + w[0], 33), factor)
    v = _weak(text, place, _times(v[1], factor), x + w[0] & _ALL)
    w = _weak(text, place + 32, z + w[1] & _ALL, y + _word(text, place + 16) & _ALL)
    z, x = x, z
    return _pair(
        _pair(v[0], w[0], factor) + _times(_mixed(y), _K0) + z & _ALL,
        _pair(v[1], w[1], factor) + x & _ALL,
        factor,
    )


def keyed(text: bytes, key: tuple[int, int]) -> int:
    """The SipHash of a text under a key of two numbers."""
    a, b = (k & _ALL for k in key)
    state = [
        a ^ 0x736F6D6570736575,
        b ^ 0x646F72616E646F6D,
        a ^ 0x6C7967656E657261,
        b ^ 0x7465646279746573,
    ]
    whole = len(text) // 8 * 8
    words = [_word(text, place) for place in range(0, whole, 8)]
    words.append(int.from_bytes(text[whole:], "little") | (len(text) & 0xFF) << 56)
    for word in words:
        state[3] ^= word
        _stir(state, 2)
        state[0] ^= word
    state[2] ^= 0xFF
    _stir(state, 4)
    return state[0] ^ state[1] ^ state[2] ^ state[3]


def _stir(state: list[int], rounds: int) -> None:
    a, b, c, d = state
    for _ in range(rounds):
        a = a + b & _ALL
        c = c + d & _ALL
        b = _turned(b, 51) ^ a
        d = _turned(d, 48) ^ c
        a = _turned(a, 32)
        c = c + b & _ALL
        a = a + d & _ALL
        b = _turned(b, 47) ^ c
        d = _turned(d, 43) ^ a
        c = _turned(c, 32)
    state[:] = a, b, c, d

"""How many digits are right, where numpy has no such function or the plain way loses some."""

import math

import numpy as np
import pytest

from visualnn import primitives as p

LINE = np.concatenate([np.linspace(-6, 6, 2001), np.logspace(-30, 0, 200)]).astype("float32")
POSITIVE = np.concatenate([np.linspace(0.01, 40, 2001), np.logspace(-6, 6, 200)]).astype("float32")


def worst(found, exact):
    """The largest error, in units of the last place of float32."""
    exact = np.asarray(exact, "float64")
    unit = np.spacing(np.abs(exact).astype("float32"))
    return np.max(np.abs(np.asarray(found, "float64") - exact) / unit)


@pytest.mark.parametrize(
    "primitive, exact, x",
    [
        (p.erf, math.erf, LINE),
        (p.erfc, math.erfc, np.linspace(-6, 9, 2001).astype("float32")),
        (p.lgamma, math.lgamma, POSITIVE),
        (p.lgamma, math.lgamma, -POSITIVE[(POSITIVE % 1 != 0) & (POSITIVE < 30)]),
        (p.sigmoid, lambda x: 1 / (1 + math.exp(-x)), np.linspace(-80, 80, 2001).astype("float32")),
        (
            p.softplus,
            lambda x: math.log1p(math.exp(x)),
            np.linspace(-80, 80, 999).astype("float32"),
        ),
    ],
)
def test_is_within_two_units_of_the_last_place(primitive, exact, x):
    allowed = 3 if primitive is p.sigmoid else 2  # three rounded steps
    assert worst(primitive(x), [exact(float(one)) for one in x]) <= allowed


def test_the_inverse_of_the_error_function():
    x = np.concatenate([np.linspace(-0.9999, 0.9999, 2001), 1 - np.logspace(-7, -1, 200)])
    x = x.astype("float32").astype("float64")
    x = x[np.abs(x) < 1]
    y = np.asarray(p.erfinv(x))
    near, far = np.abs(x) < 0.5, np.abs(x) >= 0.5
    np.testing.assert_allclose([math.erf(one) for one in y[near]], x[near], rtol=1e-14)
    tails = [math.erfc(abs(one)) for one in y[far]]
    np.testing.assert_allclose(tails, 1 - np.abs(x[far]), rtol=1e-13)
    assert worst(p.erfinv(x.astype("float32")), y) <= 1
    np.testing.assert_array_equal(p.erfinv(np.array([1.0, -1.0])), [np.inf, -np.inf])
    assert np.isnan(p.erfinv(np.array([1.5, np.nan]))).all()


def test_the_slopes_of_the_gamma_function():
    euler, zeta3 = 0.5772156649015329, 1.2020569031595942
    half = -euler - 2 * math.log(2)
    x = np.array([1.0, 0.5, -0.5, 10.0])
    found = p.polygamma(x, order=0)
    np.testing.assert_allclose(found, [-euler, half, half + 2, 2.251752589066721], rtol=1e-13)
    found = p.polygamma(np.array([1.0, 0.5]), order=1)
    np.testing.assert_allclose(found, [math.pi**2 / 6, math.pi**2 / 2], rtol=1e-13)
    np.testing.assert_allclose(p.polygamma(np.ones(1), order=2), [-2 * zeta3], rtol=1e-13)


def test_edges():
    edges = np.array([0.0, -0.0, np.inf, -np.inf, np.nan], "float32")
    np.testing.assert_array_equal(p.erf(edges), [0, 0, 1, -1, np.nan])
    np.testing.assert_array_equal(p.erfc(edges), [1, 1, 0, 2, np.nan])
    np.testing.assert_array_equal(p.sigmoid(edges), [0.5, 0.5, 1, 0, np.nan])
    np.testing.assert_array_equal(p.lgamma(edges), [np.inf, np.inf, np.inf, np.inf, np.nan])
    np.testing.assert_array_equal(p.relu(edges), [0, 0, np.inf, 0, np.nan])


def test_large_numbers_do_not_overflow():
    x = np.array([[1000.0, 1001.0, -1000.0]], "float32")
    share = 1 / (1 + math.exp(1))
    np.testing.assert_allclose(p.softmax(x, axes=(1,)), [[share, 1 - share, 0]], rtol=1e-6)
    np.testing.assert_allclose(p.logsumexp(x, axes=(1,)), [1001 + math.log1p(math.exp(-1))])
    assert np.isfinite(p.log_softmax(x, axes=(1,))).all()
    nothing = np.full((1, 2), -np.inf, "float32")
    np.testing.assert_array_equal(p.logsumexp(nothing, axes=(1,)), [-np.inf])


def test_long_sums_of_half_precision_do_not_run_over():
    x = np.full(100_000, 1, "float16")
    assert float(p.sum(x, axes=(0,))) == np.inf  # 100,000 is more than float16 holds
    assert float(p.sum(x * np.float16(0.01), axes=(0,))) == pytest.approx(1000, rel=2e-3)
    a = np.full((2, 4000), 0.1, "float16")
    np.testing.assert_allclose(p.matmul(a, a.T), 40, rtol=1e-2)


def test_the_first_of_equal_elements_gets_the_gradient_of_a_pool():
    x = np.ones((1, 4, 1), "float32")
    where = dict(size=(2,), strides=(2,), padding=((0, 0),))
    y = p.max_pool(x, **where)
    spread = p.max_pool_spread(np.array([[[3.0], [5.0]]], "float32"), x, y, **where)
    np.testing.assert_array_equal(spread[0, :, 0], [3, 0, 5, 0])


def test_an_average_does_not_count_the_frame():
    x = np.ones((1, 3, 3, 1), "float32")
    y = p.average_pool(x, size=(2, 2), strides=(2, 2), padding=("same", "same"))
    np.testing.assert_array_equal(y, np.ones((1, 2, 2, 1)))

"""Intervals and comparisons over seeds. Everything here is in the unit of what it is given."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

CONFIDENCE = 0.95
MEAN_INTERVAL = "95 % Student-t interval of the mean over seeds"
SINGLE_INTERVAL = "95 % Student-t prediction interval of a single further seed"
DIFFERENCE_INTERVAL = "95 % Welch interval of the difference of two means over seeds"
RATIO_INTERVAL = "95 % Welch interval of the ratio of two geometric means over seeds"
PAIRED_INTERVAL = "95 % Student-t interval of the mean difference, paired by seed"
NO_INTERVAL = "no interval, which takes two seeds or more"


@dataclass(frozen=True)
class Interval:
    """Two finite bounds, the lower one first.

    Raises
    ------
    ValueError
        If a bound is NaN or infinite, or they are the wrong way round. What has not been measured has no interval,
        and is None.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if not -math.inf < self.low <= self.high < math.inf:
            raise ValueError(f"an interval has two finite bounds, low ≤ high, got {self.low} and {self.high}")

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Estimate:
    """A figure, with its 95 % interval where there is one.

    Attributes
    ----------
    value : float
    interval : Interval or None
        None if the values were too few for one.
    effect : float or None
        Standardised difference (Cohen's d); None unless two groups are compared that vary.

    Raises
    ------
    ValueError
        If a number is NaN or infinite.
    """

    value: float
    interval: Interval | None = None
    effect: float | None = None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.value) and (self.effect is None or math.isfinite(self.effect))):
            raise ValueError(f"an estimate is of finite numbers, got {self.value} and an effect of {self.effect}")


def t_quantile(degrees: float) -> float:
    """Two-sided 95 % quantile of Student's t."""
    from scipy.special import stdtrit  # slow to import, and a page that only shows verdicts does without

    return float(stdtrit(degrees, 0.5 + CONFIDENCE / 2))


def mean(values: ArrayLike) -> Estimate:
    """Mean ± t · s/√n; no interval of a single value.

    Raises
    ------
    ValueError
        If there are no values, or one is not finite.
    """
    x = _values(values)
    return _around(x, 1.0 / math.sqrt(len(x)))


def single(values: ArrayLike) -> Estimate:
    """Where one further seed falls: mean ± t · s · √(1 + 1/n); no interval from a single value.

    Raises
    ------
    ValueError
        If there are no values, or one is not finite.
    """
    x = _values(values)
    return _around(x, math.sqrt(1 + 1 / len(x)))


def tolerance(values: ArrayLike) -> Estimate:
    """Where, with 95 % confidence, 95 of 100 single runs fall; no interval from a single value.

    `single` holds so many on average. With few seeds its own bounds are uncertain; this allows for it.
    The values are taken to be normally distributed (Howe, J. Am. Stat. Assoc. 64, 1969, 610).

    Raises
    ------
    ValueError
        If there are no values, or one is not finite.
    """
    from scipy.special import chdtri, ndtri

    x = _values(values)
    degrees = len(x) - 1
    if degrees == 0:
        return Estimate(float(x.mean()))
    half = float(ndtri(0.5 + CONFIDENCE / 2)) * math.sqrt(degrees * (1 + 1 / len(x)) / chdtri(degrees, CONFIDENCE))
    return _within(x, half * _deviation(x))


def _around(x: NDArray[np.float64], factor: float) -> Estimate:
    """Mean ± t · s · factor."""
    if len(x) < 2:
        return Estimate(float(x.mean()))
    return _within(x, t_quantile(len(x) - 1) * _deviation(x) * factor)


def _within(x: NDArray[np.float64], half: float) -> Estimate:
    centre = float(x.mean())
    return Estimate(centre, Interval(centre - half, centre + half))


def difference(first: ArrayLike, second: ArrayLike) -> Estimate:
    """mean(first) − mean(second) with Welch's interval, and Cohen's d with the pooled standard deviation.

    Raises
    ------
    ValueError
        If there are no values, or one is not finite.
    """
    x, y = _values(first), _values(second)
    centre = float(x.mean() - y.mean())
    if min(len(x), len(y)) < 2:
        return Estimate(centre)
    sx, sy = _deviation(x), _deviation(y)
    vx, vy = sx**2 / len(x), sy**2 / len(y)
    if vx + vy == 0.0:
        return Estimate(centre, Interval(centre, centre))
    half = t_quantile(_welch_degrees(vx, len(x), vy, len(y))) * math.sqrt(vx + vy)
    pooled = math.sqrt(((len(x) - 1) * sx**2 + (len(y) - 1) * sy**2) / (len(x) + len(y) - 2))
    return Estimate(centre, Interval(centre - half, centre + half), centre / pooled)


def ratio(first: ArrayLike, second: ArrayLike) -> Estimate:
    """Ratio of two geometric means, with Welch's interval of the difference of the logarithms.

    Raises
    ------
    ValueError
        If there are no values, or one is not above 0 and finite.
    """
    x, y = _values(first), _values(second)
    if min(x.min(), y.min()) <= 0.0:
        raise ValueError(f"values of a ratio must be above 0, got {min(x.min(), y.min())}")
    found = difference(np.log(x), np.log(y))
    interval = found.interval and Interval(math.exp(found.interval.low), math.exp(found.interval.high))
    return Estimate(math.exp(found.value), interval, found.effect)


def _values(values: ArrayLike) -> NDArray[np.float64]:
    x = np.asarray(values, np.float64)
    if len(x) == 0 or not np.isfinite(x).all():
        raise ValueError(f"values must be one finite number or more, got {x.tolist()!s:.80}")
    return x


def _deviation(x: NDArray[np.float64]) -> float:
    """Return s (n − 1); exactly 0 if all values are equal, whatever their mean was rounded to."""
    return 0.0 if x.min() == x.max() else float(x.std(ddof=1))


def _welch_degrees(vx: float, nx: int, vy: float, ny: int) -> float:
    """Welch and Satterthwaite's degrees of freedom, from shares, so that no square can vanish."""
    share = vx / (vx + vy)
    return 1.0 / (share**2 / (nx - 1) + (1.0 - share) ** 2 / (ny - 1))


def paired(first: ArrayLike, second: ArrayLike) -> Estimate:
    """Mean of first − second, pair by pair, with its t interval, and Cohen's d of the differences.

    Raises
    ------
    ValueError
        If there are no values, or one is not finite.
    """
    gaps = _values(first) - _values(second)
    found = mean(gaps)
    spread = _deviation(gaps) if len(gaps) > 1 else 0.0
    return Estimate(found.value, found.interval, found.value / spread if spread else None)


def noise_of_two_runs(first: ArrayLike, second: ArrayLike) -> float | None:
    """How far two single runs, one of each kind, differ by seeds alone: 95 % half-width around their true gap.

    t · √(s₁² + s₂²), with Welch's degrees of freedom for two groups of one. None if either kind has a single
    value, from which nothing follows about its spread.

    Raises
    ------
    ValueError
        If there are no values, or one is not finite.
    """
    x, y = _values(first), _values(second)
    if min(len(x), len(y)) < 2:
        return None
    vx, vy = _deviation(x) ** 2, _deviation(y) ** 2
    if vx + vy == 0.0:
        return 0.0
    return t_quantile(_welch_degrees(vx, len(x), vy, len(y))) * math.sqrt(vx + vy)

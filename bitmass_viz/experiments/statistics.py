"""Intervals and comparisons over seeds. Everything here is in the unit of what it is given."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

CONFIDENCE = 0.95
MEAN_INTERVAL = "95 % Student-t interval of the mean over seeds"
SINGLE_INTERVAL = "95 % Student-t prediction interval of a single further seed"
DIFFERENCE_INTERVAL = "95 % Welch interval of the difference of two means over seeds"
PAIRED_INTERVAL = "95 % Student-t interval of the mean difference, paired by seed"


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval; NaN bounds where a single value gives none."""

    value: float
    low: float
    high: float
    effect: float = math.nan

    def scaled(self, factor: float) -> Estimate:
        """Return the same in another unit; the effect has none."""
        return Estimate(self.value * factor, self.low * factor, self.high * factor, self.effect)


def t_quantile(degrees: float) -> float:
    """Two-sided 95 % quantile of Student's t."""
    from scipy.special import stdtrit  # slow to import, and a page that only shows verdicts does without

    return float(stdtrit(degrees, 0.5 + CONFIDENCE / 2))


def mean(values: ArrayLike) -> Estimate:
    """Mean ± t · s/√n."""
    x = np.asarray(values, np.float64)
    centre = float(x.mean())
    if len(x) < 2:
        return Estimate(centre, math.nan, math.nan)
    half = t_quantile(len(x) - 1) * float(x.std(ddof=1)) / math.sqrt(len(x))
    return Estimate(centre, centre - half, centre + half)


def single(values: ArrayLike) -> Estimate:
    """Where one further seed falls: mean ± t · s · √(1 + 1/n)."""
    x = np.asarray(values, np.float64)
    centre = float(x.mean())
    if len(x) < 2:
        return Estimate(centre, math.nan, math.nan)
    half = t_quantile(len(x) - 1) * float(x.std(ddof=1)) * math.sqrt(1 + 1 / len(x))
    return Estimate(centre, centre - half, centre + half)


def difference(first: ArrayLike, second: ArrayLike) -> Estimate:
    """mean(first) − mean(second) with Welch's interval, and Cohen's d with the pooled standard deviation."""
    x, y = np.asarray(first, np.float64), np.asarray(second, np.float64)
    centre = float(x.mean() - y.mean())
    if min(len(x), len(y)) < 2:
        return Estimate(centre, math.nan, math.nan)
    vx, vy = float(x.var(ddof=1)) / len(x), float(y.var(ddof=1)) / len(y)
    if vx + vy == 0.0:
        return Estimate(centre, centre, centre)
    half = t_quantile(_welch_degrees(vx, len(x), vy, len(y))) * math.sqrt(vx + vy)
    pooled = math.sqrt(((len(x) - 1) * x.var(ddof=1) + (len(y) - 1) * y.var(ddof=1)) / (len(x) + len(y) - 2))
    return Estimate(centre, centre - half, centre + half, centre / pooled)


def _welch_degrees(vx: float, nx: int, vy: float, ny: int) -> float:
    """Welch and Satterthwaite's degrees of freedom, from shares, so that no square can vanish."""
    share = vx / (vx + vy)
    return 1.0 / (share**2 / (nx - 1) + (1.0 - share) ** 2 / (ny - 1))


def paired(first: ArrayLike, second: ArrayLike) -> Estimate:
    """Mean of first − second, pair by pair, with its t interval, and Cohen's d of the differences."""
    gaps = np.asarray(first, np.float64) - np.asarray(second, np.float64)
    found = mean(gaps)
    spread = float(gaps.std(ddof=1)) if len(gaps) > 1 else 0.0
    return Estimate(found.value, found.low, found.high, found.value / spread if spread else math.nan)


def noise_of_two_runs(first: ArrayLike, second: ArrayLike) -> float:
    """How far two single runs, one of each kind, differ by seeds alone: 95 % half-width around their true gap.

    t · √(s₁² + s₂²), with Welch's degrees of freedom for two groups of one.
    """
    x, y = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if min(len(x), len(y)) < 2:
        return math.nan
    vx, vy = float(x.var(ddof=1)), float(y.var(ddof=1))
    if vx + vy == 0.0:
        return 0.0
    return t_quantile(_welch_degrees(vx, len(x), vy, len(y))) * math.sqrt(vx + vy)

"""The palette: each colour has one meaning, told apart also by the colour-blind, and is seen on its ground."""

from itertools import combinations

import numpy as np
import pytest

from bitmass_viz.common.palette import PALETTE, TRAINERS

SEEN_BY = {
    "most": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.01182, 0.04294, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.3039],
    ],
}
"""What becomes of linear red, green and blue: Machado and others (2009), doi:10.1109/TVCG.2009.113."""
LEAST = {"most": 15.0} | dict.fromkeys(list(SEEN_BY)[1:], 9.0)
"""Least distance by CIEDE2000. Beside each other, 2.3 can just be told apart."""
TOGETHER = (
    *combinations(("positive", "negative", "flip", "selection", "wrong"), 2),
    *combinations(("one", "exponent", "mantissa"), 2),
    *((field, mark) for field in ("one", "exponent", "mantissa") for mark in ("flip", "selection")),
    *(("nought", mark) for mark in ("flip", "selection")),
    ("selection", "accent"),
)
"""Meanings that a reader sees side by side."""
TEXTS = ("ink", "muted", "accent", "selection", "wrong", *TRAINERS)
MARKS = ("positive", "negative", "exponent", "mantissa", "padding", "flip", "one", "focus")
THEMES = pytest.mark.parametrize("theme", list(PALETTE))
EYES = pytest.mark.parametrize("eyes", list(SEEN_BY))


def light(colour, eyes="most"):
    """Linear red, green and blue."""
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return np.clip(np.array(SEEN_BY[eyes]) @ linear, 0, 1)


TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]]
)


def lab(linear):
    xyz = TO_XYZ @ linear / (TO_XYZ @ np.ones(3))
    x, y, z = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def ciede2000(one, other):
    """Distance of two colours in CIELAB: Sharma, Wu and Dalal (2005), doi:10.1002/col.20070."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean_chroma = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 1.5 - 0.5 * np.sqrt(mean_chroma**7 / (mean_chroma**7 + 25**7))
    c1, c2 = np.hypot(stretch * a1, b1), np.hypot(stretch * a2, b2)
    h1, h2 = np.arctan2(b1, stretch * a1), np.arctan2(b2, stretch * a2)
    turn = (h2 - h1 + np.pi) % (2 * np.pi) - np.pi if c1 * c2 else 0.0
    hue = 2 * np.sqrt(c1 * c2) * np.sin(turn / 2)
    lightness, chroma, middle = (l1 + l2) / 2, (c1 + c2) / 2, np.degrees(h1 + turn / 2) % 360
    t = 1 + sum(
        k * np.cos(np.radians(n * middle - at))
        for k, n, at in ((-0.17, 1, 30), (0.24, 2, 0), (0.32, 3, -6), (-0.2, 4, 63))
    )
    weight_l = 1 + 0.015 * (lightness - 50) ** 2 / np.sqrt(20 + (lightness - 50) ** 2)
    weight_c, weight_h = 1 + 0.045 * chroma, 1 + 0.015 * chroma * t
    rotation = (
        -2
        * np.sqrt(chroma**7 / (chroma**7 + 25**7))
        * np.sin(np.radians(60 * np.exp(-(((middle - 275) / 25) ** 2))))
    )
    parts = (l2 - l1) / weight_l, (c2 - c1) / weight_c, hue / weight_h
    return np.sqrt(sum(part**2 for part in parts) + rotation * parts[1] * parts[2])


def distance(theme, one, other, eyes):
    return ciede2000(*(lab(light(PALETTE[theme][name], eyes)) for name in (one, other)))


def contrast(theme, name, ground):
    low, high = sorted(TO_XYZ[1] @ light(PALETTE[theme][each]) for each in (name, ground))
    return (high + 0.05) / (low + 0.05)


def test_the_distance_is_the_published_one():
    cases = [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1, 2), (50, 0, 0), 2.3669),
        ((50, 2.5, 0), (61, -5, 29), 22.8977),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.694), (23.0331, 14.973, -42.5619), 2.0373),
    ]
    for one, other, expected in cases:
        assert ciede2000(one, other) == pytest.approx(expected, abs=5e-5)


@THEMES
def test_no_two_meanings_share_a_colour(theme):
    assert PALETTE[theme].keys() == PALETTE["light"].keys()
    assert len(set(PALETTE[theme].values())) == len(PALETTE[theme])


@THEMES
@EYES
def test_trainers_are_told_apart(theme, eyes):
    found = {pair: distance(theme, *pair, eyes) for pair in combinations(TRAINERS, 2)}
    assert {pair: round(d, 1) for pair, d in found.items() if d < LEAST[eyes]} == {}


@THEMES
@EYES
def test_what_is_seen_together_is_told_apart(theme, eyes):
    found = {pair: distance(theme, *pair, eyes) for pair in TOGETHER}
    assert {pair: round(d, 1) for pair, d in found.items() if d < LEAST[eyes]} == {}


@THEMES
def test_no_trainer_looks_like_a_meaning(theme):
    meanings = ("positive", "negative", "flip", "selection", "wrong")
    found = {(t, m): distance(theme, t, m, "most") for t in TRAINERS for m in meanings}
    assert {pair: round(d, 1) for pair, d in found.items() if d < 13} == {}


@THEMES
@pytest.mark.parametrize("ground", ["surface", "background"])
def test_texts_and_marks_are_seen(theme, ground):
    least = dict.fromkeys(TEXTS, 4.5) | dict.fromkeys(MARKS, 3.0)
    found = {name: contrast(theme, name, ground) for name in least}
    assert {name: round(found[name], 2) for name in least if found[name] < least[name]} == {}

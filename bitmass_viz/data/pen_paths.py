"""Pen paths of handwritten digits, several styles per digit.

A path is written as "x,y x,y …", in hundredths of the digit's height, x to the right and y down, with a bar
between strokes. A stroke is a smooth curve through its points; a point repeated immediately is a corner. Points
with the same coordinates are one point, also across strokes, so strokes stay joined when it moves.
"""

from __future__ import annotations

from typing import NamedTuple

Point = tuple[float, float]


class Style(NamedTuple):
    """One way to write a digit.

    Attributes
    ----------
    digit
        0 to 9.
    share
        Relative frequency among the styles of the same digit; need not sum to 1.
    path
        The pen path, as above.
    """

    digit: int
    share: float
    path: str

    def strokes(self) -> list[list[Point]]:
        """Return the points of each stroke, the digit about one unit high."""
        return [[_point(point) for point in stroke.split()] for stroke in self.path.split("|")]


def _point(text: str) -> Point:
    x, y = text.split(",")
    return int(x) / 100, int(y) / 100


STYLES = (
    # 0: round; narrow and pointed; closed with a little overlap at the top
    Style(0, 4, "44,0 12,22 10,76 40,100 72,78 74,24 44,0"),
    Style(0, 3, "46,0 16,26 10,76 32,100 60,74 66,24 46,0"),
    Style(0, 2, "62,12 38,2 10,30 12,80 40,100 74,72 72,24 50,4 32,12"),
    # 1: a plain stroke; with a flag; with flag and foot
    Style(1, 7, "30,0 29,34 27,68 26,100"),
    Style(1, 2, "10,24 34,0 34,0 32,50 30,100"),
    Style(1, 1, "12,22 36,0 36,0 35,50 34,100 | 10,100 34,100 60,98"),
    # 2: straight foot; looped; foot that swings
    Style(2, 4, "8,20 30,2 58,10 62,34 40,66 6,98 6,98 38,97 74,96"),
    Style(2, 3, "10,18 34,0 60,14 56,44 32,80 10,96 2,84 16,76 40,90 78,94"),
    Style(2, 2, "4,28 22,4 52,6 62,30 40,62 8,88 8,88 30,86 56,98 80,86"),
    # 3: two round bows; a flat top with a corner; bows without a notch between them
    Style(3, 5, "10,12 34,0 58,12 54,36 28,47 28,47 56,56 66,78 42,98 6,90"),
    Style(3, 2, "8,4 36,3 62,2 62,2 30,40 30,40 58,52 64,78 40,98 8,90"),
    Style(3, 2, "6,16 36,0 60,16 44,44 52,54 64,76 38,100 4,86"),
    # 4: open on top; closed triangle; open with a bow for the first stroke
    Style(4, 5, "14,2 9,26 7,52 7,52 34,52 66,48 | 62,4 60,34 56,66 54,100"),
    Style(4, 2, "74,60 38,62 4,62 4,62 26,32 52,0 52,0 50,50 48,100"),
    Style(4, 3, "20,4 6,30 16,52 40,50 62,36 | 68,0 62,36 56,68 52,100"),
    # 5: bar, neck and belly; in one swing; small belly with a long bar
    Style(5, 4, "18,4 42,3 70,2 | 18,4 16,24 13,45 13,45 38,38 62,56 58,84 32,100 4,88"),
    Style(5, 3, "72,0 48,3 26,8 20,28 32,42 54,56 58,78 38,98 4,92"),
    Style(5, 2, "24,8 52,5 82,0 | 24,8 18,42 18,42 42,46 50,70 34,94 2,100"),
    # 6: a curved stem and a closed bowl; a straight, slanted stem; a small bowl
    Style(6, 4, "54,0 30,16 12,44 6,74 22,98 48,94 60,74 46,56 24,60 10,80"),
    Style(6, 3, "36,0 22,28 10,60 14,90 38,100 60,84 56,60 34,54 14,72"),
    Style(6, 2, "50,0 24,22 8,56 10,86 30,100 50,88 44,68 24,68 12,84"),
    # 7: plain; with a bar; with a serif; round shoulder
    Style(7, 4, "6,6 34,5 66,3 66,3 48,46 30,100"),
    Style(7, 2, "6,6 34,5 68,3 68,3 48,48 30,100 | 22,50 46,48 70,46"),
    Style(7, 1, "6,26 8,6 8,6 36,6 66,4 66,4 50,40 40,100"),
    Style(7, 3, "4,18 20,4 50,4 62,20 52,56 40,100"),
    # 8: written like an S and back; two rings; open at the top
    Style(8, 5, "56,14 34,0 13,20 35,48 58,78 33,100 10,78 33,50 56,14"),
    Style(8, 2, "34,45 12,22 36,0 58,20 34,45 | 34,45 6,74 33,100 60,72 34,45"),
    Style(8, 2, "66,6 36,2 16,20 34,46 50,76 28,100 8,78 34,46 60,20"),
    # 9: straight tail; curved tail; tail that hooks to the left
    Style(9, 4, "58,16 36,0 12,12 10,38 32,48 52,36 58,16 58,16 54,56 50,100"),
    Style(9, 3, "56,12 32,2 10,20 16,44 40,42 56,12 56,12 48,54 28,100"),
    Style(9, 2, "60,18 40,0 16,10 12,36 36,46 60,18 62,54 52,88 32,100 10,90"),
)

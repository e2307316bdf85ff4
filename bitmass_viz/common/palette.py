"""The colours of the page and the figures, each with one meaning.

Ink, full or in outline, with a sign or a word beside it, says what needs no colour of its own: right, and how a
claim was judged. Figures take these colours from here, and widgets and pages as CSS variables, ``--bm-ink``.
"""

PALETTE: dict[str, dict[str, str]] = {
    "light": {
        "background": "#f7f5f0",
        "surface": "#ffffff",
        "ink": "#1c2430",
        "muted": "#586170",
        "line": "#d9d6cd",
        "focus": "#0b63ce",
        "accent": "#14507d",
        "positive": "#1a9943",
        "negative": "#9550b2",
        "zero": "#f4f1ea",
        "one": "#22334a",
        "nought": "#ece5d6",
        "exponent": "#00668c",
        "mantissa": "#708da1",
        "padding": "#8f8978",
        "flip": "#d76210",
        "selection": "#c8005a",
        "wrong": "#8f0017",
        "trainer.sgd": "#2c6adf",
        "trainer.adamw": "#876d02",
        "trainer.bv32-hebbian": "#0a6e5e",
        "trainer.bv32-uncentred": "#5d1f00",
        "trainer.straight-through": "#3b0197",
        "trainer.bop": "#6b734f",
        "trainer.momentum": "#04464d",
        "trainer.rmsprop": "#462e2f",
        "trainer.adam": "#564c32",
    },
    "dark": {
        "background": "#12161c",
        "surface": "#1a2028",
        "ink": "#e9e6df",
        "muted": "#a4adba",
        "line": "#37404c",
        "focus": "#7db7ff",
        "accent": "#8cc8f5",
        "positive": "#9dd96f",
        "negative": "#c47cff",
        "zero": "#232a33",
        "one": "#e4dcc8",
        "nought": "#2b3a4f",
        "exponent": "#6eb2e3",
        "mantissa": "#6b757f",
        "padding": "#6a7480",
        "flip": "#eb8223",
        "selection": "#ff40b0",
        "wrong": "#f8a4a2",
        "trainer.sgd": "#4288e0",
        "trainer.adamw": "#f5de2a",
        "trainer.bv32-hebbian": "#50c3aa",
        "trainer.bv32-uncentred": "#ad799b",
        "trainer.straight-through": "#a9a9fa",
        "trainer.bop": "#dce8bf",
        "trainer.momentum": "#c0f1fe",
        "trainer.rmsprop": "#93887d",
        "trainer.adam": "#d5a870",
    },
}
"""Theme → meaning → colour.

positive, negative
    The sign of a weight or a sum; ``zero`` lies between them.
one, nought
    The two values of a bit, and so of a binary weight and of a float's sign; ``exponent`` and ``mantissa`` are a
    float's other bits, ``padding`` those that hold nothing.
flip
    A bit that has just flipped, or differs from the pinned snapshot.
selection
    The weight or unit that is marked, in all views.
wrong
    A wrong answer.
accent, focus
    What can be used, and what of it is chosen; the reader's own guess.
trainer.NAME
    A trainer, in every figure, chart and lane. One without a colour is ``muted``.
"""
TRAINERS = tuple(name for name in PALETTE["light"] if name.startswith("trainer."))
PAGE = ("background", "surface", "ink", "muted", "line", "focus", "accent")
"""The colours that a page uses around its widgets."""


def as_css() -> str:
    """Return a page's colours as CSS variables, following the system's theme unless the page sets one.

    Paper is light.

    A page sets light or dark with ``data-bitmass-theme`` on its root element, as Voilà's page does.
    """
    light, dark = ("".join(f"--bm-{name}:{PALETTE[theme][name]};" for name in PAGE) for theme in ("light", "dark"))
    paper = light.replace(";", "!important;")
    return (
        f"@media print{{:root{{{paper}color-scheme:light!important}}}}"
        f":root{{{light}color-scheme:light dark}}"
        f"@media(prefers-color-scheme:dark){{:root:not([data-bitmass-theme=light]){{{dark}}}}}"
        f":root[data-bitmass-theme=dark]{{{dark}color-scheme:dark}}:root[data-bitmass-theme=light]{{color-scheme:light}}"
    )

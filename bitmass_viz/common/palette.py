"""The colours of the page and the figures: safe for colour-blind readers, with AA contrast for text."""

PALETTE: dict[str, dict[str, str]] = {
    "light": {
        "background": "#f7f5f0",
        "surface": "#ffffff",
        "ink": "#1c2430",
        "muted": "#586170",
        "line": "#d9d6cd",
        "focus": "#0b63ce",
        "accent": "#14507d",
        "positive": "#c25400",
        "negative": "#1f66b0",
        "zero": "#f4f1ea",
        "one": "#22334a",
        "nought": "#ece5d6",
        "sign": "#a8326f",
        "exponent": "#0b7f60",
        "mantissa": "#2f6aa8",
        "padding": "#b9b3a5",
        "flip": "#e56b00",
        "selection": "#d4006a",
        "trainer.sgd": "#0067a8",
        "trainer.adamw": "#a85000",
        "trainer.bv32-hebbian": "#007355",
        "trainer.bv32-uncentred": "#9b2c6b",
        "trainer.straight-through": "#6a3d9a",
        "trainer.bop": "#5a6b00",
        "trainer.momentum": "#00757f",
        "trainer.rmsprop": "#6d4c41",
        "trainer.adam": "#c22f2f",
        "trainer.other": "#586170",
    },
    "dark": {
        "background": "#12161c",
        "surface": "#1a2028",
        "ink": "#e9e6df",
        "muted": "#a4adba",
        "line": "#37404c",
        "focus": "#7db7ff",
        "accent": "#8cc8f5",
        "positive": "#ff9a4a",
        "negative": "#63aef5",
        "zero": "#232a33",
        "one": "#e4dcc8",
        "nought": "#2b3a4f",
        "sign": "#ee87bb",
        "exponent": "#45cba0",
        "mantissa": "#6eb1ee",
        "padding": "#5b6470",
        "flip": "#ff9330",
        "selection": "#ff5cab",
        "trainer.sgd": "#63b8f0",
        "trainer.adamw": "#f3a546",
        "trainer.bv32-hebbian": "#40d0a2",
        "trainer.bv32-uncentred": "#f08cc2",
        "trainer.straight-through": "#c0a2f2",
        "trainer.bop": "#b9cc4a",
        "trainer.momentum": "#4ccbd8",
        "trainer.rmsprop": "#cfab9b",
        "trainer.adam": "#ff8a80",
        "trainer.other": "#a4adba",
    },
}

PAGE = ("background", "surface", "ink", "muted", "line", "focus", "accent", "flip")
"""The colours that a page uses around its widgets."""


def as_css() -> str:
    """Return a page's colours as CSS variables, following the system's theme unless the page sets one.

    Paper is light.

    A page sets light or dark with ``data-bitmass-theme`` on its root element, as Voilà's page does.
    """
    light, dark = ("".join(f"--bm-{name}:{PALETTE[theme][name]};" for name in PAGE) for theme in ("light", "dark"))
    paper = "".join(
        f"--bm-{name.replace('.', '-')}:{colour}!important;" for name, colour in PALETTE["light"].items()
    )
    return (
        f"@media print{{:root,.bm-widget{{{paper}color-scheme:light!important}}}}"
        f":root{{{light}color-scheme:light dark}}"
        f"@media(prefers-color-scheme:dark){{:root:not([data-bitmass-theme=light]){{{dark}}}}}"
        f":root[data-bitmass-theme=dark]{{{dark}color-scheme:dark}}:root[data-bitmass-theme=light]{{color-scheme:light}}"
    )

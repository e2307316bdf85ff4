"""Questions of the lessons and the article, by name: so no cell of a notebook shows the answer beforehand."""

from __future__ import annotations

from collections.abc import Callable

from bitmass_viz.explain.pencil_networks import FORWARD
from bitmass_viz.live.prediction.questions import Choice, Number
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.network.layout import LayerLayout
from bitmass_viz.widgets.evidence_questions import EVIDENCE
from bitmass_viz.widgets.named_question import Named

BINARY = LayerLayout("W0", units=256, features=784, bits_per_weight=1)


def _bits() -> Named:
    question = (
        "A network turns 784 pixels into 8 hidden units, and those into 10 classes. Each weight is a float32 of "
        "32 bits. How many weight bits does it have?"
    )
    return Named(
        Number(question, low=0, high=1_000_000, unit="bits", decimals=0),
        Architecture().bit_mass(),
        "784 · 8 + 8 · 10 = 6,352 weights of 32 bits each. The study calls this number, 203,264, the bit-mass.",
    )


def _binary_units() -> Named:
    question = "How many hidden units with one-bit weights have as many weight bits as 8 with float32 weights?"
    return Named(
        Choice(question, ["8", "32", "256", "2,048"]),
        "256",
        "A float32 has 32 bits, so 32 binary units fit in the place of one float unit: 8 · 32 = 256.",
    )


def _flipped_bit() -> Named:
    question = "A single bit flips in memory: the highest bit of one float32 weight. In which view can you see it?"
    answers = (
        "In the data view only",
        "In the data view and the bit view",
        "In all three: neurons, bits and words",
    )
    return Named(
        Choice(question, answers),
        answers[2],
        "There is one buffer of 25,408 bytes, and three ways to look at it. The highest bit is the sign, so the "
        "neuron’s weight changes from plus to minus.",
    )


def _word() -> Named:
    question = (
        "Binary unit 3, pixel 406: in which of the stored words of W0 is that bit? (Words are counted from 0.)"
    )
    return Named(
        Number(question, low=0, high=6_399, unit="", decimals=0),
        BINARY.at(unit=3, feature=406).word,
        "Each unit begins a new word, so 3 · 25 words come before it. 406 = 12 · 32 + 22: it is bit 22 of the "
        "word after 12 more, word 87.",
    )


def _agreements() -> Named:
    question = (
        "Take an image of 16 pixels and a hidden unit with 16 random weights, all of them single bits. In how "
        "many places do they most likely agree?"
    )
    return Named(
        Choice(question, ["None", "About 4", "About 8", "All 16"]),
        "About 8",
        "Two random bits agree half of the time. A unit has something to say where it agrees clearly more often, "
        "or clearly less.",
    )


def _second_image() -> Named:
    return Named(
        Choice("Which class does the network give the second image?", FORWARD.classes),
        FORWARD.classes[FORWARD.explain(1).answer],
        "Popcounts 10, 16, 6, 10; hidden answers 0110; scores 0, 3, 1. Watch the pixels of 127 and 128.",
    )


def _words() -> Named:
    question = "How many XNORs of 32-bit words does one hidden unit need for an image of 784 pixels?"
    return Named(
        Number(question, low=0, high=784, unit="", decimals=0),
        BINARY.words_per_row,
        "784 bits fill 24.5 words, so it takes 25. A float unit needs up to 784 multiplications and as many "
        "additions.",
    )


def _first_step() -> Named:
    question = (
        "Adam takes its very first step. One weight has a gradient of 0.001, another a gradient of 10. Which of "
        "them moves further?"
    )
    answers = (
        "The one with 10, by a factor of 10,000",
        "The one with 10, by a factor of 100",
        "Both move equally far",
    )
    return Named(
        Choice(question, answers),
        answers[2],
        "At the first step m = g and √v = |g|, once corrected for having started at zero: m / √v is ±1, and each "
        "weight moves by the learning rate. Exercise 3 below shows it.",
    )


def _dark_pixel() -> Named:
    answers = ("As negative as it can get: the pixel is dark", "0: the pixel says nothing", "That depends")
    return Named(
        Choice("One pixel is dark in every image. What should its counter be?", answers),
        answers[1],
        "Whatever the image, the pixel looks the same, so there is nothing to learn from it.",
    )


def _two_runs() -> Named:
    question = "One run of SGD gave 76.0 %, one run of BV32 76.4 %. What does that say about the two trainers?"
    answers = (
        "BV32 is better, by 0.4 points",
        "They are equally good",
        "Neither: single runs of one trainer differ by more than that",
    )
    return Named(
        Choice(question, answers),
        answers[2],
        "Two runs that come close do not make two trainers equal. For that, the whole interval of their "
        "difference must be small.",
    )


def _flips() -> Named:
    answers = (
        "It has fewer units",
        "A flipped exponent bit can make a weight many times too large",
        "Its bits are less random",
    )
    return Named(
        Choice("Why does a float network suffer so much more from a few flipped bits?", answers),
        answers[1],
        "A binary weight that flips is wrong by 2, whichever bit it is. A float’s highest exponent bit multiplies "
        "by 2 to the power of 128.",
    )


CATALOGUE: dict[str, Callable[[], Named]] = {
    "lesson-1/bits": _bits,
    "lesson-1/binary-units": _binary_units,
    "lesson-2/flipped-bit": _flipped_bit,
    "lesson-2/word": _word,
    "lesson-3/agreements": _agreements,
    "lesson-3/second-image": _second_image,
    "lesson-3/words": _words,
    "lesson-4/first-step": _first_step,
    "lesson-5/dark-pixel": _dark_pixel,
    "lesson-6/two-runs": _two_runs,
    "lesson-7/flips": _flips,
    **EVIDENCE,
}
"""Makers of the questions."""


def find(name: str) -> Named:
    """Return a question of the catalogue.

    Raises
    ------
    ValueError
        If there is none of this name.
    """
    if name not in CATALOGUE:
        raise ValueError(f"the question must be one of {', '.join(CATALOGUE)}, got {name!r:.80}")
    return CATALOGUE[name]()

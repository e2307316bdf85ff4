"""The kernel's side of a prediction: what may be asked and answered, what is said, and when the truth is sent."""

import asyncio
import json
import logging
import threading

import nbformat
import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter
from nbconvert import HTMLExporter, MarkdownExporter
from nbformat.v4 import new_code_cell, new_notebook, new_output

import bitmass_viz as bm
from bitmass_viz.live.prediction.amounts import amount, fitting_decimals, plain
from bitmass_viz.widgets.questions import CATALOGUE
from tests.widgets.conversation import idle, tell

VIEW = "application/vnd.jupyter.widget-view+json"


def number(**changed):
    return bm.Predict.number(
        **{"question": "How many bits?", "low": 0, "high": 1_000_000, "unit": "bits"} | changed
    )


def choice(**changed):
    return bm.Predict.choice(**{"question": "Which one?", "answers": ["SGD", "AdamW", "BV32"]} | changed)


def curve(**changed):
    axes = {"x_label": "bits per weight", "y_label": "accuracy", "y_unit": "%", "x_scale": "log"}
    return bm.Predict.curve(**{"question": "How?", "x": [1, 2, 4], "low": 0, "high": 100} | axes | changed)


KINDS = {
    "number": (number, 120_000, 203_264),
    "choice": (choice, "SGD", "BV32"),
    "curve": (curve, [50, 60, 70], [50, 70, 75.5]),
}


def guess(make, *values, **changed):
    """Send guesses as the browser would, one after the other, and return the widget and its notices."""

    async def main():
        widget = make(**changed)
        notices = []
        widget.observe(lambda change: notices.append(change["new"]["text"]), "notice")
        for value in values:
            tell(widget, "guess", value=value)
            await idle(widget)
        return widget, notices

    return asyncio.run(main())


def sent(widget):
    """Return what of a widget the browser has."""
    return json.dumps(widget.get_state(["question", "standing", "notice"]))


@pytest.mark.parametrize(("make", "said", "truth"), KINDS.values(), ids=KINDS)
def test_a_truth_that_is_known_is_kept_back_until_there_is_a_guess(make, said, truth):
    asked = make(truth=truth, why="Because.")
    assert asked.guess is None
    assert asked.standing["phase"] == "asking"
    assert asked.standing["truth"] is None
    assert "Because" not in sent(asked)
    if make is number:
        assert "203264" not in sent(asked)
    widget, notices = guess(make, said, truth=truth, why="Because.")
    assert notices == []
    assert widget.guess == said
    assert {name: widget.standing[name] for name in ("phase", "guess", "truth", "why")} == {
        "phase": "revealed",
        "guess": said,
        "truth": truth,
        "why": "Because.",
    }


@pytest.mark.parametrize(("make", "said", "truth"), KINDS.values(), ids=KINDS)
def test_a_guess_is_kept_until_the_truth_comes_and_may_be_changed_until_then(make, said, truth):
    widget, notices = guess(make, said)
    assert widget.standing["phase"] == "kept"
    assert widget.standing["said"].startswith("Your guess is kept: ")
    assert widget.standing["said"].endswith("The answer comes further on.")
    widget, notices = guess(make, truth, said)
    assert notices == []
    assert widget.guess == said
    assert widget.reveal(truth, "So it is.") is widget
    assert widget.standing["phase"] == "revealed"
    assert widget.standing["why"] == "So it is."
    assert widget.standing["said"] == widget.session.question.verdict(said, truth)


@pytest.mark.parametrize(("make", "said", "truth"), KINDS.values(), ids=KINDS)
def test_without_a_guess_the_truth_is_shown_alone_and_stays(make, said, truth):
    async def main():
        widget = make().reveal(truth)
        before = widget.standing
        tell(widget, "guess", value=said)
        await idle(widget)
        return widget, before

    widget, before = asyncio.run(main())
    assert before["truth"] == truth
    assert before["said"].startswith("It ")
    assert widget.guess is None
    assert widget.standing == before
    assert widget.notice["text"] == "The answer is shown already, so the guess stays as it is."


def test_what_was_said_before_is_said_again_unless_there_is_something_new():
    assert number(why="Old.").reveal(1).standing["why"] == "Old."
    assert number(why="Old.").reveal(1, "New.").standing["why"] == "New."


def test_a_guess_that_was_handed_out_cannot_be_changed_from_outside():
    widget, _ = guess(curve, [1, 2, 3])
    widget.guess.append(4)
    assert widget.guess == [1, 2, 3]


@pytest.mark.parametrize(
    ("make", "given", "said"),
    [
        (number, {"question": "  "}, "question must be a text that is not blank, got '  '"),
        (number, {"question": None}, "question must be a text that is not blank, got None"),
        (number, {"low": 5, "high": 5}, "low must be less than high, got 5 and 5"),
        (number, {"low": float("nan")}, "low must be a finite number, got nan"),
        (number, {"high": "9"}, "high must be a finite number, got '9'"),
        (number, {"high": True}, "high must be a finite number, got True"),
        (number, {"high": 10**400}, "high must be a finite number, got 1000"),
        (number, {"low": -1e308, "high": 1e308}, "low must be less than high"),
        (number, {"unit": 3}, "unit must be a text, got 3"),
        (number, {"decimals": 1.0}, "decimals must be a whole number between 0 and 9, got 1.0"),
        (number, {"decimals": 10}, "decimals must be a whole number between 0 and 9, got 10"),
        (number, {"truth": 2_000_000}, "the truth must be between 0 and 1,000,000, got 2,000,000"),
        (number, {"why": None}, "why must be a text, got None"),
        (choice, {"answers": "ab"}, "answers must be a list of texts, got 'ab'"),
        (choice, {"answers": ["a"]}, "answers must be at least two to choose from, got 1"),
        (choice, {"answers": ["a", "b", "a"]}, "answers must all be different, got 'a' more than once"),
        (choice, {"answers": ["a", " "]}, "each of the answers must be a text that is not blank, got ' '"),
        (choice, {"truth": "Adam"}, "the truth must be one of 'SGD', 'AdamW', 'BV32', got 'Adam'"),
        (choice, {"truth": 1}, "the truth must be one of"),
        (curve, {"x": [1]}, "x must have 2 to 64 points, got 1"),
        (curve, {"x": range(1, 66)}, "x must have 2 to 64 points, got 65"),
        (curve, {"x": 3}, "x must be a list of numbers, got 3"),
        (curve, {"x": [1, 1]}, "x must ascend"),
        (curve, {"x": [1, None]}, "each x must be a finite number, got None"),
        (curve, {"x": [0, 1]}, "each x must be above 0 on a log scale, got 0"),
        (curve, {"x_scale": "sqrt"}, "x_scale must be one of linear, log, got 'sqrt'"),
        (curve, {"x_label": ""}, "x_label must be a text that is not blank, got ''"),
        (curve, {"truth": [1, 2]}, "the truth must have a value for each of the 3 points, got 2"),
        (curve, {"truth": [1, 2, 101]}, "each value of the truth must be between 0 and 100, got 101"),
        (curve, {"truth": 7}, "the truth must be a list of numbers, got 7"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_can(make, given, said):
    with pytest.raises(ValueError, match=r"must") as caught:
        make(**given)
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(
    ("make", "value", "said"),
    [
        (number, None, "The guess must be a finite number, got None."),
        (number, "5", "The guess must be a finite number, got '5'."),
        (number, True, "The guess must be a finite number, got True."),
        (number, float("inf"), "The guess must be a finite number, got inf."),
        (number, -1, "The guess must be between 0 and 1,000,000, got −1."),
        (choice, "Adam", "The guess must be one of 'SGD', 'AdamW', 'BV32', got 'Adam'."),
        (choice, ["SGD"], "The guess must be one of 'SGD', 'AdamW', 'BV32', got ['SGD']."),
        (curve, [1, 2], "The guess must have a value for each of the 3 points, got 2."),
        (curve, [1, None, 3], "Each value of the guess must be a finite number, got None."),
        (curve, [1, 2, 100.5], "Each value of the guess must be between 0 and 100, got 100.5."),
        (curve, {"0": 1}, "The guess must be a list of numbers, got {'0': 1}."),
    ],
)
def test_a_guess_that_is_none_is_refused_with_a_sentence_and_one_before_it_stays(make, value, said):
    first = next(given for maker, given, _ in KINDS.values() if maker is make)
    widget, notices = guess(make, first, value)
    assert notices == [said]
    assert widget.guess == first
    assert widget.standing["phase"] == "kept"


def test_a_message_that_is_none_is_refused():
    async def main():
        widget = number()
        tell(widget, "peek")
        return widget

    assert asyncio.run(main()).notice["text"] == "This page does not know the action 'peek'."


@pytest.mark.parametrize("wrong", [None, "many", [1], float("nan")])
def test_only_an_answer_can_be_revealed(wrong):
    with pytest.raises(ValueError, match="the truth must be a finite number, got"):
        number().reveal(wrong)


def test_a_measured_truth_may_lie_where_nobody_could_guess_it():
    assert number().reveal(1_500_000).standing["truth"] == 1_500_000
    assert curve().reveal([1, 2, 130]).standing["truth"] == [1, 2, 130]


def test_numbers_come_from_numpy_too():
    widget = curve(x=np.array([1, 2, 4]), low=np.float32(0), high=np.int64(100), truth=np.array([1.5, 2.5, 3.5]))
    assert widget.question["x"] == [1, 2, 4]
    assert widget.reveal(np.array([9, 8, 7])).standing["truth"] == [9, 8, 7]
    json.dumps(widget.get_state(["question", "standing"]))


VERDICTS = [
    (number, {}, 120_000, 203_264, "You said 120,000 bits; it is 203,264 bits: 83,264 too few."),
    (number, {}, 203_265, 203_264, "You said 203,265 bits; it is 203,264 bits: 1 too many."),
    (number, {}, 203_264, 203_264, "You said 203,264 bits, and that is right."),
    (number, {}, None, 203_264, "It is 203,264 bits."),
    (
        number,
        {"low": -10, "high": 100, "unit": "%", "decimals": 1},
        -2.25,
        81.34,
        "You said −2.3 %; it is 81.3 %: 83.6 points too low.",
    ),
    (number, {"high": 9, "unit": "", "decimals": 0}, 7, 5, "You said 7; it is 5: 2 too high."),
    (number, {"high": 9, "unit": "ms"}, 7, 5, "You said 7 ms; it is 5 ms: 2 too high."),
    (choice, {}, "SGD", "SGD", "You said “SGD”, and that is right."),
    (choice, {}, "SGD", "BV32", "You said “SGD”; it is “BV32”."),
    (choice, {}, None, "BV32", "It is “BV32”."),
    (
        curve,
        {},
        [50, 60, 70],
        [50, 70, 75.5],
        "On average your curve is 5.2 points off. The gap is widest where bits per weight is 2: "
        "you drew 60.0 %, it is 70.0 %.",
    ),
    (curve, {}, [1, 2, 3], [1, 2, 3.01], "Your curve is right at every point."),
    (curve, {}, None, [1, 2, 3], "It goes from 1.0 % to 3.0 %."),
]


@pytest.mark.parametrize(("make", "changed", "said", "truth", "verdict"), VERDICTS)
def test_the_verdict_says_how_far_off_a_guess_is(make, changed, said, truth, verdict):
    question = make(**changed).session.question
    assert question.verdict(None if said is None else question.guess(said), question.truth(truth)) == verdict


def test_amounts_round_as_they_are_written():
    assert [amount(2.675, 2), amount(-0.04, 1), amount(-1234.5)] == ["2.68", "0.0", "−1,235"]
    assert [plain(0.1 + 0.2), plain(-0.25, "%"), plain(1e-9)] == ["0.3", "−0.25 %", "1e−09"]
    assert [fitting_decimals(0, 100), fitting_decimals(0, 1), fitting_decimals(0, 3e5)] == [1, 3, 0]


@pytest.mark.parametrize(("make", "said", "truth"), KINDS.values(), ids=KINDS)
def test_a_truth_that_is_worked_out_waits_for_a_guess_and_keeps_the_page_informed(make, said, truth):
    phases, threads = [], []

    def find():
        threads.append(threading.current_thread())
        return truth

    def watched(**changed):
        widget = make(**changed)
        widget.observe(lambda change: phases.append(change["new"]["phase"]), "standing")
        widget._repr_mimebundle_()
        assert threads == []
        return widget

    widget, _ = guess(watched, said, truth=find)
    assert phases == ["waiting", "revealed"]
    assert widget.standing["truth"] == truth
    assert [thread is threading.main_thread() for thread in threads] == [False]


def test_a_truth_that_cannot_be_worked_out_is_one_sentence_and_can_be_tried_again():
    tries = []

    def find():
        tries.append(None)
        return {1: lambda: 1 / 0, 2: lambda: [3]}.get(len(tries), lambda: 203_264)()

    widget, notices = guess(number, 5, truth=find)
    assert widget.standing["phase"] == "kept"
    assert widget.standing["again"]
    assert widget.standing["said"] == (
        "The answer could not be worked out (ZeroDivisionError: division by zero). Your guess is kept."
    )
    assert notices == []
    tries.clear()
    widget, _ = guess(number, 5, 5, truth=find)
    assert widget.standing["said"] == (
        "The answer could not be worked out (The truth must be a finite number, got [3]). Your guess is kept."
    )
    tries.clear()
    widget, _ = guess(number, 5, 5, 5, truth=find)
    assert widget.standing["phase"] == "revealed"


@pytest.mark.parametrize("fails", [False, True])
def test_a_cell_may_show_the_truth_while_it_is_being_worked_out(fails):
    begun, go = threading.Event(), threading.Event()

    def find():
        begun.set()
        assert go.wait(30)
        if fails:
            raise RuntimeError("too late")
        return 1

    async def main():
        widget = number(truth=find)
        tell(widget, "guess", value=5)
        assert await asyncio.to_thread(begun.wait, 30)
        widget.reveal(2)
        tell(widget, "guess", value=6)
        go.set()
        await idle(widget)
        return widget

    widget = asyncio.run(main())
    assert widget.standing["truth"] == 2
    assert widget.guess == 5
    assert widget.notice["text"].startswith("The answer is shown already")


@pytest.mark.parametrize(("make", "said", "truth"), KINDS.values(), ids=KINDS)
def test_in_words_there_is_the_question_the_guess_and_only_a_truth_that_was_shown(make, said, truth):
    question = make().session.question
    shown = question.shown(question.truth(truth))
    for widget, outlook in (
        (make(), "The answer comes further on in the notebook."),
        (make(truth=truth, why="Because."), "The notebook gives the answer once you have guessed."),
        (make(truth=lambda: truth), "The notebook gives the answer once you have guessed."),
    ):
        data, _ = widget._repr_mimebundle_()
        assert data["text/plain"] == f"Predict first: {question.text}\n{question.wanted()}\n{outlook}"
        assert VIEW in data
        known = widget.session.truth is not None
        assert ("<details><summary>The answer</summary>" in data["text/html"]) == known
        assert (outlook in data["text/html"]) != known
    assert "Because." in make(truth=truth, why="Because.")._repr_mimebundle_()[0]["text/html"]
    widget, _ = guess(make, said, truth=truth, why="Because.")
    data, _ = widget._repr_mimebundle_()
    for text in (data["text/plain"], data["text/html"]):
        for line in (f"Your guess: {question.shown(widget.guess)}.", shown, widget.standing["said"], "Because."):
            assert line in text
    assert "<details>" not in data["text/html"]


def test_what_is_asked_for_is_told():
    assert number().session.question.wanted() == "A number from 0 to 1,000,000 bits."
    assert choice().session.question.wanted() == "One of: SGD; AdamW; BV32."
    assert (
        curve().session.question.wanted()
        == "A curve: accuracy, from 0 to 100 %, where bits per weight is 1, 2, 4."
    )


def test_html_is_escaped():
    html = choice(question="<b>?", answers=["<i>", "&"], truth="<i>", why="<u>")._repr_mimebundle_()[0][
        "text/html"
    ]
    assert "&lt;b&gt;?" in html
    assert not [tag for tag in ("<b>", "<i>", "<u>") if tag in html]


def test_it_names_itself_in_one_line_and_gives_nothing_away():
    assert repr(number(truth=203_264)) == "<Predict.number 'How many bits?'>"
    widget, _ = guess(number, 5)
    assert repr(widget) == "<Predict.number 'How many bits?', guess=5.0>"
    assert repr(widget.reveal(7)) == "<Predict.number 'How many bits?', guess=5.0, truth=7.0>"


def test_it_is_made_by_kind():
    with pytest.raises(TypeError, match=r"Predict\.number, Predict\.choice or Predict\.curve, got 7"):
        bm.Predict(7)


def test_where_no_widget_can_be_shown_a_notebook_has_the_words():
    data, metadata = DisplayFormatter().format(number(question="How many <bits>?", truth=203_264))
    output = new_output("display_data", data, metadata=metadata)
    notebook = new_notebook(cells=[new_code_cell("", outputs=[output])])
    nbformat.validate(notebook)
    for exporter in (HTMLExporter(), MarkdownExporter()):
        body, _ = exporter.from_notebook_node(notebook)
        assert "How many &lt;bits&gt;?" in body
        assert "<summary>The answer</summary>" in body


def test_nothing_is_logged_as_an_error(caplog):
    guess(number, 5, "x", truth=lambda: 1 / 0)
    assert not [r for r in caplog.records if r.levelno >= logging.ERROR]


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_named_question_keeps_its_answer_until_there_is_a_guess(name):
    widget = bm.Predict(name)
    known = CATALOGUE[name]()
    assert widget.question["text"] == known.question.text
    assert widget.session.truth == known.question.truth(known.truth, given=True)
    assert known.why not in repr(widget.get_state())
    widget.close()


def test_a_name_that_there_is_not_is_refused_with_those_that_there_are():
    with pytest.raises(ValueError, match=r"must be one of lesson-1/bits, .*lesson-7/flips, .*, got 'lesson-8/x'"):
        bm.Predict("lesson-8/x")

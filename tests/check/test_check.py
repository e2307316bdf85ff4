"""Exercises: right answers pass, wrong ones get an input, what was expected there, and a hint that fits."""

import inspect
import re

import pytest

from bitmass_viz import check
from tests.check.students import WRONG

EVERY_WRONG = [(name, number) for name, answers in WRONG.items() for number in range(len(answers))]


def test_there_are_five_typical_wrong_answers_to_each_exercise():
    assert set(WRONG) == set(check.EXERCISES)
    assert all(len(answers) >= 5 for answers in WRONG.values())
    assert all(len(exercise.mistakes) >= 5 for exercise in check.EXERCISES.values())


@pytest.mark.parametrize("name", check.EXERCISES)
def test_the_packages_own_way_passes(name):
    exercise = check.EXERCISES[name]
    found = getattr(check, name)(exercise.right)
    assert found
    assert re.search(r"Right on all \d+ inputs", found.message)
    assert "✓" in repr(found)
    assert "✓" in found._repr_html_()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("name", "number"), EVERY_WRONG, ids=[f"{name}-{number}" for name, number in EVERY_WRONG])
def test_a_wrong_answer_gets_a_hint_that_fits(name, number):
    function, hint = WRONG[name][number]
    found = check.EXERCISES[name](function)
    assert not found
    assert re.search(hint, found.message), found.message
    assert "✗" in repr(found)
    if "Hint:" in found.message:
        exercise = check.EXERCISES[name]
        assert re.search(r"Wrong on \d+ of \d+ inputs", found.message)
        assert f"For {exercise.arguments[0]} = " in found.message
        assert "expected is" in found.message


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", check.EXERCISES)
def test_each_mistake_is_told_from_all_others(name):
    exercise = check.EXERCISES[name]
    for mistake in exercise.mistakes:
        found = exercise(mistake.wrong)
        assert not found
        assert mistake.hint in found.message or "should return" in found.message


@pytest.mark.parametrize("name", check.EXERCISES)
def test_no_message_gives_the_solution(name):
    """What a student is told names no operation of the package's own answer."""
    exercise = check.EXERCISES[name]
    solution = inspect.getsource(exercise.right).strip()
    said = [exercise.task, exercise.hint, *(mistake.hint for mistake in exercise.mistakes)]
    code = re.compile(r"return |lambda |\bnp\.\w+\(|\.sum\(|\.mean\(|bit_count\(")
    assert not [text for text in said if code.search(text) or solution in text]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (5, r"needs your function itself, got 5. Give its name without brackets: check.neuron\(my_function\)"),
        (lambda x: 1, r"is called as f\(x, w, threshold\)"),
        (lambda x, w, threshold: 1 / 0, "ZeroDivisionError"),
        (lambda x, w, threshold: "yes", "should return 1 or 0"),
        (lambda x, w, threshold: [1, 0], "2 numbers, expected is a single number"),
    ],
)
def test_what_is_no_answer_at_all_is_said_to_be_none(given, message):
    found = check.neuron(given)
    assert not found
    assert re.search(message, found.message)


def test_a_function_may_not_change_what_it_is_given():
    def greedy(x, w, threshold):
        x[:] = 0
        return 1

    assert "changes what it is given" in check.neuron(greedy).message
    assert check.neuron(check.NEURON.right), "the inputs are as they were"


def test_an_exercise_says_what_there_is_to_do():
    assert "f(x, w)" in repr(check.xnor_popcount)
    html = check.xnor_popcount._repr_html_()
    assert check.xnor_popcount.task in html
    assert "check.xnor_popcount(f)" in html


def test_the_first_input_that_fails_is_a_small_one():
    found = check.xnor_popcount(lambda x, w: int((x & w).sum()))
    assert "For x = [0], w = [0]\n" in found.message


def test_html_is_escaped():
    found = check.float_value(lambda b: "<script>alert(1)</script>")
    assert "<script" not in found._repr_html_()

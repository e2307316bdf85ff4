"""Exercises that check a student's function: ``check.xnor_popcount(my_function)``.

Each tries the function on many inputs. If it is wrong, the message names the first failing input, the expected
result and the likely mistake; it never gives the solution. Displaying ``check.xnor_popcount`` shows the task.
"""

from bitmass_viz.check.binary import NEURON, PACKED_POPCOUNT, XNOR_POPCOUNT
from bitmass_viz.check.bits import BIT_MASS, FLOAT_VALUE, WORD_ADDRESS
from bitmass_viz.check.claims import DECIDE, INTERVAL, ISO_BIT_UNITS, KEEP_TOP_BITS
from bitmass_viz.check.descent import ADAM_STEP, MOMENTUM_STEP, OUTPUT_ERROR
from bitmass_viz.check.exercise import Checked, Exercise, Mistake
from bitmass_viz.check.hebbian import COUNTERS, NEW_WEIGHTS, THRESHOLD

EXERCISES: dict[str, Exercise] = {
    exercise.name: exercise
    for exercise in (
        BIT_MASS,
        WORD_ADDRESS,
        FLOAT_VALUE,
        XNOR_POPCOUNT,
        NEURON,
        PACKED_POPCOUNT,
        OUTPUT_ERROR,
        MOMENTUM_STEP,
        ADAM_STEP,
        COUNTERS,
        NEW_WEIGHTS,
        THRESHOLD,
        INTERVAL,
        DECIDE,
        KEEP_TOP_BITS,
        ISO_BIT_UNITS,
    )
}
"""All exercises by name, in the order of the lessons."""

bit_mass = BIT_MASS
word_address = WORD_ADDRESS
float_value = FLOAT_VALUE
xnor_popcount = XNOR_POPCOUNT
neuron = NEURON
packed_popcount = PACKED_POPCOUNT
output_error = OUTPUT_ERROR
momentum_step = MOMENTUM_STEP
adam_step = ADAM_STEP
counters = COUNTERS
new_weights = NEW_WEIGHTS
threshold = THRESHOLD
interval = INTERVAL
decide = DECIDE
keep_top_bits = KEEP_TOP_BITS
iso_bit_units = ISO_BIT_UNITS

__all__ = ["EXERCISES", "Checked", "Exercise", "Mistake", *EXERCISES]

"""The experiments. A new one is a file with a declaration, and a line here."""

from bitmass_viz.experiments.declaration import Experiment
from bitmass_viz.experiments.declared.e1_published import PUBLISHED
from bitmass_viz.experiments.declared.e2_bug import BUG
from bitmass_viz.experiments.declared.e3_ladder import LADDER
from bitmass_viz.experiments.declared.e4_width import WIDTH
from bitmass_viz.experiments.declared.e5_iso_bit import ISO_BIT
from bitmass_viz.experiments.declared.e6_bit_knife import BIT_KNIFE
from bitmass_viz.experiments.declared.e7_ledger import LEDGER
from bitmass_viz.experiments.declared.e8_capacity import CAPACITY
from bitmass_viz.experiments.declared.e9_where_it_holds import WHERE_IT_HOLDS

EXPERIMENTS: dict[str, Experiment] = {
    experiment.name: experiment
    for experiment in (PUBLISHED, BUG, LADDER, WIDTH, ISO_BIT, BIT_KNIFE, LEDGER, CAPACITY, WHERE_IT_HOLDS)
}
"""All experiments by name, in the order of the page."""

__all__ = ["EXPERIMENTS"]

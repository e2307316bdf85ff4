"""The trainers. To add one, write a file and add a line here."""

from bitmass_viz.trainers.adam import Adam
from bitmass_viz.trainers.adamw import AdamW
from bitmass_viz.trainers.base import Trainer
from bitmass_viz.trainers.bop import Bop
from bitmass_viz.trainers.bv32 import Bv32Hebbian, Bv32Uncentred
from bitmass_viz.trainers.linear import BinaryLinear, Linear
from bitmass_viz.trainers.momentum import Momentum
from bitmass_viz.trainers.options import RECIPES, Option
from bitmass_viz.trainers.rmsprop import RMSprop
from bitmass_viz.trainers.sgd import Sgd
from bitmass_viz.trainers.straight_through import StraightThrough

TRAINERS: dict[str, type[Trainer]] = {
    trainer.NAME: trainer
    for trainer in (
        Sgd,
        Momentum,
        RMSprop,
        Adam,
        AdamW,
        Bv32Hebbian,
        Bv32Uncentred,
        StraightThrough,
        Bop,
        Linear,
        BinaryLinear,
    )
}
"""All trainers by name."""

__all__ = ["RECIPES", "TRAINERS", "Option", "Trainer"]

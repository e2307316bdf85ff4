"""The anywidget classes, for JupyterLab, Notebook and Voilà."""

from bitmass_viz.widgets.counter import BitCounter
from bitmass_viz.widgets.evidence import Claims, Evidence
from bitmass_viz.widgets.explorer import Explorer
from bitmass_viz.widgets.one_example import OneExample
from bitmass_viz.widgets.opening import Opening
from bitmass_viz.widgets.predict import Predict
from bitmass_viz.widgets.side_by_side import SideBySide

__all__ = ["BitCounter", "Claims", "Evidence", "Explorer", "OneExample", "Opening", "Predict", "SideBySide"]

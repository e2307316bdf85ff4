"""The widgets, for JupyterLab, Notebook and Voilà."""

from bitmass_viz.widgets.evidence import Claims, Evidence
from bitmass_viz.widgets.explorer import Explorer

__all__ = ["Claims", "Evidence", "Explorer"]

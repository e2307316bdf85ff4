"""The widgets, for JupyterLab, Notebook and Voilà."""

from bitmass_viz.widgets.explorer import Explorer

__all__ = ["Explorer"]

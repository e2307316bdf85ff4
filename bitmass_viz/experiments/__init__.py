"""Measurements of the study's claims. Nothing here imports Jupyter."""

from bitmass_viz.experiments.accuracy import CASES, Case, measure, summarise

__all__ = ["CASES", "Case", "measure", "summarise"]

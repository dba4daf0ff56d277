"""Verdicts, plots and card for people, before and after modelling."""

from .explore import data_page
from .pages import card, markdown, page, terminal
from .plots import plots

__all__ = ["card", "data_page", "markdown", "page", "plots", "terminal"]

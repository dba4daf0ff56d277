"""Verdicts, plots and card for people, before and after modelling."""

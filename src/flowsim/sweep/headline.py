"""Which measures a sweep shows where there is room for a few."""

from __future__ import annotations

HEADLINES = (
    "working lead time mean",
    "working lead time P50",
    "working lead time P90",
    "lead time mean",
    "lead time P90",
    "within promise",
    "activity ratio",
    "WIP mean",
    "handoffs",
    "throughput",
    "cost per ended request",
    "work per ended request",
    "unfinished share",
)
"""Measures of the summaries for people (CSV, Excel), in this order, where there are; `utilisation TEAM` follow."""

MAIN = "working lead time mean"
"""The measure of pictures and sentences unless somebody names another."""

UTILISATION = "utilisation "

"""Keyed random numbers (R4): the same request meets the same luck in every design."""

from flowsim.draws.keyed import BACKLOG, SCHEME, Draws, Durations, Uniforms

__all__ = ["BACKLOG", "SCHEME", "Draws", "Durations", "Uniforms"]

"""Keyed random numbers (R4): the same request meets the same luck in every design."""

from flowsim.draws.keyed import SCHEME, Draws, Durations, Uniforms

__all__ = ["SCHEME", "Draws", "Durations", "Uniforms"]

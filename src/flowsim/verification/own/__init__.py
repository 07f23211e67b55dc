"""Somebody's own model, held against what must hold for any model, and what theory says of this one.

`seen` runs a replication and writes down figures, with `little` and `bounds`; `rules` decides from the model alone for
which teams a formula is exact, `waits` has the formulas; `judge` holds figures against what they should be; `busy`,
`report` put it together for each state.
"""

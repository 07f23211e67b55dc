"""Experiments: replications, comparisons and sweeps over any executor, and the folders in which results are kept."""

"""The best design that meets a goal: a search over designs, and finalists compared by a procedure with a guarantee."""

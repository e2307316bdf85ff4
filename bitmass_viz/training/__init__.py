"""A run and what it remembers: history, comparison, lockstep, files. Nothing here imports Jupyter."""

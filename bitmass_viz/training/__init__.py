"""Training runs: their history, comparing snapshots, several runs in lockstep, saved files. No Jupyter."""

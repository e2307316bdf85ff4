"""Interactive use of runs: playing, controls, permalinks, one reader's session. No Jupyter."""

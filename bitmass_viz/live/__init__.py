"""What one reader does with a run: play, set controls, follow links. Nothing here imports Jupyter."""

"""A network as bits: its architecture, its weights in three views, and the address of each bit."""

"""The web app: Voilà, with limits on who may ask for how much."""

"""The web app: Voilà, with limits on memory, connections, messages and access."""

"""What a prediction asks, which guesses it allows, and how it speaks of them: the parts of `widgets.predict`."""

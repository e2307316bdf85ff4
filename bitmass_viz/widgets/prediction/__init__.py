"""The parts of `widgets.predict`: questions, validation of guesses, and wording of answers."""

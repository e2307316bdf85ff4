"""The parts of a prediction: questions, validation of guesses, and wording of answers."""

"""Reading figures and facts out of what people type: pure functions, nothing is guessed, nothing raises."""

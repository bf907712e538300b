"""Cases: which office a question goes to, what is passed on, how it is said, and how often officers are told."""

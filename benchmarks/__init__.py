"""Speed and memory, as ratios against a baseline run beside them. Run one with `python -m benchmarks.<name>`."""

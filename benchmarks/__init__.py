"""Benchmarks beside their rivals, in one run, as ratios of CPU time."""

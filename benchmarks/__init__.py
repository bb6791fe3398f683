"""Benchmarks: how long a run takes, measured on generated data."""

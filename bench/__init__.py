"""Benchmarks: one script each, run with ``make bench``; each writes its result beside itself as JSON."""

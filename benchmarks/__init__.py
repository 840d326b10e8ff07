"""Measurements that are not tests: `python -m benchmarks.NAME`. Figures are kept in docs/benchmarks/."""

"""Scenarios: one module per world, each declaring ``SCENARIO``; calibrated values stand beside it in TOML."""

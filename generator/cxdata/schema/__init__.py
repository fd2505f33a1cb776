"""Declarations: what a world is made of. Frozen dataclasses only; nothing here draws, reads or writes."""

"""Checks of a data set: contracts, safety, published figures, planted effects."""

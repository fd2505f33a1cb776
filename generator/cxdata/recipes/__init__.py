"""Recipes: pure functions ``(u, inputs) -> values``, and the factories that make them from a few named parts."""

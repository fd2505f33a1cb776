"""Executors: they run blocks in any order on any number of workers; no value depends on which."""

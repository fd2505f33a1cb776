"""Tables: one folder per scenario, one module per table, each declaring ``TABLE``."""

"""Say in one line what is missing when the Python at hand cannot carry the project."""

import sys

WANTED = (3, 11)

if sys.version_info < WANTED:
    found = ".".join(map(str, sys.version_info[:3]))
    sys.exit(f"Python {found} is too old: 3.11 or later is needed. Run 'make PYTHON=/path/to/python3.11 test'.")
try:
    import ensurepip  # noqa: F401  # absent from some Linux distributions' base package
except ImportError:
    sys.exit("this Python cannot make virtual environments. On Debian: 'apt-get install python3-venv'.")

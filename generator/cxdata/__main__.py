"""``python -m cxdata`` is the ``cxdata`` command."""

from cxdata.cli import main

if __name__ == "__main__":
    main()

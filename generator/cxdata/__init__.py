"""cxdata: relational synthetic customer-experience data in which every planted effect is known.

>>> import cxdata
>>> dataset = cxdata.generate("tilmarenne", customers=500, seed=7)
>>> dataset["surveys"].columns[:3].tolist()
['survey_id', 'customer_id', 'order_id']
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cxdata.api import Dataset, answer_key, check, edition, generate, open_dataset
    from cxdata.errors import CxdataError

__all__ = ["CxdataError", "Dataset", "answer_key", "check", "edition", "generate", "open_dataset"]


def __getattr__(name: str) -> Any:
    """Import the public names when they are first used, so that ``import cxdata`` stays light (PEP 562)."""
    if name == "CxdataError":
        from cxdata import errors

        return errors.CxdataError
    if name in __all__:
        from cxdata import api

        return getattr(api, name)
    raise AttributeError(f"module 'cxdata' has no attribute {name!r}")

"""The page on dirty deliveries: the kinds and their rates, read from the declarations."""

import pandas as pd

from casebook.worked.figures import Column
from casebook.worked.page import Page
from cxdata.schema.dirt import DIRT


def build(page: Page) -> None:
    """Compute the page."""
    rows = [
        {
            "kind": name.replace("_", " "),
            "meaning": kind.meaning,
            "base": kind.base,
            "light": 100 * kind.light,
            "heavy": 100 * kind.heavy,
        }
        for name, kind in DIRT.items()
    ]
    page.table(
        "kinds",
        pd.DataFrame(rows),
        caption=page.say(en="Kinds of dirt and the share they strike", fr="Genres de saleté et part touchée"),
        columns={
            "kind": Column(label=page.say(en="Kind", fr="Genre")),
            "meaning": Column(label=page.say(en="What happens", fr="Ce qui arrive")),
            "base": Column(label=page.say(en="Share of", fr="Part des")),
            "light": Column(label=page.say(en="Light, %", fr="Léger, %"), digits=2),
            "heavy": Column(label=page.say(en="Heavy, %", fr="Fort, %"), digits=2),
        },
    )

"""The plan of a class: its steps fill the time, no more and no less."""

import cxdata
from casebook.worked import measures
from casebook.worked.page import Page

CLASS_MINUTES = 90
STEPS = {"ask": 10, "try": 25, "doubt": 10, "mend": 20, "check": 10, "decide": 15}


def build(page: Page) -> None:
    """Compute the page."""
    if sum(STEPS.values()) != CLASS_MINUTES:
        raise ValueError(f"the steps take {sum(STEPS.values())} minutes, the class has {CLASS_MINUTES}")
    for name, minutes in STEPS.items():
        page.value(name, minutes)
    surveys = cxdata.edition("tilmarenne", "class")["surveys"]
    page.value("email", measures.nps(surveys.loc[surveys["programme"] == "email_after_order", "ltr"]).score, sign=True)

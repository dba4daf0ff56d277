"""What the name of a column says: its words, and whether they say whose a row is."""

import re

import pandas as pd

from .columns import Found

ID = {"id", "ids", "key", "uuid", "guid", "identifier", "nr", "no", "number", "code", "rownames", "index", "pk", "ref"}
WHO = {"customer", "patient", "user", "client", "person", "subject", "member", "household", "account", "group"}
KIND = {"group", "account", "household"}  # say whose a row is beside an ID alone
LETTER = {"subject", "member"}  # of a letter, or of parliament, where it is no number
SURE, ONE = "id|ids|uuid|guid|pk", "|".join(sorted(WHO - {"group"}))
# customer_id_old and customer_unique_id, bank_account_number, id_of_customer; a group is nobody but where it is alone.
WHOSE = re.compile(
    rf"(^group|\b({ONE}))( unique)? ({SURE})\b|(^group|\b({ONE}))( ({'|'.join(sorted(ID))}))+$|^({SURE})\b.* ({ONE})$"
)
THING = "(account|building|car|company|device|house|loan|machine|policy|property|vehicle)"
# account_age_days and Age of vehicle, not age_of_vehicle_driver.
THINGS_AGE = re.compile(rf"\b{THING}s? age\b|\bage of {THING}s?( in)?( (days|weeks|months|years))?$")


def words(name: str) -> set[str]:
    """Return the words in a name, be it customer_id, customerId or Customer ID."""
    return {*_in_order(name)}


def says_whose(name: str, each: Found) -> bool:
    """Tell whether a column says whose a row is, such as customer or bank_account_number.

    A customer_zip_code and a product_group_code do not, nor a subject that is a text, nor what has fractions.
    """
    kind = each.column.type
    whole = kind == "number" and bool((pd.to_numeric(each.values, errors="coerce").dropna() % 1 == 0).all())
    if not whole and kind not in ("integer", "text", "category"):
        return False
    said = [word for word in _in_order(name) if not word.isdigit()]
    if WHOSE.search(" ".join(said)):
        return True
    return bool(said) and {*said} <= WHO - KIND and (kind in ("integer", "number") or not {*said} & LETTER)


def age_of_a_thing(name: str) -> bool:
    """Tell whether a name speaks of the age of something that is nobody."""
    return bool(THINGS_AGE.search(" ".join(_in_order(name))))


def _in_order(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", name)]

"""Make the classification sample: subscription customers, some of whom left, drawn from a seeded model of why.

Usage: sample_customers.py [--rows N] [--seed S] [--drift D] [TABLE], by default the table inside the template.
`--drift` moves fees, tickets and inactivity by about that many standard deviations, to try a monitor on.
"""

import argparse
import csv
import io
import math
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

import chance

TABLE = (
    Path(__file__).resolve().parent.parent
    / "<<cookiecutter.project_slug>>"
    / "data"
    / "<% if cookiecutter.task == 'classification' %>sample.csv<% endif %>"
)
FEES = {"basic": 19.0, "standard": 35.0, "premium": 59.0}
PLANS = {"basic": 0.50, "standard": 0.33, "premium": 0.17}
REGIONS = {"north": 0.34, "south": 0.28, "east": 0.22, "west": 0.16}
PAYMENTS = {"card": 0.48, "debit": 0.27, "transfer": 0.15, "wallet": 0.10}
FIRST_DAY, DAYS, FIRST_ID = date(2024, 1, 1), 730, 100_000


@dataclass(frozen=True)
class Customer:
    """What is true of one customer on the day of the snapshot, before anything goes missing."""

    snapshot_date: date
    age: int
    region: str
    plan: str
    payment_method: str
    tenure_months: int
    monthly_fee: float
    tickets_90d: int
    days_since_login: float
    satisfaction: float


def customer(luck: chance.Chance, drift: float) -> Customer:
    """Draw one customer."""
    plan = luck.pick(PLANS)
    tenure = round(min(luck.exponential(12) + luck.exponential(14), 120))
    satisfaction = round(chance.clip(luck.normal(7.2, 1.6), 0, 10), 1)
    inactive = luck.exponential(9 * (1 + 0.9 * drift) * (2 if plan == "basic" else 1))
    return Customer(
        snapshot_date=FIRST_DAY + timedelta(days=int(DAYS * luck.random())),
        age=round(chance.clip(luck.normal(43, 14), 18, 90)),
        region=luck.pick(REGIONS),
        plan=plan,
        payment_method=luck.pick(PAYMENTS),
        tenure_months=tenure,
        monthly_fee=round(FEES[plan] * math.exp(luck.normal(0.1 * drift, 0.12)) + 0.02 * tenure, 2),
        tickets_90d=luck.poisson(0.5 + max(1.9 - 0.16 * satisfaction + 0.9 * drift, 0.05)),
        days_since_login=round(min(inactive, 180), 1),
        satisfaction=satisfaction,
    )


def leaving(one: Customer) -> float:
    """Return the probability that a customer leaves: main effects, and three interactions no linear model sees."""
    log_odds = (
        -1.75
        - 0.03 * one.tenure_months
        + 0.045 * one.days_since_login
        + 0.5 * one.tickets_90d
        - 0.38 * (one.satisfaction - 7)
        + 0.03 * (one.monthly_fee - FEES[one.plan])
        + 0.25 * (one.region == "south")
        + 0.012 * abs(one.age - 45)
        + 0.9 * (one.plan == "basic" and one.tenure_months < 6)
        + 0.55 * (one.payment_method == "transfer" and one.days_since_login > 14)
        - 0.35 * (one.plan == "premium" and one.satisfaction > 8)
    )
    return 1 / (1 + math.exp(-log_odds))


def cells(one: Customer, luck: chance.Chance) -> dict[str, object]:
    """Write a customer as systems of record do: some values missing, some spelled another way."""
    found = asdict(one)
    if luck.happens(0.04):
        found["age"] = ""
    if luck.happens(0.03):
        found["payment_method"] = luck.pick({"": 0.5, "?": 0.5})
    if luck.happens(0.06):
        found["days_since_login"] = ""
    # Whoever is new was seldom asked yet: missing by another column, not at random.
    if luck.happens(0.3 if one.tenure_months < 12 else 0.1):
        found["satisfaction"] = ""
    if one.plan == "basic" and luck.happens(0.04):
        found["plan"] = "Basic"
    return {**found, "churned": "yes" if luck.happens(leaving(one)) else "no"}


def table(rows: int = 5_000, seed: int = 0, drift: float = 0.0) -> str:
    """Return the sample as CSV, oldest snapshot first."""
    luck = chance.Chance(seed)
    drawn = [cells(customer(luck, drift), luck) for _ in range(rows)]
    numbers = luck.order(range(FIRST_ID, FIRST_ID + rows))
    found = [{"customer_id": number, **row} for number, row in zip(numbers, drawn, strict=True)]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(found[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(sorted(found, key=lambda row: str(row["snapshot_date"])))
    return out.getvalue()


def main() -> None:
    """Write the sample to the named path, or to where the template keeps it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("table", nargs="?", type=Path, default=TABLE)
    parser.add_argument("--rows", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--drift", type=float, default=0.0)
    asked = parser.parse_args()
    asked.table.write_bytes(table(asked.rows, asked.seed, asked.drift).encode())


if __name__ == "__main__":
    main()

"""What the labels cost on the test rows, and what it would cost to give all of them the same one."""

from typing import Any

import numpy as np

from ..config import Costs
from ..contract import Contract
from ..rule import CostMatrix, cost_matrix, labels
from .metrics import Rows


def measure(rows: Rows, contract: Contract, costs: Costs) -> dict[str, Any]:
    """Return the mean cost of a row, and the cheapest answer that needs no model."""
    if rows.rule is None:
        return {"not asked": "the answer is a number"}
    matrix = rows.rule if isinstance(rows.rule, CostMatrix) else _two(contract, costs)
    if matrix.even:
        return {"not asked": "every mistake costs the same"}
    # A row a truth of a test row, a column what is said about it.
    each = np.array(matrix.rows)[rows.truth]
    always = each.mean(axis=0)
    return {
        "value": float(np.take_along_axis(each, labels(rows.scores, rows.rule)[:, None], 1).mean()),
        "always": float(always.min()),
        "label": str(matrix.classes[int(always.argmin())]),
        "rows": len(rows.truth),
    }


def _two(contract: Contract, costs: Costs) -> CostMatrix:
    no, yes = str(contract.negative), str(contract.problem.positive)
    return cost_matrix((no, yes), {no: {yes: costs.false_positive}, yes: {no: costs.false_negative}})

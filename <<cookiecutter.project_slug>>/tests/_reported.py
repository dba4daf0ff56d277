"""What a report is made of, without a model."""

from << cookiecutter.package_name >> import config, gates

VERDICTS = [
    gates.Verdict("contract", gates.PASS, "5 rows", "5 rows"),
    gates.Verdict("quality", gates.FAIL, "auc 0.5 <b>", "above 0.7", "look"),
    gates.Verdict("baseline", gates.INCONCLUSIVE, "0.1; about 80 rows", "above 0.1", "more rows"),
    gates.Verdict("slices", gates.NOT_ASKED, "", "gates.toml has no [slices]"),
]
MEASURED = {"metrics": {"roc_auc": {"value": 0.8, "low": 0.75, "high": 0.85, "rows": 400}}}
PROMISES = config.Gates(
    quality=config.promised.QualityGate("roc_auc", 0.7), champion=config.promised.ChampionGate(0.01)
)
TASKS = ["classification", "regression"]

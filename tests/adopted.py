"""Tables that a project is made of after it was rendered, and the checks that it then passes without an edit."""

from pathlib import Path

from tests import projects

# They are made by the project's own environment, which has pandas and scikit-learn.
TABLES = {
    "breast_cancer": """
t = d.load_breast_cancer(as_frame=True).frame
t['target'] = t['target'].map({0: 'bad', 1: 'good'})
""",
    "diabetes": "t = d.load_diabetes(as_frame=True).frame",
    "iris": """
loaded = d.load_iris(as_frame=True)
t = loaded.frame.assign(target=loaded.frame['target'].map(dict(enumerate(loaded.target_names))))
""",
    "wine": "t = d.load_wine(as_frame=True).frame",
    "digits": "t = d.load_digits(as_frame=True).frame",
    "orders": """
rng = np.random.default_rng(0); n = 3000
t = pd.DataFrame({'order_id': np.arange(n) + 7000, 'customer_id': rng.integers(0, 900, n)})
days = pd.to_timedelta(np.sort(rng.integers(0, 900, n)), 'D')
t['ordered'] = (pd.Timestamp('2022-01-03') + days).strftime('%d.%m.%Y')
t['channel'] = rng.choice(['web', 'shop', 'telephone'], n, p=[.6, .3, .1])
t['weight'] = [('%.2f' % w).replace('.', ',') for w in rng.gamma(2, 3, n)]
t['gender'] = rng.choice(['f', 'm'], n)
t['visits'] = np.where(rng.random(n) < .1, '?', rng.poisson(4, n).astype(str))
w = t['weight'].str.replace(',', '.').astype(float)
t['target'] = np.where(w / 3 - 2 * (t['channel'] == 'shop') + rng.logistic(size=n) > 1, 'returned', 'kept')
t['refund'] = np.where(t['target'] == 'returned', w * 10, 0).round(2)
t['weight'] = t['weight'].mask(rng.random(n) < .03, '?')
""",
    "tiers": """
rng = np.random.default_rng(1); n = 1500
t = pd.DataFrame({'gender': rng.choice(['f', 'm'], n), 'income': rng.normal(0, 1, n).round(3)})
t['visits'] = rng.poisson(4, n)
drawn = np.c_[2 * t['income'], t['visits'] - 4, np.zeros(n)] + rng.gumbel(size=(n, 3))
t['target'] = np.array(['gold', 'silver', 'bronze'])[drawn.argmax(axis=1)]
""",
}
SEPARATORS = {"orders": ";"}
STEPS = (
    *(["ml", "data", "check"], ["ml", "train"], ["ml", "evaluate"], ["ml", "gate"], ["ml", "package"]),
    *(["pytest", "-q", each] for each in ("tests/data", "tests/model", "tests/gates", "tests/service/test_server.py")),
    ["pytest", "-q", "tests/unit/test_config.py", "tests/unit/test_export.py"],
)


def written(built: projects.Project, folder: Path, name: str) -> Path:
    """Write one of the tables as CSV."""
    path = folder / f"{name}.csv"
    made = f"import numpy as np, pandas as pd, sklearn.datasets as d\n{TABLES[name].strip()}\n"
    code = f"{made}t.to_csv({str(path)!r}, index=False, sep={SEPARATORS.get(name, ',')!r})"
    ran = built.run("python", "-c", code)
    assert ran.returncode == 0, ran.stderr
    return path


def adopted(built: projects.Project, table: Path, folder: Path) -> Path:
    """Return a copy of a built project that was made one of this table."""
    copy = built.copy(folder)
    ran = built.run("ml", "data", "adopt", str(table), "--target", "target", cwd=copy)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return copy


def check(built: projects.Project, folder: Path) -> None:
    """Take an adopted project through its checks, the sabotage suite among them."""
    for step in STEPS:
        ran = built.run(*step, cwd=folder)
        assert ran.returncode == 0, f"{' '.join(step)}: {ran.stdout[-4000:]}{ran.stderr[-2000:]}"

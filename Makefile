# The template's own commands; a project made from it has a Makefile of its own.
TASK ?= classification
template := <<cookiecutter.project_slug>>
# A uv that is on PATH may still not run: version managers leave stubs there.
uv := $(shell uv --version >/dev/null 2>&1 && echo uv || echo .uv/bin/uv)
run := env -u VIRTUAL_ENV UV_PYTHON_DOWNLOADS=never $(uv) run --quiet

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow lint format benchmark benchmark-serving benchmark-gates benchmark-adopt benchmark-monitor benchmark-score benchmark-cluster benchmark-big clean ready

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | awk -F '\t' '{ printf "make %-17s %s\n", $$1, $$2 }'

demo: ready ## make a project in build/demo and judge its first model; TASK=classification or regression
	@$(run) tools/demo.py $(TASK)

test: ready ## run every test that this machine can; RINGS="tests/render ..." for some
	@$(run) pytest --numprocesses auto --dist worksteal --ignore tests/slow $(RINGS)

test-slow: ready ## live through a project's pushes, releases and promotions, with real images: minutes more
	@$(run) pytest --numprocesses auto --dist worksteal --verbose --durations 20 tests/slow

lint: ready ## check the template's own code, and both repositories' workflows by every linter and rule
	@$(run) ruff check
	@$(run) ruff format --check
	@$(run) mypy
	@$(run) pytest -q tests/workflows

format: ready ## rewrite the template's own code as lint wants it
	@$(run) ruff check --fix-only
	@$(run) ruff format

benchmark: ready ## measure what rendering, a first model and a first push cost
	@$(run) benchmarks/render.py
	@PYTHONPATH=tools $(run) benchmarks/chain.py $(TASK)
	@PYTHONPATH=.:tools $(run) benchmarks/first_push.py

benchmark-serving: ready ## serve one model by a project and by its peers, and compare: needs Linux, wrk and minutes; FAMILY=boosting for one
	@PYTHONPATH=tools:benchmarks/serving $(run) benchmarks/serving/run.py $(if $(FAMILY),--family $(FAMILY))
	@PYTHONPATH=.:tools:benchmarks/serving $(run) benchmarks/serving/overload.py $(FAMILY)

benchmark-gates: ready ## simulate what the gates promise, and measure what judging costs; DRAWS=1000
	@PYTHONPATH=tools $(run) benchmarks/gates.py $(DRAWS)

benchmark-adopt: ready ## adopt, train and judge every table that packages carry: minutes; TABLES="iris cars" for some
	@PYTHONPATH=tools $(run) benchmarks/adopt.py $(TABLES)

benchmark-monitor: ready ## simulate how often the monitor cries wolf, and what it sees
	@PYTHONPATH=tools $(run) benchmarks/monitor.py

benchmark-score: ready ## measure `ml score` against a loop of pandas chunks, and its memory; ROWS=10000000
	@PYTHONPATH=tools $(run) benchmarks/score.py $(ROWS)

benchmark-cluster: ready ## measure what a Dask cluster adds to scoring, on a machine with nothing else to do: minutes
	@PYTHONPATH=tools:benchmarks $(run) benchmarks/cluster.py $(ROWS)

benchmark-big: ready ## adopt and model a million rows of 30 columns: time and memory of each step; ROWS=100000 for fewer
	@PYTHONPATH=tools $(run) benchmarks/big.py $(ROWS)

clean: ## remove what commands made
	rm -rf build .venv .uv .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache

ready: $(filter .uv/bin/uv,$(uv))
	@git --version >/dev/null 2>&1 || { echo 'git is missing: install it, then call make again.' >&2; exit 2; }
	@UV_PYTHON_DOWNLOADS=never $(uv) python find --system '>=3.11' >/dev/null 2>&1 || \
		{ echo 'No Python 3.11 or newer is here: install one, then call make again.' >&2; exit 2; }

.uv/bin/uv:
	@bash '$(template)/scripts/install-uv.sh' .uv

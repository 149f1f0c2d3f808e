# The two commands: `make up` and `make test`. The rest are parts of them.
PYTHON ?= python3.11
VENV   := .venv
SPARK  := .venv-spark
PORT   ?= 8088
export CRW_HOME ?= $(CURDIR)/var

.PHONY: help up test setup spark soak prove prove-candidates bench bench-charts bench-readers bench-postgres bench-learn docs lint suite staging access clean mutate

help:            ## this list
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

up: setup        ## from a fresh clone to dashboards on 127.0.0.1:$(PORT)
	$(VENV)/bin/crw demo --port $(PORT)

test:            ## the whole suite; environments are made, and the SQL linted, side by side: each takes minutes
	$(MAKE) -j2 lint suite

suite: setup spark
	$(VENV)/bin/python -m pytest -m "not soak" -n 4 --dist loadfile --no-loadscope-reorder

mutate: setup    ## break the SQL in 40 places; the tests must notice 38
	$(VENV)/bin/python tests/mutate.py

soak: setup      ## the long proofs: every kill, every seed
	$(VENV)/bin/python -m pytest -m soak

prove: setup     ## the estimate of what was missed, against simulated years (docs/missed-risk.md)
	$(VENV)/bin/python -m crw.prove_missed

prove-candidates: setup  ## candidate rules of the demo in $(CRW_HOME), against its truth (docs/methodology.md)
	$(VENV)/bin/python -m crw.prove_candidates $(CRW_HOME)

docs: setup      ## dbt's pages on every mart and column, of the last build: $(CRW_HOME)/docs/index.html
	$(VENV)/bin/dbt docs generate --static --project-dir . --profiles-dir . --target-path $(CRW_HOME)/docs --log-path $(CRW_HOME)/logs

bench: setup     ## CPU and wall time of the demo's road, from nothing to a release
	$(VENV)/bin/python benchmarks/road.py

bench-learn: setup  ## what training and scoring a million items take, on the build of $(CRW_HOME)
	$(VENV)/bin/python benchmarks/learn.py --home $(CRW_HOME)

bench-charts: setup  ## what every chart takes over HTTP, uncached and cached, on the release of $(CRW_HOME)
	$(VENV)/bin/python benchmarks/charts.py --home $(CRW_HOME)

bench-readers: setup $(VENV)-bench/.ready  ## the same, then requests a second under 1 to 64 readers
	$(VENV)/bin/python benchmarks/readers.py --home $(CRW_HOME)

bench-postgres: setup  ## ten models on PostgreSQL and on DuckDB, from the build of $(CRW_HOME)
	$(VENV)/bin/python benchmarks/postgres/run.py --home $(CRW_HOME)

lint: setup
	$(VENV)/bin/ruff check crw tests benchmarks
	nice $(VENV)/bin/python tests/lint_sql.py lint models tests/data

staging: setup   ## write the staging models anew from the contracts
	$(VENV)/bin/python -m crw.staging

access: setup    ## write the table of docs/access.md anew from the marts
	$(VENV)/bin/python -m crw.access

setup: $(VENV)/.ready  ## the environment alone

spark: $(SPARK)/.ready  ## the environment of `crw build --target spark`; Java 17 must be there

$(SPARK)/.ready: requirements-spark.lock
	$(PYTHON) -m venv $(SPARK)
	awk '/^[a-z]/ { wanted = /^setuptools==/ } wanted' requirements-spark.lock > $(SPARK)/first.txt
	$(SPARK)/bin/python -m pip install --disable-pip-version-check --no-deps --require-hashes -r $(SPARK)/first.txt
	$(SPARK)/bin/python -m pip install --disable-pip-version-check --no-deps --no-compile --no-build-isolation --require-hashes -r requirements-spark.lock
	touch $@

$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --disable-pip-version-check --no-deps --no-compile --require-hashes -r requirements.lock
	$(VENV)/bin/python -m pip install --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)-bench/.ready: requirements-bench.lock
	$(PYTHON) -m venv $(VENV)-bench
	$(VENV)-bench/bin/python -m pip install --disable-pip-version-check --no-deps --require-hashes -r requirements-bench.lock
	touch $@

clean:           ## drop what is built, keep the home folder
	rm -rf target logs

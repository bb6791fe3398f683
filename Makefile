# Each target sets up what it needs: `make demo` on a fresh machine is the whole first step.
.PHONY: install install-dev install-spark install-page install-postgres install-postgres-server learn page demo example test test-thorough test-page pictures chromium test-spark install-orchestrators test-orchestrators soak lint audit lock docs bench bench-spark clean

TEST_PROCESSES := --numprocesses 2 --dist loadfile --no-loadscope-reorder

PYTHON ?= python3
BIN := .venv/bin

install: .venv/.installed
install-dev: .venv/.installed-dev .venv/.installed-sqlalchemy14
install-spark: .venv/.installed-spark

.venv/.installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

.venv/.installed-dev: requirements-dev.txt .venv/.installed
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-dev.txt
	@touch $@

# Superset's SQLAlchemy, in a folder of its own, where it hinders nobody: tests/test_bi.py puts it before the other one.
.venv/.installed-sqlalchemy14: requirements-sqlalchemy14.txt .venv/.installed
	rm -rf .venv/sqlalchemy14
	$(BIN)/python -m pip install --quiet --require-hashes --target .venv/sqlalchemy14 --requirement requirements-sqlalchemy14.txt
	@touch $@

# Dagster and Airflow, which the examples of docs/package.md are imported by: each needs an environment of its own. All that they take
# is listed, so pip looks for nothing more: with hashes it would stumble over a package that is asked for with an extra and without.
.venv/.installed-dagster .venv/.installed-airflow: .venv/.installed-%: requirements-%.txt .venv/.installed
	rm -rf .venv/$*
	$(PYTHON) -m venv .venv/$*
	.venv/$*/bin/python -m pip install --quiet --require-hashes --no-deps --requirement requirements-$*.txt
	.venv/$*/bin/python -m pip check
	@touch $@

install-orchestrators: .venv/.installed-dagster .venv/.installed-airflow

# What `leadscore calibrate` takes.
.venv/.installed-learn: requirements-learn.txt .venv/.installed
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-learn.txt
	@touch $@

# Spark 4 runs on Java 17; where there is none it comes from the system's packages.
.venv/.installed-spark: requirements-spark.txt .venv/.installed
	command -v java || { apt-get update -qq && apt-get install -y -qq openjdk-17-jre-headless; }
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-spark.txt
	@touch $@

learn: .venv/.installed-learn

# What `leadscore page` takes.
.venv/.installed-page: requirements-page.txt .venv/.installed
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-page.txt
	@touch $@

install-page: .venv/.installed-page

# What a sync to PostgreSQL takes.
.venv/.installed-postgres: requirements-postgres.txt .venv/.installed
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-postgres.txt
	@touch $@

install-postgres: .venv/.installed-postgres

# The server that tests of that sync run; it comes from the system's packages.
install-postgres-server:
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql; }

# The pages, on the demo where nothing is published yet.
page: install-page
	test -e published/leadscore.duckdb || $(BIN)/leadscore demo
	$(BIN)/leadscore page

demo: install
	$(BIN)/leadscore demo

# A team with HubSpot and Shopify, from landed tables to scores in a HubSpot that is played here.
example: install
	PYTHONPATH=tests/support $(BIN)/python examples/hubspot_shopify/run.py

test: install-dev
	@$(MAKE) --silent install-postgres-server || echo "PostgreSQL can't be installed here: its tests are skipped"
	$(BIN)/python -m pytest $(TEST_PROCESSES)

# The rest: whole runs by the minute, and more worlds, stories and kills, others each time; RANDOM=... repeats those of a time before.
test-thorough: RANDOM := $(shell date +%s)
test-thorough: install-dev
	@echo "RANDOM=$(RANDOM)"
	LEADSCORE_RANDOM=$(RANDOM) LEADSCORE_EXAMPLES=20 LEADSCORE_KILLS=20 $(BIN)/python -m pytest $(TEST_PROCESSES) -m 'thorough or chance'

# An hour of ordinary life: `make soak ARGS="--minutes 5"`.
soak: install-dev
	$(BIN)/python tests/support/soak.py $(ARGS)

# The pages in Chromium, which comes from the system's packages; what they look like is kept in target/page.
test-page: install-dev chromium
	$(BIN)/python -m pytest tests/browser

# The README's pictures.
pictures: install-dev chromium
	PYTHONPATH=tests/support $(BIN)/python tests/browser/take_pictures.py

chromium:
	command -v chromedriver || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium chromium-driver fonts-dejavu-core; }

test-spark: install-dev install-spark
	$(BIN)/python -m pytest tests/spark

test-orchestrators: install-dev install-orchestrators
	$(BIN)/python -m pytest tests/orchestrators

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint models tests/dbt analyses

# What is known of the pinned packages' vulnerabilities, as far as the registry tells.
audit: install-dev
	$(BIN)/python .ci/audit.py

# Pins every package anew, with the hashes of its files, within what pyproject.toml allows.
LOCK := pip-compile --quiet --generate-hashes --allow-unsafe --no-strip-extras --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host
lock: install-dev
	$(BIN)/$(LOCK) --output-file requirements.txt pyproject.toml
	$(BIN)/$(LOCK) --constraint requirements.txt --extra dev --extra complete-journey --extra learn --extra page --extra postgres --output-file requirements-dev.txt pyproject.toml
	$(BIN)/$(LOCK) --constraint requirements.txt --extra learn --output-file requirements-learn.txt pyproject.toml
	$(BIN)/$(LOCK) --constraint requirements.txt --extra page --output-file requirements-page.txt pyproject.toml
	$(BIN)/$(LOCK) --constraint requirements.txt --extra postgres --output-file requirements-postgres.txt pyproject.toml
	$(BIN)/$(LOCK) --constraint requirements.txt --extra spark --output-file requirements-spark.txt pyproject.toml
	echo 'sqlalchemy>=1.4.54,<2' | $(BIN)/$(LOCK) --output-file requirements-sqlalchemy14.txt -
	printf '%s\n' 'dagster-dbt>=0.29,<0.30' 'dagster>=1.13,<1.14' 'dbt-core>=1.11,<1.12' 'dbt-duckdb>=1.11,<1.12' | $(BIN)/$(LOCK) --constraint requirements.txt --output-file requirements-dagster.txt -
	printf '%s\n' 'astronomer-cosmos>=1.15,<1.16' 'apache-airflow-core>=3.3,<3.4' 'dbt-core>=1.11,<1.12' 'dbt-duckdb>=1.11,<1.12' | $(BIN)/$(LOCK) --constraint requirements.txt --output-file requirements-airflow.txt -

docs: install
	$(BIN)/dbt docs generate --static

bench: install
	$(BIN)/python -m benchmarks.run $(ARGS)

bench-spark: install install-spark
	$(BIN)/python -m benchmarks.spark $(ARGS)

clean:
	rm -rf target logs published exports demo

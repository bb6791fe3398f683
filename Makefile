# Each target sets up what it needs: `make demo` on a fresh machine is the whole first step.
.PHONY: install install-dev demo test lint docs bench clean

PYTHON ?= python3
BIN := .venv/bin

install: .venv/.installed
install-dev: .venv/.installed-dev

.venv/.installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

.venv/.installed-dev: requirements-dev.txt .venv/.installed
	$(BIN)/python -m pip install --quiet --requirement requirements-dev.txt
	@touch $@

demo: install
	$(BIN)/leadscore demo

test: install-dev
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint models tests/dbt analyses

docs: install
	$(BIN)/dbt docs generate --static

bench: install
	$(BIN)/python -m benchmarks.run $(ARGS)

clean:
	rm -rf target logs published exports demo

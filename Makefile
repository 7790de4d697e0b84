# Two commands do all set-up on a machine with Python 3.11 and make: `make run` and `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
SPARK  := $(BIN)/spark-shipstation

.PHONY: run test browser screenshots demo bench audit lint lock clean

run: $(VENV)/.run
	@exec $(SPARK) serve --first-run

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 $(ARGS)

browser: $(VENV)/.dev
	$(BIN)/python -m pytest tests/browser $(ARGS)

screenshots: $(VENV)/.dev
	PYTHONPATH=tests $(BIN)/python tests/browser/screenshots.py $(ARGS)

demo: $(VENV)/.run
	@$(BIN)/python examples/demo.py

bench: bench-export bench-intake bench-notices bench-pages bench-storm

bench-%: $(VENV)/.run
	$(BIN)/python benchmarks/$*.py $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

audit: $(VENV)/.dev
	$(BIN)/uv tool run pip-audit -r requirements.lock --require-hashes --disable-pip

lock: $(VENV)/.dev
	$(BIN)/uv pip compile -q pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --no-annotate --no-header --upgrade -o requirements.lock
	$(BIN)/uv pip compile -q pyproject.toml --group dev -c requirements.lock --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --upgrade \
	    -o requirements-dev.lock

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

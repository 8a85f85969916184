# Set-up happens by itself: `make run` starts the app for one person, `make serve` for a team, `make test` runs
# every test.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8501
VENV := .venv
BIN := $(VENV)/bin

ADDRESS ?= 127.0.0.1

.PHONY: run serve test soak lint clean

run: $(VENV)/.run
	@LABELING_SAMPLE=$${LABELING_SAMPLE:-1} exec $(BIN)/streamlit run app.py --server.port $(PORT)

serve: $(VENV)/.run
	@LABELING_SIGN_IN=1 exec $(BIN)/streamlit run app.py --server.address $(ADDRESS) --server.port $(PORT)

test: $(VENV)/.test
	$(BIN)/python -m pytest tests/unit tests/contract tests/app -rs --durations=25 --numprocesses 2 --dist loadfile
	$(BIN)/python -m pytest tests/e2e -rs --durations=25 --numprocesses 2 --dist loadfile

soak: $(VENV)/.test
	$(BIN)/python -m tests.soak $(SOAK)

lint: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.run: requirements.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Tagwright needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 run")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/.test: requirements-dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

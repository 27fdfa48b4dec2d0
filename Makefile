# make demo: build the sample notes and serve them; make test: run everything. Both need Python 3.11+ and nothing else.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8000
PEERS ?= .venv-peers

.PHONY: demo test web lint bench clean
.DELETE_ON_ERROR:

$(VENV)/.installed: pyproject.toml requirements.lock $(wildcard web/src/*)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Zhitu needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e '.[test]'
	@touch $@

demo: $(VENV)/.installed ## build notes/ and serve the explorer and SPARQL
	$(BIN)/kg build notes --out outputs
	$(BIN)/kg serve outputs --host $(HOST) --port $(PORT)

test: $(VENV)/.installed-test ## run all tests
	@sh tests/install_chromium.sh
	$(BIN)/python -m pytest

web: $(VENV)/.installed ## bundle web/src anew after a change
	$(BIN)/python web/hatch_build.py

lint: $(VENV)/.installed-test ## style, types and the import contract
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python web/hatch_build.py check

$(PEERS)/.installed: benchmarks/requirements-peers.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements-peers.txt
	@touch $@

bench: $(VENV)/.installed-test $(PEERS)/.installed ## ratios to peers, side by side; e.g. NOTES=~/vault ONLY=whole,growth GROWTH=1,4,16,64
	$(BIN)/python -m benchmarks.bench $(NOTES) --peer-python $(PEERS)/bin/python \
		$(if $(ONLY),--only $(ONLY)) $(if $(GROWTH),--growth $(GROWTH)) $(if $(QUICK),--quick)

clean:
	rm -rf $(VENV) $(PEERS) web/node_modules kg/export/bundle outputs dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis

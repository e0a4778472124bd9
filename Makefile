# make demo   sets everything up and opens the demo (NO_BROWSER=1 only serves and prints the address)
# make test   sets everything up and runs every check
# make bench  measures against the peers and writes bench/RESULTS.md

PYTHON ?= python3
BIN := .venv/bin
PAGE := $(shell find viewer/src viewer/index.html viewer/public viewer/package-lock.json viewer/vite.config.ts -type f 2>/dev/null)

.PHONY: demo test bench check-python check-page page pictures clean

demo: .venv/.demo
	$(BIN)/cutaway demo $(if $(NO_BROWSER),--no-browser) $(ARGS)

test: .venv/.test
	$(MAKE) --no-print-directory check-page check-python

bench: .venv/.bench
	$(BIN)/python -m bench $(ARGS)

check-page:
	$(BIN)/python scripts/make_schema.py --check
	cd viewer && ../.venv/bin/python ../scripts/npm.py run types:check
	cd viewer && ../.venv/bin/python ../scripts/npm.py run check
	cd viewer && ../.venv/bin/python ../scripts/npm.py test

check-python:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	PYRIGHT_PYTHON_CACHE_DIR=.venv/pyright PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright
	$(BIN)/lint-imports
	CUTAWAY_CHROMIUM="$$(sh scripts/chromium.sh)" $(BIN)/python -m pytest $(ARGS)

pictures: .venv/.test
	CUTAWAY_CHROMIUM="$$(sh scripts/chromium.sh)" $(BIN)/python scripts/make_pictures.py

.venv/bin/pip:
	sh scripts/venv.sh $(PYTHON)

# The page is built while Cutaway is installed.
.venv/.demo: .venv/bin/pip pyproject.toml scripts/build_page.py $(PAGE)
	$(BIN)/pip install --quiet --editable '.[keras]'
	touch $@

.venv/.test: .venv/.demo
	$(BIN)/pip install --quiet --group test
	cd viewer && ../.venv/bin/python ../scripts/npm.py ci --no-audit --no-fund --loglevel=error
	sh scripts/chromium.sh
	touch $@

.venv/.bench: .venv/.test
	$(BIN)/pip install --quiet --group bench
	touch $@

clean:
	rm -rf .venv viewer/node_modules src/cutaway/server/static shots

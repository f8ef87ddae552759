PYTHON ?= python3
BIN    := .venv/bin
HOST   ?= 127.0.0.1
PORT   ?= 8000

.PHONY: demo test check docs bench clean

demo: .venv/run.ok            ## harvest, check and publish the example mesh, then serve it
	@$(BIN)/polyseme harvest examples/media_mesh
	@sed 's/127.0.0.1:8000/$(HOST):$(PORT)/' examples/media_mesh/try.txt
	@exec $(BIN)/polyseme serve --host $(HOST) --port $(PORT)

test: .venv/dev.ok .venv-dbt/ok ## the whole suite
	$(BIN)/python -m pytest -n auto -m "not soak"

check:                        ## what continuous integration runs: lint, types, floors, tests, wheel
	bash .ci/run

docs: .venv/dev.ok            ## write the generated pages again
	$(BIN)/python -m catalog_service.cli.reference

bench: .venv/dev.ok           ## measure what the README and the docs claim
	$(BIN)/python -m bench

clean:
	rm -rf .venv .venv-dbt .polyseme dist build

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv

.venv/run.ok: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/dev.ok: pyproject.toml requirements/duckdb-offline.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
	  --requirement requirements/duckdb-offline.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ .venv/run.ok

# dbt pins libraries that our tools need newer, hence a place of its own.
.venv-dbt/ok: pyproject.toml
	$(PYTHON) -m venv .venv-dbt
	.venv-dbt/bin/python -m pip install --quiet --disable-pip-version-check \
	  'dbt-core>=1.10,<1.12' 'dbt-duckdb>=1.9,<2' 'duckdb==1.5.5' 'openlineage-dbt>=1.40,<2'
	@touch $@

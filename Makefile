# Two commands for a newcomer: `make demo` and `make test`. Each sets up all it needs: Python 3.11 or newer is enough.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: demo test check bench soak lock clean

# The main job, for real and offline: the manual into Chroma, then a draft in each language.
demo: export BONVENT_DATA ?= .bonvent
demo: $(VENV)/.runtime
	$(BIN)/bonvent ingest
	@$(call review,--network linkedin --lang en,Big news for our customer Nordhaven Clinics: we guarantee that Brisalta cuts their heating bill by 60%! #heatpumpsforeveryone)
	@$(call review,--network x --lang es,La contraseña del wifi de la demo es Tramuntana2026! y os dejo el móvil de Laura: 612 345 678)
	@$(call review,--network instagram --lang ca,Avui fa un any que treballo a Tebiora i encara aprenc coses de l'equip cada dia.)

define review
printf '\n\n$$ bonvent review %s "%s"\n\n' '$(1)' "$(2)"; $(BIN)/bonvent review --no-model $(1) "$(2)" || test $$? -eq 1
endef

test: $(VENV)/.dev
	$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/bonvent policy check

bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench

# The long storm: 200 drafts, 20 kills, both databases; acknowledgements under a slow model; memory. A quarter of an hour.
soak: $(VENV)/.dev
	$(BIN)/python -m tests.e2e.soak

$(VENV)/.python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Bonvent needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: $(VENV)/.python requirements.lock pyproject.toml
	$(PIP) install --quiet --require-hashes -r requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

# Anew from pyproject.toml, for every platform, with hashes and without the address of any registry.
lock: $(VENV)/.python
	$(PIP) install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-emit-index-url --python-version 3.11 \
		--custom-compile-command "make lock" pyproject.toml --group build -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-emit-index-url --python-version 3.11 \
		--custom-compile-command "make lock" pyproject.toml --extra catalan --group build --group dev \
		-c requirements.lock -o requirements-dev.lock

clean:
	rm -rf $(VENV) .bonvent .pytest_cache .mypy_cache .ruff_cache .hypothesis

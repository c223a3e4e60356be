# One word to do it. Everything is installed into .venv; nothing outside this folder changes,
# but for LibreOffice and a Chinese font, which `make test` gets through apt where it may.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TEMPLATES := $(notdir $(wildcard workbook_templates/*))

.PHONY: demo test lint format golden templates proof mutants bench app wheelhouse manual pictures clean

demo: $(VENV)/.installed
	$(BIN)/perfeval-xl demo demo

test: $(VENV)/.installed-dev
	@sh .ci/libreoffice
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# Rebuild the template workbooks from their sources.
templates: $(VENV)/.installed
	for id in $(TEMPLATES); do \
	  $(BIN)/perfeval-xl template build workbook_templates/$$id/template.toml \
	    -o workbook_templates/$$id/$$id.xlsx || exit 1; \
	done

# Write the golden files anew; review the difference before you commit it.
golden: $(VENV)/.installed-dev
	PERFEVAL_GOLDEN=write $(BIN)/python -m pytest tests/test_golden.py

# The laws of `make test` with large numbers, and what is too large for it; docs/testing.md says what.
proof: $(VENV)/.installed-dev
	@sh .ci/libreoffice
	PERFEVAL_FILLS=200 $(BIN)/python -m pytest -n 2 tests/template/test_portable.py
	PERFEVAL_KILLS=500 $(BIN)/python -m pytest -n 2 tests/intake/test_crash.py
	PERFEVAL_KILLS=all PERFEVAL_FLIPS=3000 PERFEVAL_TRIES=10000 $(BIN)/python -m pytest -n 2 \
	  tests/ledger/test_ledger.py tests/campaign/test_backup.py tests/files/test_lock.py
	PERFEVAL_LETTERS=300 $(BIN)/python -m pytest tests/outgoing/test_sending_many.py
	PERFEVAL_EXAMPLES=2000 $(BIN)/python -m pytest tests/campaign/test_settings.py
	PERFEVAL_EDGE=5000 PERFEVAL_CHAINS=300 $(BIN)/python -m pytest -n 2 tests/admission/test_names.py \
	  tests/intake/test_edge_chains.py
	PERFEVAL_FILLS=200 $(BIN)/python -m pytest tests/checking/test_magnitude.py tests/campaign/test_honest_year.py
	PERFEVAL_EVERY=1 $(BIN)/python -m pytest -n 2 tests/proofread/test_proofread_strangers.py \
	  tests/proofread/test_proofread_unseen.py tests/summary/test_summary_sentences.py \
	  tests/summary/test_true_sentences.py
	PERFEVAL_AUDIT=all $(BIN)/python -m pytest tests/test_whole_files.py
	PERFEVAL_INSTALL=all $(BIN)/python -m pytest tests/install
	PERFEVAL_DESK=3000 $(BIN)/python -m pytest tests/web/test_size.py
	PERFEVAL_WAYS=all $(BIN)/python -m pytest tests/test_benchmarks.py

# Do the tests bite? Small faults in each core module, and how many of them its own tests notice; writes docs/mutants.md.
# Takes about half an hour, and needs a system that can fork. `make mutants ONLY=engine` looks at one module and only shows it.
mutants: $(VENV)/.installed-dev
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[mutants]'
	$(BIN)/python benchmarks/mutants.py $(if $(ONLY),--only $(ONLY),--write)

# Measure; takes about half an hour and writes docs/performance.md. `make bench QUICK=--quick` only shows that it works.
bench: $(VENV)/.installed-dev
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[bench]'
	$(BIN)/python benchmarks/performance.py $(QUICK)
	$(BIN)/python benchmarks/proofread.py $(if $(QUICK),,--write)

# The folder with which an office on this machine's kind of system runs the program without Python: dist/绩效评价工具.
app: $(VENV)/.installed-dev
	$(BIN)/python install/app.py

# The package that installs without a network on Windows, UOS and Kylin: dist/绩效评价工具（离线安装）.
wheelhouse: $(VENV)/.installed-dev
	$(BIN)/python install/wheelhouse.py

# The manual for officials: dist/手册 (pages that open from a folder) and, where a browser can print, dist/手册.pdf.
manual: $(VENV)/.installed-dev
	$(BIN)/python docs/manual/build.py

# Make the manual's pictures anew, from the files that the example year leaves. Look at them before you commit.
pictures: $(VENV)/.installed-dev
	@sh .ci/libreoffice
	$(BIN)/python docs/manual/pictures.py

clean:
	rm -rf $(VENV) demo dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@ $(VENV)/.installed

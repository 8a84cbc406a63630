# Everything by two words. Needs Python 3.11 or newer and make; the rest installs itself.

PYTHON ?= python3
# Relative on purpose: make splits words at spaces, and a checkout's path may hold some.
BIN := .venv/bin
SHORT ?=
FULL ?=
SEED ?=
SEEDS ?=
ONLY ?=
YES ?=

# Where no compiled modules are kept, each of a run's hundreds of processes compiles all of them.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test check chaos bench docs real-input browser lock hooks
.DELETE_ON_ERROR:

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

demo: .venv/product ## run the whole product with demo data; Ctrl-C ends it, the data stay
	@$(BIN)/python -m cxapp.demo

demo-reset: .venv/product ## forget the demo's data
	@$(BIN)/python -m cxapp.demo reset $(if $(YES),--yes)

test: .venv/tools browser ## run every test, against real servers and a real browser
	@PATH="$(BIN):$$PATH" FULL="$(FULL)" .ci/test $(ARGS)

check: .venv/tools ## style, import order, types, templates, migrations, Compose file, Dockerfile
	@.ci/check

chaos: .venv/tools ## kill what can be killed and count the mails (FULL=1, ONLY=D-7,sleepers, SEED=, SEEDS=)
	$(BIN)/python -m cxapp.embedded -- $(BIN)/python -m tests.chaos $(if $(FULL),--full) \
		$(if $(ONLY),--only "$(ONLY)") $(if $(SEED),--seed $(SEED)) $(if $(SEEDS),--seeds $(SEEDS))

bench: .venv/tools ## measure (SHORT=1 for a short run, ONLY=name,name for some figures)
	$(BIN)/python -m cxapp.embedded -- $(BIN)/python -m bench $(if $(SHORT),--short) $(if $(ONLY),--only $(ONLY))

docs: .venv/tools ## the documentation as a site, in site/
	CXAPP_DEBUG=1 DJANGO_SETTINGS_MODULE=cxapp.settings PYTHONPATH=. NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --config-file .ci/docs.yml --strict

real-input: .venv/product ## import a CSV of past answers: make real-input FILE=answers.csv
	@test -n "$(FILE)" || { echo 'Say which file: make real-input FILE=path/to/answers.csv' >&2; exit 2; }
	@$(BIN)/python -m cxapp.demo real-input "$(FILE)"

browser: .venv/tools ## have Chromium for the browser tests
	@.ci/browser

lock: .venv/tools ## resolve pyproject.toml anew into both lock files
	@.ci/lock

hooks: ## run `make check` before every commit of this clone
	git config core.hooksPath .githooks

# Each mark is remade only when its lock file is newer.
.venv/product: requirements.lock .ci/environment
	@PYTHON="$(PYTHON)" STEP="$(if $(filter demo,$(MAKECMDGOALS)),1/5 )" .ci/environment product requirements.lock

.venv/tools: .ci/tools.lock .ci/environment
	@PYTHON="$(PYTHON)" .ci/environment tools .ci/tools.lock

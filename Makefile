# Jalon. « make » seul affiche l'aide. Rien d'autre que Python 3.11 n'est nécessaire pour « make run ».

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PORT ?= 8000
# Vide : tools/choose-python.sh choisit. PYTHON=/chemin/python3.12 l'impose.
PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 $(BIN)/python -m pip
LOCKED := install --quiet --require-hashes --only-binary :all:
UV_COMPILE := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --only-binary :all: --no-emit-index-url --no-header --no-annotate -q

.PHONY: help
help: ## Affiche cette aide
	@echo "Jalon : commandes"
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)$$/  make \1	\2/' | expand -t 16
	@echo "Exemple : make run PORT=8123"

.PHONY: setup
setup: $(VENV)/.jalon ## Prépare tout dans .venv (une minute la première fois)
	@echo "Tout est prêt : make run lance la démonstration."

.PHONY: run
run: $(VENV)/.jalon ## Lance la démonstration sur http://127.0.0.1:8000 (PORT=… pour changer)
	@exec $(BIN)/jalon demo --port "$(PORT)"

.PHONY: test
test: $(VENV)/.jalon-dev ## Vérifie tout : style, types, couches, pages, documents, bases
	@$(BIN)/pytest -n $${JALON_TEST_WORKERS:-2} --dist loadgroup $(ARGS)

.PHONY: lint
lint: $(VENV)/.jalon-dev ## Vérifie le style, les types et les couches seulement
	@$(BIN)/pytest -q -p no:randomly tests/test_architecture.py

.PHONY: bench
bench: $(VENV)/.jalon-dev ## Mesure la vitesse et la mémoire à côté de planchers
	@$(BIN)/python -m bench

.PHONY: assets
assets: $(VENV)/.jalon ## Reconstruit la feuille de style (demande Node et npm) et le modèle Word
	@command -v npm >/dev/null 2>&1 || { echo "npm est introuvable : « make assets » demande Node 20. Le portail, lui, s'en passe." >&2; exit 1; }
	@npm ci --ignore-scripts --silent
	@npm run --silent css
	@$(BIN)/python assets/vendor.py
	@$(BIN)/python -m exports.template_builder

.PHONY: messages
messages: $(VENV)/.jalon ## Met à jour translations/en.po et dit ce qui reste à traduire (ARGS=--check pour vérifier)
	@$(BIN)/python -m translations.messages $(ARGS)

.PHONY: screens
screens: $(VENV)/.jalon-dev ## Refait les images de docs/screens, avec le Chromium de la machine (ARGS=hub pour une partie)
	@$(BIN)/python tools/screens.py $(ARGS)

.PHONY: lock
lock: ## Recalcule les dépendances verrouillées (demande uv)
	@command -v uv >/dev/null 2>&1 || { echo "uv est introuvable : « pip install uv », puis recommencez." >&2; exit 1; }
	@$(UV_COMPILE) -o requirements/runtime.lock
	@$(UV_COMPILE) --group dev -o requirements/dev.lock

# Un Python absent, trop ancien ou sans ensurepip est refusé par sa propre phrase, avant toute écriture.
$(VENV)/.python:
	@chosen=$$(sh tools/choose-python.sh "$(PYTHON)") || exit 1; "$$chosen" -m venv --clear $(VENV)
	@touch $@

$(VENV)/.runtime: requirements/runtime.lock | $(VENV)/.python
	@echo "Installation des dépendances de Jalon…"
	@$(PIP) $(LOCKED) -r requirements/runtime.lock || { \
	  echo "Les dépendances n'ont pas pu être installées : la cause est au-dessus (le plus souvent, le réseau). Recommencez : ce qui est fait n'est pas refait." >&2; exit 1; }
	@touch $@

$(VENV)/.jalon: pyproject.toml $(VENV)/.runtime
	@$(PIP) install --quiet --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/.jalon-dev: requirements/dev.lock $(VENV)/.jalon
	@echo "Installation des outils de test…"
	@$(PIP) $(LOCKED) -r requirements/dev.lock
	@touch $@

# The two commands are `make run` and `make test`. Each target may be run again, and says what to do when it fails.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.ONESHELL:
.SHELLFLAGS := -euo pipefail -c
.PHONY: help run demo call test pages realtime lint types check bench setup setup-dev clean
export PYTHON
PY := .venv/bin/python
# AI=standin lets imitations of the AI services answer: they are the tests' own, and need the developers' packages.
SETUP := $(if $(AI),setup-dev,setup)
SOURCES := flows streams ivrsite tests benchmarks manage.py

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */  make \1|/' | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'
	echo
	echo "  make run AI=standin tries the AI steps without a key: an imitation of OpenAI on this machine answers."
	echo "  Choose a port with PORT=8001, a Python with PYTHON=python3.12; more settings stand in README.md."

run: $(SETUP)  ## set everything up, start the site, let it call itself once, and stay (Ctrl-C stops it all)
	@exec $(PY) -m ivrsite.launch run

demo: $(SETUP)  ## the same in a clean room beside it; succeeds when that call and its record are as they should be
	@exec $(PY) -m ivrsite.launch demo

call: setup  ## ring the running site and talk to it: type keys, or words that are then spoken (NUMBER=+1...)
	@exec $(PY) manage.py call $(or $(NUMBER),$(if $(SCRIPT),,+14155550199)) $(if $(SCRIPT),--script $(SCRIPT)) \
	  $(if $(PERSON),--person $(PERSON)) $(if $(WAV),--wav $(WAV)) $(if $(OVERHEARD),--overheard)

test: setup-dev  ## pass the tests (ARGS="tests/flows -x" for some of them)
	@exec $(PY) -m pytest $(ARGS)

pages: setup-dev  ## the pages in a real Chromium, with axe; needs Debian's package chromium (a minute)
	@exec $(PY) -m pytest -n 2 -m "browser and not alone"

realtime: setup-dev  ## what takes as long as calls take: no caller is left in silence, and the phone in the browser (two minutes)
	@exec $(PY) -m pytest -n0 -m alone tests/silence tests/deploy tests/test_phone_in_a_browser.py tests/test_story_in_a_browser.py

lint: setup-dev  ## style and format
	@$(PY) -m ruff check $(SOURCES)
	$(PY) -m ruff format --check $(SOURCES)

types: setup-dev  ## types, strictly on the engine, the steps and the session
	@exec $(PY) -m mypy flows streams ivrsite

check: setup  ## the doctor: what is wrong with settings, flows and migrations, with hints that can be pasted
	@$(PY) manage.py check
	$(PY) manage.py makemigrations --check --dry-run

bench: setup-dev  ## load: our consumer beside a tutorial one, and one slow query among twenty calls, answers of AI and their bill (some minutes)
	@$(PY) -m benchmarks.streams
	$(PY) -m benchmarks.recording
	$(PY) -m benchmarks.listening
	$(PY) -m benchmarks.slow_query
	$(PY) -m benchmarks.answers
	$(PY) -m benchmarks.bill
	$(PY) -m benchmarks.desk
	$(PY) -m benchmarks.waiting

setup:
	@bash ivrsite/launch/setup.sh

setup-dev:
	@bash ivrsite/launch/setup.sh --dev

clean:  ## forget the installed packages, caches and the rehearsal; calls and flows in var/ are kept
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis var/demo var/static static
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# What is done here is done by the scripts in site/bin; this file names them.

.DEFAULT_GOAL := help
.PHONY: help run test format lock release

in_python := @exec sh site/bin/python

help:
	@echo 'make run      Try Hallway out with its demo community, at http://127.0.0.1:8000 (PORT=, HOST=)'
	@echo 'make test     Check and test all of it; with DATABASE_URL= and REDIS_URL= on the real ones'
	@echo 'make format   Put the Python files into the house format'
	@echo 'make lock     Write both lock files anew from pyproject.toml (needs uv)'
	@echo 'make release  Before each deployment: migrate, prepare, check, collect static files'

run:
	$(in_python) site/bin/run.py

test:
	$(in_python) site/bin/checks.py

format:
	$(in_python) site/bin/environment.py requirements-dev.txt \
	    sh -c 'ruff check --fix --no-cache; ruff format --no-cache'

lock:
	@exec sh site/bin/lock

release:
	$(in_python) site/bin/environment.py requirements.txt \
	    sh -c "$$(sed -n 's/^release: *//p' Procfile)"

# What is done here is done by the scripts in site/bin; this file names them.

.DEFAULT_GOAL := help
.PHONY: help run test bench bench-live format icons lock release

in_python := @exec sh site/bin/python

help:
	@echo 'make run         Try Hallway out with its demo community, at http://127.0.0.1:8000 (PORT=, HOST=)'
	@echo 'make test        Check and test all of it; with DATABASE_URL= and REDIS_URL= on the real ones'
	@echo 'make bench       Time and queries beside machina as shipped (BENCH=small: only whether it runs)'
	@echo 'make bench-live  Live threads beside the Channels tutorial (BENCH=small as above)'
	@echo 'make format      Put the Python files into the house format'
	@echo 'make icons       Write the sheet of pictures anew, after a template names a new one'
	@echo 'make lock        Write both lock files anew from pyproject.toml (needs uv)'
	@echo 'make release     Before each deployment: migrate, prepare, check, collect static files'

run:
	$(in_python) site/bin/run.py

test:
	$(in_python) site/bin/checks.py

bench:
	$(in_python) site/bin/environment.py requirements-dev.txt python tests/bench/run.py

bench-live:
	$(in_python) site/bin/environment.py requirements-dev.txt python -m tests.bench.live.run

format:
	$(in_python) site/bin/environment.py requirements-dev.txt \
	    sh -c 'ruff check --fix --no-cache; ruff format --no-cache'

icons:
	$(in_python) site/bin/environment.py requirements-dev.txt python site/bin/icons.py

lock:
	@exec sh site/bin/lock

release:
	$(in_python) site/bin/environment.py requirements.txt \
	    sh -c "$$(sed -n 's/^release: *//p' Procfile)"

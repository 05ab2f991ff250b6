# Two commands on a bare machine: `make run` and `make test`. Everything else is for those who build here.

.DEFAULT_GOAL := help
.PHONY: help run test check bench audit search-quality develop

# A python3 on the PATH can be a shim with nothing behind it: take the first one that really runs.
PYTHON := $(shell for python in python3 /usr/bin/python3 /usr/local/bin/python3 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 9))' >/dev/null 2>&1 && echo "$$python" && break; done)
BOOTSTRAP := $(or $(PYTHON),$(error No python3 runs here: install the package python3)) scripts/bootstrap.py

# `exec`, so that no shell stands between make and the program: who stops make stops the program.

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' Makefile

run: ## start the whole portal (PORT=8000 HOST=127.0.0.1); Ctrl-C stops it
	@exec $(BOOTSTRAP) run

test: ## all checks and all tests (ARGS="tests/run -k stop" for some tests, REQUIRE_ALL=1: nothing may be skipped)
	@exec $(BOOTSTRAP) test $(ARGS)

check: ## all checks without the tests: format, lint, layers, types, templates, migrations, settings, messages
	@exec $(BOOTSTRAP) check

bench: ## measure the pages under load; writes benchmarks/results.json
	@exec $(BOOTSTRAP) bench $(ARGS)

audit: ## judge the main pages by Lighthouse; fails below 98 points of 100 (ARGS="/leitfaeden/" for other pages)
	@exec $(BOOTSTRAP) audit $(ARGS)

search-quality: ## measure the search by judged searches and list those that fall short
	@exec $(BOOTSTRAP) search-quality

develop: ## only set up .venv and node_modules
	@exec $(BOOTSTRAP) develop

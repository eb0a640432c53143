# Everything one does with this tree. `make` alone lists it.
#
# The only things needed beforehand are make, git and one Python from 3.11 to 3.13. Each target
# makes what it needs: a virtual environment of our own (.venv), filled from the committed locks.
# Nothing of the caller's Python environment is used; pip's own settings (a mirror, say) are.

SHELL = /bin/sh
VENV = .venv
ARGS =
TESTS = tests
JOBS = 2
UPGRADE =
CRASHES = 50
VERSIONS = 3.11 3.12 3.13

FITS = import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON = $(shell for name in python3.11 python3.12 python3.13 python3; do \
	$$name -c '$(FITS)' 2>/dev/null && echo $$name && break; done)

unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONWARNINGS VIRTUAL_ENV
unexport PIP_USER PIP_TARGET PIP_PREFIX PIP_ROOT PIP_REQUIRE_VIRTUALENV PIP_NO_DEPS
export PYTHONNOUSERSITE = 1
export PIP_DISABLE_PIP_VERSION_CHECK = 1

PIP = $(VENV)/bin/python -m pip --quiet
# opcua is released as source only, so it is built here, by the setuptools of our lock and not by
# the newest one: hence no build isolation.
FROM_LOCK = $(PIP) install --require-hashes --no-build-isolation --use-pep517
COMPILE = CUSTOM_COMPILE_COMMAND="make $@" $(VENV)/bin/pip-compile --quiet --generate-hashes \
	--allow-unsafe --strip-extras --no-emit-options --no-emit-index-url --no-emit-find-links \
	--no-emit-trusted-host --no-build-isolation $(UPGRADE)

.DEFAULT_GOAL = help
.DELETE_ON_ERROR:
.PHONY: help run demo test test-browser fuzz load-test reconnect-test nodeset interop soak crash-test bench bench-quick bench-store test-all test-lowest lint lint-code lint-format lint-types lint-text format docs docs-test proxy-test install-test \
	audit dist lock lock-peers clean venv

help:  ## list the targets
	@sed -n 's/^\([a-z][a-z-]*\):[^#]*## \(.*\)/  make \1 \t\2/p' Makefile | expand -t 20

run: $(VENV)/installed  ## start the gateway here; ARGS="--config FILE .." is passed on
	@exec $(VENV)/bin/twistd -n --pidfile= ocppgw $(ARGS)

demo: $(VENV)/installed  ## the same with three simulated charge points
	@exec $(VENV)/bin/twistd -n --pidfile= ocppgw --demo 3 $(ARGS)

test: $(VENV)/developing  ## run the tests; TESTS=tests.central narrows, JOBS=1 for one process
	@$(VENV)/bin/python -m twisted.trial --jobs=$(JOBS) $(TESTS)

test-browser: $(VENV)/developing  ## the console in Debian's Chromium; pictures in browser-shots/
	@command -v chromedriver >/dev/null && command -v chromium >/dev/null || { \
	    echo "Chromium or its driver is missing: the console was not tried in a browser." \
	    "apt-get install chromium chromium-driver"; exit 0; }; \
	if command -v npm >/dev/null; then \
	    (cd tests/browser && npm ci --silent --ignore-scripts) || exit 1; \
	else \
	    echo "npm is missing: the rules of accessibility are not checked. apt-get install npm"; \
	fi; \
	OCPPGW_SCREENSHOTS=$(CURDIR)/browser-shots \
	    $(VENV)/bin/python -m twisted.trial tests.browser.console tests.browser.everybody \
	        tests.browser.zones tests.browser.document

crash-test: $(VENV)/developing  ## kill the process under load, again and again; CRASHES=50
	@OCPPGW_CRASHES=$(CRASHES) $(VENV)/bin/python -m twisted.trial tests.endToEnd.test_crash

bench: $(VENV)/developing  ## measure, also beside peers; ARGS="store --rounds 5" narrows
	@$(VENV)/bin/python -m benchmarks $(ARGS)

bench-quick: $(VENV)/developing  ## the same once and short, for trying out
	@$(VENV)/bin/python -m benchmarks --quick $(ARGS)

bench-store: $(VENV)/developing  ## compare the throughput with the store on and off
	@$(VENV)/bin/python -m benchmarks store $(ARGS)

test-all:  ## run the tests on every Python of 3.11, 3.12 and 3.13 that is found
	@failed=; missing=; \
	for version in $(VERSIONS); do \
	    found=; \
	    for python in python$$version $$HOME/.pyenv/versions/$$version.*/bin/python$$version; do \
	        $$python -c '' 2>/dev/null && found=$$python && break; \
	    done; \
	    if [ -z "$$found" ]; then missing="$$missing $$version"; continue; fi; \
	    echo "== Python $$version"; \
	    $(MAKE) --no-print-directory test PYTHON=$$found VENV=.venv-$$version \
	        || failed="$$failed $$version"; \
	done; \
	[ -z "$$missing" ] || echo "not found:$$missing"; \
	[ -z "$$failed" ] || { echo "failed:$$failed"; exit 1; }

fuzz: $(VENV)/developing  ## random messages and requests; ARGS="--inputs 1000000 --seed 7"
	@$(VENV)/bin/python -m tests.fuzz.fuzzing $(ARGS)
	@$(VENV)/bin/python -m tests.fuzz.opcua $(ARGS)

load-test: $(VENV)/developing  ## many OPC UA sessions at once; ARGS="--sessions 50 --rounds 20"
	@$(VENV)/bin/python -m tests.load.opcua $(ARGS)

reconnect-test: $(VENV)/developing  ## all charge points come back at once; ARGS="--charge-points 1000"
	@$(VENV)/bin/python -m tests.load.reconnecting --passwords generated $(ARGS)
	@$(VENV)/bin/python -m tests.load.reconnecting --passwords chosen $(ARGS)

soak: $(VENV)/developing  ## a gateway under bad charge points; ARGS="--minutes 10 --charge-points 30"
	@$(VENV)/bin/python -m tests.soak.soaking $(ARGS)

nodeset: $(VENV)/installed  ## write our types anew as a NodeSet2 file that other servers import
	@$(VENV)/bin/python -m ocppgw.uaserver.nodeset

interop: $(VENV)/developing  ## charge points and OPC UA clients of others on Node.js at a gateway
	@command -v npm >/dev/null || { echo "Node.js is missing: nothing to be done"; exit 0; }; \
	for folder in tests/interop tests/interop/opcua; do \
	    (cd $$folder && npm ci --silent --ignore-scripts) || exit 1; \
	done; \
	$(VENV)/bin/python -m twisted.trial tests.interop

test-lowest:  ## run the tests with the oldest releases that setup.cfg allows (not hash-checked)
	@$(PYTHON) -m venv --clear .venv-lowest
	@sed -n '/^install_requires/,/^$$/s/^ *\(.*\) >= /\1==/p' setup.cfg | sed 's/\[.*\]//' \
	    > .venv-lowest/lowest
	@.venv-lowest/bin/python -m pip --quiet install -c .venv-lowest/lowest --editable '.[test]'
	@.venv-lowest/bin/python -m twisted.trial --jobs=$(JOBS) $(TESTS)

lint: lint-code lint-format lint-types lint-text docs  ## check style, types, texts and documentation

lint-code: $(VENV)/developing
	$(VENV)/bin/ruff check .

lint-format: $(VENV)/developing
	$(VENV)/bin/ruff format --check .

lint-types: $(VENV)/developing
	$(VENV)/bin/mypy ocppgw tests docs twisted/plugins/ocppgw_plugin.py

lint-text: $(VENV)/developing
	@for text in README.rst CONTRIBUTING.rst NEWS.rst newsfragments/*.rst; do \
	    $(VENV)/bin/python -m docutils --strict --writer=null $$text || exit 1; \
	done
	$(VENV)/bin/towncrier build --draft --version next >/dev/null

format: $(VENV)/developing  ## let ruff lay out the code and sort the imports
	$(VENV)/bin/ruff check --select I --fix .
	$(VENV)/bin/ruff format .

docs: $(VENV)/developing  ## build docs/_build/html; a warning is an error
	$(VENV)/bin/python -m sphinx -W --keep-going --quiet -b html docs docs/_build/html

proxy-test: $(VENV)/developing  ## two gateways behind nginx and HAProxy, where they are installed
	@$(VENV)/bin/python -m twisted.trial tests.endToEnd.test_proxies

install-test: dist  ## follow the site guide in a new Debian with systemd (needs root, debootstrap)
	@$(VENV)/bin/python -m tests.install

docs-test: $(VENV)/developing  ## run what the documents tell one to run; ARGS=docs/quickstart.rst
	@$(VENV)/bin/python -m docs.running $(ARGS)

audit: $(VENV)/developing  ## ask the advisory service about the locks (needs the network)
	$(VENV)/bin/pip-audit --strict --disable-pip --require-hashes $(ACCEPTED) \
	    -r requirements-build.lock -r requirements.lock -r requirements-dev.lock

# opcua has no limit on the number of chunks of a message, and no release of it will have one.
# ocppgw/uaserver sets the limit itself; CONTRIBUTING.rst tells how.
ACCEPTED = --ignore-vuln GHSA-mfpj-3qhm-976m --ignore-vuln CVE-2022-25304

dist: $(VENV)/developing  ## build sdist and wheel into dist/ and try the wheel elsewhere
	rm -rf build dist
	$(VENV)/bin/python -m build --no-isolation
	@$(MAKE) --no-print-directory VENV=.venv-dist .venv-dist/locked
	.venv-dist/bin/python -m pip --quiet install --no-deps --force-reinstall dist/*.whl
	@$(VENV)/bin/python -m tests.install.distributions dist
	cd dist && ../.venv-dist/bin/twistd ocppgw --help >/dev/null
	@cd dist && for program in ../.venv-dist/bin/ocppgw-*; do \
	    $$program --help >/dev/null || exit 1; \
	done
	@echo "dist/ holds a wheel that works away from this tree"

lock: $(VENV)/developing  ## resolve setup.cfg into the locks anew; UPGRADE=--upgrade for news
	$(COMPILE) --only-build-deps --build-deps-for wheel -o requirements-build.lock setup.cfg
	$(COMPILE) -o requirements.lock setup.cfg
	$(COMPILE) --extra test --extra browser --extra dev --extra docs -c requirements-build.lock \
	    -c requirements.lock -o requirements-dev.lock setup.cfg

PEERS = benchmarks/ocpp/peers/mobilityhouse.in benchmarks/opcua/servers/asyncua.in \
	benchmarks/opcua/servers/stock.in

lock-peers: $(VENV)/developing  ## the same for the Python peers of the benchmarks
	@for peer in $(PEERS); do \
	    $(COMPILE) -o $${peer%.in}.txt $$peer || exit 1; \
	done

clean:  ## remove what make, the tests and the tools have made (never a gateway's state)
	rm -rf .venv .venv-* browser-shots build dist docs/_build *.egg-info _trial_temp* .hypothesis \
	    .mypy_cache .ruff_cache twisted/plugins/dropin.cache
	find ocppgw tests twisted -name __pycache__ -prune -exec rm -rf {} +

# --- the virtual environment; each stamp is newer than what it was made from ---

venv: $(VENV)/developing  ## only make the virtual environment

$(VENV)/locked: requirements-build.lock requirements.lock
	@[ -n "$(PYTHON)" ] || { echo "ocppgw needs Python 3.11, 3.12 or 3.13, and none was found." \
	    "Install one, or name it: make PYTHON=/path/to/python3.11 .." >&2; exit 1; }
	@$(PYTHON) -c '$(FITS)' || { \
	    echo "ocppgw needs Python 3.11, 3.12 or 3.13; $(PYTHON) is none of them." >&2; exit 1; }
	@echo "making $(VENV) with $(PYTHON)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PIP) install --require-hashes -r requirements-build.lock
	@$(FROM_LOCK) -r requirements.lock
	@touch $@

$(VENV)/installed: $(VENV)/locked setup.cfg
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/developing: $(VENV)/installed requirements-dev.lock
	@$(FROM_LOCK) -r requirements-dev.lock
	@touch $@

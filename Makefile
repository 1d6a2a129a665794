# Everything starts here, from nothing but Python 3.11 or later:
#   make demo      a company, five scenarios, 24 months, on a server started for it
#   make test      format, lint, types, API, then every test
#   make laws      the laws of the engine on all their random companies and loans
#   make faults    kill, cut the power, flip bits, fill the disk: many times
#   make fuzz      a hundred thousand calls that nobody would make, from a new seed, against a server
#   make costly    the costliest requests: their processor time, and what others wait beside them
#   make workbook  recalculate the workbook of a report in LibreOffice and print it, where that is installed
#   make packages  install each form of the built package into an environment of its own and try it
#   make typescript  the package for Node.js: generated, compiled, and tried against a server; needs node and npm
#   make go        the generated Go code compiled; needs go and its plugins
#   make java      the same for Java
#   make descriptors  the API as a descriptor set, for a release: build/seawall-v1-VERSION.binpb
#   make image     build the image of a server with buildah, run it, and say what is to be known of it
#   make transcript  an installation with certificates of its own in a network namespace, from its first key to its log
#   make serve     a server on the loopback address
#   make docs      the docs as a site in build/docs, strict: a broken link or a warning fails
#   make page      the page of the demo as people see it: pictures and prints in build/page; needs Chromium
#   make bench     how fast, as ratios measured in one run
#   make backtest  what the figures are worth on 2,900 real firms; writes the tables of docs/backtest.md anew
#   make protos    compile the .proto files again
#   make contract  make today's API the one that later changes must not break
#   make golden    pin the documents of today's code; refused where one changed in silence
#   make format    rewrite sources to the house style

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# The tests start hundreds of processes: each would compile the sources anew.
unexport PYTHONDONTWRITEBYTECODE
BIN := .venv/bin
# One more than the two cores that the suite is made for: many tests wait for a server or a disk.
WORKERS := 3
# By file, in the order of the folders: what takes longest comes early.
PARALLEL := --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder
PROTOS := $(wildcard protos/seawall/v1/*.proto)
CHROMIUM := chromium
LOOK = $(CHROMIUM) --headless --no-sandbox --disable-gpu --disable-background-networking --no-first-run \
  --user-data-dir=build/page/browser
IMAGE := tests/contract/v1.binpb
READY := build/contract.stamp

.PHONY: demo test laws faults fuzz costly packages typescript go java descriptors image transcript serve docs page workbook bench \
  backtest protos contract golden format
.DELETE_ON_ERROR:

demo: $(READY)
	@$(BIN)/seawall demo

# The types are checked beside the tests: alone they would leave a core idle. What is wrong with them comes last.
test: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/buf lint
	$(BIN)/buf format --diff --exit-code
	$(BIN)/buf breaking protos --against $(IMAGE)
	$(BIN)/mypy >build/mypy.log 2>&1 & types=$$!; \
	  $(BIN)/python -m pytest $(PARALLEL); tests=$$?; \
	  wait $$types || { cat build/mypy.log; exit 1; }; exit $$tests

# The laws of `make test`, each on many times the cases; the cells of every player, and the bytes of every answer.
laws: $(READY)
	@SEAWALL_LAWS=long $(BIN)/python -m pytest $(PARALLEL) tests/engine tests/golden/test_answers.py tests/test_random_companies.py \
	  tests/server/test_execution_bytes.py

# The faults of `make test`, tried as often as it takes to trust them; SEAWALL_FAULTS_SEED repeats a run.
faults: $(READY)
	@SEAWALL_FAULTS=long $(BIN)/python -m pytest tests/faults

# The gate of `make test`, as long as it takes to find something; SEAWALL_FUZZ_SEED repeats a run, SEAWALL_FUZZ_CALLS
# says how many calls it makes.
fuzz: $(READY)
	@$(BIN)/python -m tests.fuzz

costly: $(READY)
	@$(BIN)/python -m tests.costly

workbook: $(READY)
	@SEAWALL_WORKBOOK=long $(BIN)/python -m pytest -n0 -q -rs tests/clients/test_recalculated.py

packages: $(READY)
	@$(BIN)/python -m tests.packages

typescript: $(READY)
	@$(BIN)/python -m tests.languages typescript

go: $(READY)
	@$(BIN)/python -m tests.languages go

java: $(READY)
	@$(BIN)/python -m tests.languages java

# With the comments, for tools that show them.
descriptors: $(READY)
	@set -e; version=$$($(BIN)/python -c 'from importlib.metadata import version; print(version("seawall"))'); \
	$(BIN)/buf build protos --as-file-descriptor-set -o build/seawall-v1-$$version.binpb; \
	echo "build/seawall-v1-$$version.binpb"

image: $(READY)
	@$(BIN)/python -m tests.image

transcript: $(READY)
	@grpcurl=$$($(BIN)/python -c 'from tests.journeys.test_docs import folder_of_grpcurl as f; print(*f())'); \
	PATH="$$PWD/$(BIN):$$grpcurl:$$PATH" tests/journeys/transcript.sh

serve: $(READY)
	@SEAWALL_DATABASE="$${SEAWALL_DATABASE:-var/seawall.db}" exec $(BIN)/seawall serve

# Draws the picture anew from the real demo, builds, and runs the tests that need a built site.
docs: $(READY) .venv/docs.stamp
	@$(BIN)/python docs/picture.py
	@$(BIN)/sphinx-build -q -W --keep-going -E -a -b html docs build/docs
	@$(BIN)/python -m pytest -q tests/journeys/test_site.py tests/test_house.py
	@echo "build/docs/index.html"

# The page of the demo's stress with what drives it: light, dark and on a telephone, and printed on A4 and Letter.
page: $(READY)
	@command -v $(CHROMIUM) >build/chromium.log || { echo "make page needs Chromium: CHROMIUM=its-command"; exit 1; }
	@rm -rf build/page && mkdir -p build/page/browser
	@$(BIN)/seawall run clients/examples/carbo_ceramics_2017.yaml severe --html build/page/page.html --causes \
	  --folder build/page >build/page/run.log
	@for paper in A4 Letter; do \
	  sed "s/@page {/@page { size: $$paper;/" build/page/page.html >build/page/$$paper.html; \
	  $(LOOK) --no-pdf-header-footer --print-to-pdf=build/page/$$paper.pdf file://$$PWD/build/page/$$paper.html; \
	done 2>build/chromium.log
	@for look in light,1200,1 dark,1200,0 phone,390,1; do IFS=,; set -- $$look; unset IFS; \
	  $(LOOK) --blink-settings=preferredColorScheme=$$3 --window-size=$$2,3000 \
	    --screenshot=build/page/$$1.png file://$$PWD/build/page/page.html; \
	done 2>>build/chromium.log
	@ls build/page/*.png build/page/*.pdf

# Two to four minutes. BENCH_BEFORE names an earlier checkout, made there by make, to be measured in the same rounds.
bench: $(READY)
	@$(BIN)/python -m tests.bench

# Two to three minutes on two free processors.
backtest: $(READY)
	@$(BIN)/python -m tests.backtest

protos: .venv/stamp
	@rm -f $(READY)
	@$(MAKE) --no-print-directory $(READY)

# The new image is built beside the old one and takes its place only if nothing breaks.
contract: .venv/stamp
	@mkdir -p build $(dir $(IMAGE))
	$(BIN)/buf lint
	$(BIN)/buf build protos --exclude-source-info -o build/v1.binpb
	@if [ -f $(IMAGE) ]; then echo "$(BIN)/buf breaking protos --against $(IMAGE)"; \
	  $(BIN)/buf breaking protos --against $(IMAGE) || { echo "refused: this breaks callers of $(IMAGE)" >&2; exit 1; }; fi
	@mv build/v1.binpb $(IMAGE)
	@echo "$(IMAGE) is today's API"

# What a document says may change with the kind, the model or the method that it names, never without.
golden: $(READY)
	@$(BIN)/python -m tests.golden

format: .venv/stamp
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	$(BIN)/buf format --write

# The generated code is as new as the .proto files it comes from.
$(READY): .venv/stamp $(PROTOS) protos/build_hook.py
	@$(BIN)/python protos/build_hook.py
	@mkdir -p build && touch $@

# The tested versions, and the project itself by links. Build tools come first and from the same list: an isolated build
# would fetch its own.
.venv/stamp: pyproject.toml constraints.txt
	@set -e; found=; \
	for python in $(PYTHON) python3.13 python3.12 python3.11 python3 python; do \
	  if $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; \
	  then found=$$python; break; fi; done; \
	if [ -z "$$found" ]; then \
	  echo "Seawall needs Python 3.11 or later with its venv module. None is on the PATH: install one" >&2; \
	  echo "(on Debian and Ubuntu also python3-venv), or name it: make PYTHON=/path/to/python3.13" >&2; exit 1; fi; \
	if $(BIN)/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then :; else \
	  echo "Making .venv with $$($$found --version)"; $$found -m venv --clear .venv; fi; \
	echo "Installing the tested versions into .venv (a minute or two the first time)"; \
	$(BIN)/python -m pip install -qq --no-user -c constraints.txt hatchling editables grpcio-tools; \
	$(BIN)/python -m pip install -qq --no-user -c constraints.txt --no-build-isolation -e '.[dev]'
	@touch $@

# Kept apart, so that a demo and the tests need none of it.
.venv/docs.stamp: .venv/stamp
	@echo "Installing what builds the docs"
	@$(BIN)/python -m pip install -qq --no-user -c constraints.txt --no-build-isolation -e '.[docs]'
	@touch $@

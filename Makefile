# make demo            install into .venv, start a server on two software GPUs, run an example through it
# make test            install into .venv with what the tests need, run them all
# make cuda-packages   NVIDIA's compiler, runtimes and cuBLAS from PyPI into .venv and build/cudart: more tests run
# make nvidia-smi      Debian's nvidia-smi into build/nvidia-smi, not installed: tests of NVML run it
# make native          compile the native libraries for work on this checkout
# make clean

PYTHON ?= python3
VENV ?= .venv
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check --quiet

SOURCES := $(shell find src libcuda libnvml shim softgpu -type f -not -path '*/__pycache__/*' -not -path '*/_native/*' -not -name '*.so' 2>/dev/null)
RUNTIMES_12 := 12.1.105 12.4.127 12.9.79
RUNTIMES_13 := 13.0.96 13.5.37

.PHONY: demo test cuda-packages nvidia-smi native clean

demo: $(VENV)/.installed
	$(VENV)/bin/python examples/demo.py

test: $(VENV)/.installed $(VENV)/.test-installed
	$(VENV)/bin/python -m pytest $(PYTEST_ARGS)

native:
	$(PYTHON) setup.py build_native

cuda-packages: $(VENV)/.installed
	$(PIP) install -r tests/requirements-cuda.txt
	$(PIP) install --no-deps --upgrade --target build/cudart/11.8.89 nvidia-cuda-runtime-cu11==11.8.89
	for version in $(RUNTIMES_12); do $(PIP) install --no-deps --upgrade --target build/cudart/$$version nvidia-cuda-runtime-cu12==$$version || exit 1; done
	for version in $(RUNTIMES_13); do $(PIP) install --no-deps --upgrade --target build/cudart/$$version nvidia-cuda-runtime==$$version || exit 1; done

nvidia-smi:
	tests/get_nvidia_smi.sh

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 10) else "Python 3.10 or newer is needed; set PYTHON=")'
	$(PYTHON) -m venv $(VENV)

# The package is installed as a user would have it, so that the demo and the tests see what is shipped.
$(VENV)/.installed: $(VENV)/bin/python $(SOURCES) setup.py native_build.py pyproject.toml
	$(PIP) install .
	touch $@

$(VENV)/.test-installed: $(VENV)/.installed
	$(PIP) install '.[test]'
	touch $@

clean:
	rm -rf build $(VENV) src/*.egg-info
	$(MAKE) -C examples clean

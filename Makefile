# Every target is a task of scripts/tasks.py, so `python3 -m scripts.tasks demo` is the same as `make demo`.
PYTHON ?= python3
ARGS ?=

.PHONY: help demo test check race bench browser lock clean

help:
	@$(PYTHON) -m scripts.tasks help

demo test check race bench browser lock clean:
	@$(PYTHON) -m scripts.tasks $@ $(ARGS)

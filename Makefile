# Every target is a task of scripts/tasks.py, so `python3 -m scripts.tasks demo` is the same as `make demo`.
PYTHON ?= python3
ARGS ?=
TASK = @$(PYTHON) -m scripts.tasks

.PHONY: help demo test check race bench browser lock clean

help:
	$(TASK) help

demo:
	$(TASK) demo $(ARGS)

test:
	$(TASK) test $(ARGS)

check:
	$(TASK) check $(ARGS)

race:
	$(TASK) race $(ARGS)

bench:
	$(TASK) bench $(ARGS)

browser:
	$(TASK) browser $(ARGS)

lock:
	$(TASK) lock $(ARGS)

clean:
	$(TASK) clean $(ARGS)

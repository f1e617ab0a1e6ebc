# Causeway: a thin front for meson.  `make help` lists the goals.
#
# demo takes SEED, ROWS, WRITERS, SECONDS, SHOP and PROFILE from the command line: make demo ROWS=100000
# drivers takes DRIVERS, the names of some: make drivers DRIVERS="ojdbc rust"

BUILD ?= build
export SEED ROWS WRITERS SECONDS SHOP PROFILE
# What scripts read and print does not hang on the caller's language.
export LC_ALL = C.UTF-8

all: build

help:
	@echo "make            build everything into $(BUILD)"
	@echo "make demo       the whole crossing there and back, on servers of its own (SEED= ROWS= WRITERS= SECONDS= SHOP= PROFILE=)"
	@echo "make demo-faults  fourteen planted faults, each must be caught"
	@echo "make check      all tests; ends with N passed, N failed, N skipped"
	@echo "make check-long the kill -9 matrix and several seeds"
	@echo "make drivers    one suite by every Oracle driver there is, against the rehearsal; writes doc/drivers.md"
	@echo "make driver-suites  python-oracledb's, node-oracledb's and go-oracledb's own tests against the rehearsal; writes doc/driver-suites.md"
	@echo "make schemas    published Oracle schemas by their own scripts, into the rehearsal and across; writes doc/schemas.md"
	@echo "make bench      load, follow and drivers against PostgreSQL's own tools (ROWS= TXNS= RUNS=)"
	@echo "make bench-wire what a row costs the client: Causeway beside every Oracle driver and the least a loop can do (ROWS= WIDE= RUNS= CLIENTS=)"
	@echo "make bench-rehearse  what the rehearsal Oracle does and costs: rows, redo, 64 sessions for ten minutes (ROWS= RUNS= MINUTES=)"
	@echo "make fuzz       libFuzzer on every target, an hour each (SECONDS=3600)"
	@echo "make install    the two programs, manual pages, documentation (DESTDIR=, PREFIX=)"

$(BUILD)/build.ninja:
	@sh tools/setup.sh build
	@meson setup $(BUILD) >/dev/null || { cat $(BUILD)/meson-logs/meson-log.txt; exit 1; }

build: $(BUILD)/build.ninja
	@ninja -C $(BUILD)

$(BUILD)-faults/build.ninja:
	@sh tools/setup.sh build
	@meson setup $(BUILD)-faults -Dfaults=true >/dev/null

build-faults: $(BUILD)-faults/build.ninja
	@ninja -C $(BUILD)-faults

demo: build
	@sh tools/setup.sh demo
	@/usr/bin/python3 demo/run.py --build $(BUILD)

demo-faults: build-faults
	@sh tools/setup.sh demo
	@/usr/bin/python3 demo/faults.py --build $(BUILD)-faults

check:
	@sh tools/setup.sh check
	@/usr/bin/python3 tools/check.py

check-long: build-faults
	@sh tools/setup.sh check
	@/usr/bin/python3 tools/check.py --long

$(BUILD)-release/build.ninja:
	@sh tools/setup.sh build
	@meson setup $(BUILD)-release --buildtype=release -Dwerror=false >/dev/null

build-release: $(BUILD)-release/build.ninja
	@ninja -C $(BUILD)-release

bench: build-release
	@sh tools/setup.sh bench
	@/usr/bin/python3 bench/bench.py --build $(BUILD)-release $(if $(ROWS),--rows $(ROWS)) $(if $(TXNS),--txns $(TXNS)) $(if $(RUNS),--runs $(RUNS))

bench-wire: build-release
	@sh tools/setup.sh drivers
	@/usr/bin/python3 bench/wire.py --build $(BUILD)-release $(if $(ROWS),--rows $(ROWS)) $(if $(WIDE),--wide $(WIDE)) $(if $(RUNS),--runs $(RUNS)) $(if $(CLIENTS),--only $(CLIENTS))

bench-rehearse: build-release
	@sh tools/setup.sh bench
	@/usr/bin/python3 bench/rehearse.py --build $(BUILD)-release $(if $(ROWS),--rows $(ROWS)) $(if $(RUNS),--runs $(RUNS)) $(if $(MINUTES),--minutes $(MINUTES))

fuzz: build
	@sh tools/setup.sh fuzz
	@/usr/bin/python3 tools/fuzz.py --seconds $(or $(SECONDS),3600)

# SOURCES: a folder of clones, each owner+name; without it they are cloned
schemas: build
	@/usr/bin/python3 test/schemas/run.py $(if $(SOURCES),--from $(SOURCES))

drivers: build
	@sh tools/setup.sh drivers
	@/usr/bin/python3 test/drivers/run.py $(DRIVERS)

# takes SUITES, python, node or go: make driver-suites SUITES=python
driver-suites: build
	@sh tools/setup.sh drivers
	@/usr/bin/python3 test/drivers/own_suites.py $(SUITES)

install: build
	@DESTDIR=$(DESTDIR) meson install -C $(BUILD)

clean:
	@rm -rf $(BUILD) $(BUILD)-*

.PHONY: all help build build-faults build-release demo demo-faults check check-long drivers driver-suites schemas bench bench-wire bench-rehearse install clean

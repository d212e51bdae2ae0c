# Everything is set up by the targets themselves: `make run` and `make test` are all a newcomer needs.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh
PREFIX ?= /usr/local
DESTDIR ?=

BUNDLE := dist/build.sh
# make takes a colon in the name of a file with a backslash in front of it.
COLONS := sed 's/:/\\:/g'
SOURCES := package.json package-lock.json scripts/build.js scripts/bundle.js scripts/notices.js scripts/packs.js scripts/record.js $(shell find src bin compat libexec plugins -type f 2>/dev/null | $(COLONS))
SHELL_FILES = bin/* $(shell find libexec -type f ! -name '*.awk') scripts/*.sh .ci/run $(shell grep -rlE '^\#!(/usr/bin/env bash|/bin/sh)|^\# shellcheck shell=' compat plugins examples test 2>/dev/null)

.PHONY: help
help: ## List the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: $(BUNDLE) ## Build dist; bin/tool in this checkout works afterwards

$(BUNDLE): node_modules/.package-lock.json $(SOURCES)
	@node scripts/build.js

node_modules/.package-lock.json: package.json package-lock.json
	@npm ci --silent --no-audit --no-fund
	@touch $@

.PHONY: run
run: build ## Set up, build, and play the main job on the bundled example
	@scripts/run-example.sh

.PHONY: packages
packages:
	@scripts/install-packages.sh

.PHONY: packages-systems
packages-systems:
	@scripts/install-packages.sh systems

.PHONY: test
test: packages build lint ## The tests and lint, set-up included
	@node scripts/test.js

.PHONY: test-systems
test-systems: packages-systems build ## The tests of servers and accounts, and of what stands in for Dokku's plugins
	@node scripts/test.js systems

.PHONY: packages-s3
packages-s3:
	@scripts/install-packages.sh s3

.PHONY: test-s3
test-s3: packages-s3 build ## The tests of a mirror in a bucket of OpenStack Swift
	@node scripts/test.js s3

.PHONY: soak
soak: packages-systems packages-s3 build ## The long fault, fuzz and load runs
	@RUNS=2000 KILLS=300 DOWNLOADS=100 CASES=all ACCOUNTS=all node scripts/test.js all

# The parts run side by side, the longest first. ShellCheck is left out while no shell file has changed since it found nothing.
LINTED := node_modules/.cache/shell-linted
LINT_PARTS := lint-shell lint-types lint-code lint-rooms lint-dead lint-page

.PHONY: lint
lint: build ## Biome, imports between folders, TypeScript, knip, ShellCheck and shfmt
	@$(MAKE) --no-print-directory --keep-going --output-sync --jobs=$$(nproc) $(LINT_PARTS)

.PHONY: $(LINT_PARTS)
lint-shell: $(LINTED)
	@:
lint-types:
	@node_modules/.bin/tsc --noEmit --incremental --tsBuildInfoFile node_modules/.cache/types.json
lint-page:
	@node_modules/.bin/tsc --noEmit -p src/publishing/page/assets
	@node_modules/.bin/tsc --noEmit -p src/providers/page/assets
lint-code:
	@node_modules/.bin/biome check --error-on-warnings .
lint-rooms:
	@node scripts/rooms.js
lint-dead:
	@node_modules/.bin/knip

# The folders are for files that are gone, which others may have sourced.
$(LINTED): .shellcheckrc Makefile $(shell printf '%s\n' $(SHELL_FILES) | $(COLONS)) $(sort $(dir $(SHELL_FILES)))
	@scripts/lint-shell.sh $(SHELL_FILES)
	@mkdir -p $(@D)
	@if command -v shellcheck >/dev/null && command -v shfmt >/dev/null; then touch $@; fi

.PHONY: fmt
fmt: node_modules/.package-lock.json ## Format everything
	@node_modules/.bin/biome check --write .
	@if command -v shfmt >/dev/null; then shfmt -w $(SHELL_FILES); fi

.PHONY: errors-page
errors-page: node_modules/.package-lock.json ## Write docs/errors.md from src/error-codes
	@node scripts/errors-page.js

.PHONY: bench
bench: packages build ## Measure against bare exec, bare node and git; see bench/README.md
	@for bench in dispatch triggers helm store catalogues addons publish library config plugins help downloads mirror arguments import wasm providers events nats executors; do printf '\n## %s\n\n' "$$bench"; node "bench/$$bench.js" || exit; done

.PHONY: install
install: build ## Put tool and plugn on a PATH: make install PREFIX=~/.local
	@scripts/install.sh "$(PREFIX)" "$(DESTDIR)"

.PHONY: uninstall
uninstall: ## Remove what make install put there; plugins and apps stay
	@scripts/uninstall.sh "$(PREFIX)" "$(DESTDIR)"

.PHONY: clean
clean: ## Remove what was built and installed here
	@rm -rf dist node_modules coverage

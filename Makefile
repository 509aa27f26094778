# Three commands for a newcomer: make run, make test, make bench. Everything they need they install themselves:
# Debian's packages (asks for sudo if not root), crates, npm packages. No browser build or toolchain is downloaded.

SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
BUILD_PACKAGES := gcc g++ make pkg-config mold clang libclang-dev libavcodec-dev libavformat-dev libavutil-dev libswscale-dev
TEST_PACKAGES := chromium firefox-esr ffmpeg strace valgrind iproute2 fonts-dejavu-core openssl python3 mount e2fsprogs procps coturn poppler-utils
CARGO_FLAGS := --locked
export npm_config_update_notifier := false
export npm_config_fund := false
export npm_config_audit := false

.PHONY: help run test bench lines five deny build-packages test-packages client server lint test-rust test-web test-e2e clean

help:
	@echo 'make run    build and start a demonstration court on http://localhost:8080'
	@echo 'make test   everything: format, lints, unit, integration and browser tests'
	@echo 'make bench  what the media plane costs, beside the limit of this machine'

run: build-packages client
	cargo build $(CARGO_FLAGS) --release --package assize
	./target/release/assize serve --demo --config config/assize.toml

test: test-packages client
	@./tests/run

bench: build-packages
	cargo build $(CARGO_FLAGS) --release --package assize-load --package assize
	./target/release/assize-load bench

# Real Chromium on bad lines: figures for docs/lines.md, and no tests. As root, eight and four minutes of a machine that does nothing else.
lines five: test-packages client
	cargo build $(CARGO_FLAGS) --bins
	cd tests/e2e && npm ci --silent && ./run $(@:lines=line).mjs

# Licences, sources and bans of all dependencies (installs cargo-deny).
deny:
	cargo deny --version >/dev/null 2>&1 || cargo install --locked cargo-deny
	cargo deny check licenses bans sources

build-packages:
	@./tests/packages "$(SUDO)" $(BUILD_PACKAGES)

test-packages:
	@./tests/packages "$(SUDO)" $(BUILD_PACKAGES) $(TEST_PACKAGES)

# The browser client, built into web/dist, which the server embeds.
client: web/node_modules/.package-lock.json
	cd web && npm run --silent build

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	cd web && npm ci --silent
	@touch $@

clean:
	rm -rf target web/dist web/node_modules tests/e2e/node_modules

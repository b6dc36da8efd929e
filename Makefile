# make                          artifacts/drainer-x86_64.zip
# make ARCHITECTURE=arm64       artifacts/drainer-arm64.zip
# make BUILD=container          natively, cross-compiled or in a container: chosen unless named (deploy/build.sh)
# make release                  both zips, digests, bill of materials, templates, Terraform module: artifacts/release (docs/releasing.md)
# sam build                     uses build-DrainerFunction
ARCHITECTURE ?= x86_64
BUILD ?= auto

.PHONY: zip release test demo clean build-DrainerFunction

zip: artifacts/drainer-$(ARCHITECTURE).zip

# The same bytes give the same zip: one file, no extra fields, its time set.
artifacts/drainer-$(ARCHITECTURE).zip: FORCE
	@command -v zip >/dev/null || { echo "make: zip is not installed (Debian: apt-get install zip)" >&2; exit 1; }
	deploy/build.sh $(ARCHITECTURE) artifacts/lambda/$(ARCHITECTURE) $(BUILD)
	TZ=UTC touch -t 202001010000 artifacts/lambda/$(ARCHITECTURE)/bootstrap
	rm -f $@
	cd artifacts/lambda/$(ARCHITECTURE) && TZ=UTC zip -q -9 -X $(CURDIR)/$@ bootstrap
	@echo "$@: $$(($$(wc -c <$@) / 1024)) KiB"

release:
	deploy/release.sh $(ARCHITECTURES)

# sam build calls this with ARTIFACTS_DIR. It does not tell the architecture; name it as in: ARCHITECTURE=arm64 sam build
build-DrainerFunction:
	@test -n "$(ARTIFACTS_DIR)" || { echo "make: this target is for sam build; use 'make zip' for a plain zip" >&2; exit 1; }
	deploy/build.sh $(ARCHITECTURE) $(ARTIFACTS_DIR) $(BUILD)

test:
	dotnet test

demo:
	dotnet run --project test/DrainerFunction.Sandbox

clean:
	rm -rf artifacts .aws-sam

FORCE:

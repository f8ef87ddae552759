#!/bin/sh
# Builds and tests the products of this team, and writes what dbt knows about them to target/.
# Wants dbt-core (before 1.12) and dbt-duckdb; DBT names another dbt than the one on the path.
#
# The project is given as `.`, so that dbt writes none of this machine's paths into its artifacts.
set -eu
cd "$(dirname "$0")"
dbt="${DBT:-dbt}"
mkdir -p ../data
rm -rf target logs
"$dbt" build --project-dir . --profiles-dir . --no-partial-parse
# In a folder of its own, since it writes a run_results.json too, which says nothing of the tests.
"$dbt" docs generate --project-dir . --profiles-dir . --no-partial-parse --target-path target/docs
mv target/docs/catalog.json target/
# The rest is scratch and differs from run to run.
find target -mindepth 1 -maxdepth 1 ! -name manifest.json ! -name catalog.json \
  ! -name run_results.json -exec rm -rf {} +
rm -rf logs .user.yml

#!/usr/bin/env bash
# Mutates contracts one change at a time, in a copy, and says which mutants no test notices. Names of contracts or libraries
# as arguments; all of them, without. Hours for all: each mutant is compiled and tested. The log and the surviving mutants
# stay in contracts/cache/mutants.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
names=("$@")
if [ ${#names[@]} -eq 0 ]; then
    names=(CertificationRules ConsentRules Transitions Attempts Entries JournalWordLibrary CertificationWordLibrary ConsentWordLibrary
        SignerWordLibrary OrganisationWordLibrary ProgrammeWordLibrary Journal Signed Migration Certifications Consents Anchors Members Policies Deployer)
fi

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
mkdir -p "$copy/contracts" "$copy/tests" "$root/contracts/cache/mutants"
cp -r "$root"/contracts/{foundry.toml,src,test,node_modules} "$copy/contracts/"
ln -s "$root/node_modules" "$copy/node_modules"
ln -s "$root/scripts" "$copy/scripts"
ln -s "$root/tests/vectors" "$copy/tests/vectors"

export PATH="$root/node_modules/.bin:$root/.venv-contracts/bin:$PATH" FOUNDRY_PROFILE=mutation
cd "$copy/contracts"
for name in "${names[@]}"; do
    # Left out are mutators of function headers and of types, whose mutants mostly don't compile, and loops instead of branches.
    slither-mutate . --contract-names "$name" --test-dir test --timeout 200 --output-dir "$root/contracts/cache/mutants/$name" \
        --mutators-to-run AOR,BOR,CR,LIR,LOR,MIA,MVIE,MVIV,ROR,RR,UOR \
        --test-cmd "forge test --no-match-contract 'GasTest|InvariantsTest' --fail-fast" 2>&1 |
        tee "$root/contracts/cache/mutants/$name.log" | grep -E "UNCAUGHT|Mutating contract|mutants|Done" || true
done

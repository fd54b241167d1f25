#!/bin/bash
# limpid data and limpid eval --metrics, as a user meets them.
set -uo pipefail
failures=0
fail() { echo "FAILED: $*" >&2; failures=$((failures + 1)); }
# expect CODE TEXT COMMAND...: the exit code, and text somewhere in what is printed
expect() {
  local code=$1 text=$2; shift 2
  local out; out=$("$@" 2>&1); local got=$?
  [ "$got" = "$code" ] || fail "exit $got instead of $code: $* -- $out"
  case "$out" in *"$text"*) ;; *) fail "no '$text' in: $* -- $out" ;; esac
}
rm -rf root in run made_run made_by_recipe made_rate mnist_run none other
export LIMPID_DATA_ROOT=$PWD/root
mkdir in
# All of MNIST in form, black pictures of zeros in content: their checksums are others.
python3 - <<'PYTHON'
import gzip, struct
for part, n in (("train", 60000), ("t10k", 10000)):
    with gzip.open(f"in/{part}-images-idx3-ubyte.gz", "wb", 1) as f:
        f.write(struct.pack(">IIII", 0x803, n, 28, 28) + bytes(n * 784))
    with gzip.open(f"in/{part}-labels-idx1-ubyte.gz", "wb", 1) as f:
        f.write(struct.pack(">II", 0x801, n) + bytes(n))
PYTHON

expect 0 "mnist" "$LIMPID" data --help
expect 0 "--no-checksum" "$LIMPID" data prepare --help
expect 0 "not there" "$LIMPID" data list
expect 0 "train-images-idx3-ubyte.gz" "$LIMPID" data list
expect 2 "did you mean 'prepare'" "$LIMPID" data prepar mnist
expect 2 "Try \`limpid data prepare --help\`" "$LIMPID" data prepare
expect 2 "did you mean 'mnist'" "$LIMPID" data prepare minst --from in
expect 1 "mnist needs train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz" "$LIMPID" data prepare mnist
expect 1 "its MD5 is" "$LIMPID" data prepare mnist --from in
[ -e root ] && fail "a wrong checksum left something behind"
expect 1 "still needs train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz" \
  "$LIMPID" data prepare mnist --no-checksum --from in/train-images-idx3-ubyte.gz
expect 0 "60000 pictures of 28 x 28, checksum not checked, was there already" \
  "$LIMPID" data prepare mnist --no-checksum --from in
expect 0 "complete" "$LIMPID" data prepare mnist --no-checksum
expect 0 "ready" "$LIMPID" data list
expect 0 "60000 to train on, 10000 to test on" \
  "$LIMPID" train mnist --model linear --epochs 1 --batch-size 1000 --out mnist_run
expect 1 "data prepare cifar10 --from FILES" "$LIMPID" train cifar10 --out none
cmp -s in/t10k-labels-idx1-ubyte.gz root/mnist/t10k-labels-idx1-ubyte.gz || fail "a copy differs"
head -c 100000 in/train-images-idx3-ubyte.gz > cut.gz && mv cut.gz in/train-images-idx3-ubyte.gz
expect 1 "train-images-idx3-ubyte.gz': byte 100000 of the compressed data: it ends too early" \
  "$LIMPID" data prepare mnist --no-checksum --from in/train-images-idx3-ubyte.gz
expect 1 "No such file" "$LIMPID" data prepare mnist --from nowhere/train-images-idx3-ubyte.gz
expect 1 "cannot read 'nowhere': No such file" "$LIMPID" data prepare mnist --from nowhere
mkdir other && cp in/t10k-labels-idx1-ubyte.gz other/
expect 1 "t10k-labels-idx1-ubyte.gz is given twice" \
  "$LIMPID" data prepare mnist --no-checksum --from in/t10k-labels-idx1-ubyte.gz other

# The digits come along, wherever LIMPID_DATA_ROOT points; what lies there goes first.
expect 0 "digits         ready" "$LIMPID" data list
expect 0 "complete" "$LIMPID" data prepare digits
expect 0 "$PWD/root/digits" "$LIMPID" data list
expect 0 "test accuracy" "$LIMPID" train digits --epochs 2 --out run
expect 0 "true \\ said" "$LIMPID" eval run --metrics
expect 0 "weighted" "$LIMPID" eval run --metrics
expect 0 "zlib" "$LIMPID" --version

# Made data: never in place of other files; marked in its folder, in the list and by what reads it.
expect 1 "holds files that were not generated" "$LIMPID" data generate mnist
export LIMPID_DATA_ROOT=$PWD/root/made
expect 0 "it is not the real dataset" "$LIMPID" data generate mnist --train 50 --test 20
gzip -t root/made/mnist/*.gz || fail "gzip does not read what was generated"
grep -q "GENERATED" root/made/mnist/README.txt || fail "generated data is not marked"
expect 0 "mnist          generated" "$LIMPID" data list
expect 0 "it is not the real dataset" "$LIMPID" data generate mnist --train 60 --test 20 --seed 3
# Made data is never prepared as if it were real, nor real data into a folder marked as made.
expect 1 "was generated, and is not of the real mnist" env LIMPID_DATA_ROOT=$PWD/root/real \
  "$LIMPID" data prepare mnist --no-checksum --from root/made/mnist
expect 1 "set LIMPID_DATA_ROOT to '$PWD/root/made'" "$LIMPID" data prepare mnist --from root/made/mnist
(cd root/made/mnist && "$LIMPID" data prepare mnist --from *.gz > ../../by_name 2>&1)
grep -q "set LIMPID_DATA_ROOT to '$PWD/root/made'" root/by_name || fail "without a folder: $(cat root/by_name)"
[ -e root/real ] && fail "what was refused made a folder"
mkdir copies && cp root/made/mnist/*.gz copies
expect 1 "root/made/mnist' holds generated data; remove that folder first" \
  "$LIMPID" data prepare mnist --no-checksum --force --from copies
expect 2 "did you mean 'cola'" "$LIMPID" data generate colla
expect 2 "5 samples; it must be from 10" "$LIMPID" data generate mnist --train 5
expect 2 "0 samples" "$LIMPID" data generate mnist --test 0
expect 0 "--seed" "$LIMPID" data generate --help
expect 0 "mnist (generated, not the real dataset): 60 to train on" \
  "$LIMPID" train mnist --model linear --epochs 1 --out made_run
lr_of() { sed -n 's/^lr = \([^ ]*\).*/\1/p' "$1/recipe.toml"; }
[ "$(lr_of made_run)" = 0.001 ] || fail "mnist begins with another rate: $(lr_of made_run)"
printf 'task = "mnist"\nmodel = "linear"\n' > mnist.toml
expect 0 "test accuracy" "$LIMPID" train --recipe mnist.toml --epochs 1 --out made_by_recipe
[ "$(lr_of made_by_recipe)" = 0.001 ] || fail "a recipe of mnist begins with another rate"
expect 0 "test accuracy" "$LIMPID" train mnist --model linear --lr 0.5 --epochs 1 --out made_rate
[ "$(lr_of made_rate)" = 0.5 ] || fail "--lr has not the last word"
if [ -x "$LIMPID_BUILD_DIR/examples/mnist" ]; then
  expect 0 "which is generated, not the real dataset" "$LIMPID_BUILD_DIR/examples/mnist" --epochs 1 --out made_run
fi
exit $((failures > 0))

#!/bin/bash
# The command as a user meets it: train, eval, predict, Ctrl-C and going on, bad input.
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
rm -rf killed nans run './-my run' stopped runs again profiled pages unheard refused; unset LIMPID_DATA_ROOT

expect 0 "test accuracy 0.9" "$LIMPID" train digits --epochs 12 --hidden 32 --seed 3 --out run
for file in weights.safetensors checkpoint.safetensors recipe.toml metrics.csv curves.png samples.png; do
  [ -s "run/$file" ] || fail "run/$file is missing"
done
[ "$(wc -l < run/metrics.csv)" = 13 ] || fail "metrics.csv has not one line an epoch"
expect 0 "test accuracy 0.9" "$LIMPID" eval run
expect 0 "resized from" "$LIMPID" predict run run/samples.png
expect 0 "test accuracy 0.9" "$LIMPID" train --resume run --epochs 14
expect 0 "next: limpid eval './-my run', limpid predict './-my run' IMAGE.png" \
  "$LIMPID" train digits --epochs 1 --out "-my run"
expect 1 "lr cannot become 0.5: this run began with" "$LIMPID" train --resume run --lr 0.5
cp run/recipe.toml kept.toml
for change in 's/^lr = .*/lr = 0.5/' 's/^hidden = .*/hidden = [8]/'; do
  sed -i "$change" run/recipe.toml
  key=${change#s/^}; key=${key%% *}
  expect 1 "$key cannot become" "$LIMPID" train --resume run --epochs 20
  cp kept.toml run/recipe.toml
done
expect 2 "--epochs is 1, and this run has had 14 already" "$LIMPID" train --resume run --epochs 1
cmp -s kept.toml run/recipe.toml || fail "what was refused changed the recipe"
expect 0 "nothing left to train: all 14 epochs are done" "$LIMPID" train --resume run
[ "$(wc -l < run/metrics.csv)" = 15 ] || fail "going on did not append to metrics.csv"
expect 0 "test accuracy" "$LIMPID" train digits --model cnn --hidden 8 --epochs 2 --threads 2 --workers 2
expect 0 "test accuracy" "$LIMPID" train --recipe run/recipe.toml --epochs 1 --out again
expect 0 "optimizer step" "$LIMPID" train digits --epochs 1 --profile --out profiled
for file in profile.txt trace.json; do [ -s "profiled/$file" ] || fail "profiled/$file is missing"; done

# Ctrl-C: what there is is saved, and the way on is said.
"$LIMPID" train digits --epochs 100000 --out stopped > stopped.log 2>&1 &
pid=$!
for _ in $(seq 100); do [ -s stopped/metrics.csv ] && [ "$(wc -l < stopped/metrics.csv)" -gt 2 ] && break; sleep 0.1; done
expect 1 "another limpid is training in stopped" "$LIMPID" train --resume stopped
kill -INT $pid; wait $pid; code=$?
[ $code = 130 ] || fail "exit $code after Ctrl-C"
grep -q "limpid train --resume stopped" stopped.log || fail "Ctrl-C does not say how to go on: $(tail -3 stopped.log)"
[ -s stopped/checkpoint.safetensors ] && [ -s stopped/weights.safetensors ] || fail "Ctrl-C saved nothing"
epochs=$(($(wc -l < stopped/metrics.csv) + 1))
expect 0 "test accuracy" "$LIMPID" train --resume stopped --epochs "$epochs"

# A run that was killed before its first checkpoint begins anew, unless it left weights.
mkdir killed && sed 's/^out = .*/out = "killed"/' run/recipe.toml > killed/recipe.toml
cp run/metrics.csv killed/
expect 0 "killed was stopped before its first checkpoint; it begins anew" "$LIMPID" train --resume killed
[ "$(wc -l < killed/metrics.csv)" = "$(wc -l < run/metrics.csv)" ] || fail "metrics.csv holds two runs"
rm killed/checkpoint.safetensors
expect 1 "cannot read 'killed/checkpoint.safetensors'" "$LIMPID" train --resume killed

# A picture that cannot be written is said, and not listed.
rm again/curves.png && mkdir again/curves.png
expect 0 "pictures   samples.png" "$LIMPID" train --resume again --epochs 3

# Bad input
expect 2 "did you mean '--epochs'" "$LIMPID" train digits --epoch 3
expect 2 "did you mean 'train'" "$LIMPID" trian
expect 2 "--lr is 'fast'" "$LIMPID" train digits --lr fast
expect 2 "--batch-size is 0; it must be a whole number from 1" "$LIMPID" train digits --batch-size 0
expect 2 "did you mean 'digits'" "$LIMPID" train digist
expect 2 "choose fewer or smaller layers by --hidden" "$LIMPID" train digits --hidden "$(printf '65536,%.0s' {1..31})65536"
expect 2 "hidden belongs to models mlp and cnn, not to linear" "$LIMPID" train digits --model linear --hidden 4
expect 2 "--batch-size 1436 works" "$LIMPID" train digits --batch-size 1437 --batch-norm true --out refused
[ -e refused ] && fail "what was refused made a folder"
expect 2 "belongs to optimizer sgd" "$LIMPID" train digits --optimizer adam --nesterov true
printf 'epoch = 3\n' > bad.toml
expect 1 "bad.toml:1: unknown key 'epoch' (did you mean 'epochs'?)" "$LIMPID" train --recipe bad.toml
expect 1 "there is no run folder" "$LIMPID" eval nowhere
head -c 200 run/weights.safetensors > cut.safetensors
expect 1 "cut.safetensors" "$LIMPID" predict cut.safetensors run/samples.png
head -c 100 run/samples.png > cut.png
expect 1 "cut.png" "$LIMPID" predict run cut.png
printf 'a note' > note.png
expect 1 "not a PNG file" "$LIMPID" predict run note.png
cp run/weights.safetensors nan.safetensors
printf '\377\377\377\377' | dd of=nan.safetensors bs=1 seek=$(($(stat -c %s nan.safetensors) - 4)) conv=notrunc 2> /dev/null
expect 1 "its weights hold NaN" "$LIMPID" predict nan.safetensors run/samples.png
mkdir nans && cp run/recipe.toml nans && cp nan.safetensors nans/weights.safetensors
expect 1 "nans/weights.safetensors': the model gives no numbers" "$LIMPID" eval nans
expect 1 "is not empty" "$LIMPID" train digits --out run
expect 0 "test accuracy" env LIMPID_DATA_ROOT=/nonexistent "$LIMPID" eval run
expect 1 "/nonexistent/mnist" env LIMPID_DATA_ROOT=/nonexistent "$LIMPID" train mnist
expect 2 "did you mean 'softmax'" "$LIMPID" explain sofmax
expect 2 "'add_' is 'add' in place" "$LIMPID" explain add_
"$LIMPID" explain slice > slice.txt
grep -q "  time  " slice.txt && ! grep -q roofline slice.txt || fail "a view has a share of the roofline"
expect 2 "there is no op 'nope'; \`limpid ops\` lists them" "$LIMPID" explain nope
expect 0 "6 ops." "$LIMPID" ops avg_pool
expect 1 "no op has that in its name" "$LIMPID" ops nope
expect 0 "order 2 (measured), with a fused kernel; its formula: limpid/ops/softmax/softmax.cpp" \
  "$LIMPID" explain softmax --no-time
expect 0 'made of     mul (2 times), sum, sub (the gradient, on the case "rows")' "$LIMPID" explain softmax --no-time
expect 0 "loops: four loops and one comparison at a time; not taken: there to be read" \
  "$LIMPID" explain max_pool2d --no-time
if [ -z "${LIMPID_SANITIZED:-}" ]; then  # plain loops take minutes there
  "$LIMPID" bench layers --batch 1 --rounds 1 --threads 1 --out bars.png > bars.txt ||
    fail "bench layers: $(tail -3 bars.txt)"
  grep -q "wrote bars.png" bars.txt && [ -s bars.png ] || fail "bench layers drew no picture"
  grep -q "^  winograd  does not apply: the kernel is 1x1" bars.txt || fail "bench layers gives no reason"
  [ -z "$(grep '^[a-z].*, (1, ' bars.txt | cut -d, -f1 | sort | uniq -d)" ] ||
    fail "two layers of bench layers have one name: their figures would be mixed"
fi
expect 2 "rounds" "$LIMPID" bench layers --rounds 0
expect 1 "there is no folder 'nowhere' for the picture" "$LIMPID" bench layers --out nowhere/bars.png
expect 0 "-    a view  (1024, 1024)" "$LIMPID" bench ops slice
expect 2 "there is no op 'sofmax' (did you mean 'softmax'?)" "$LIMPID" bench ops relu sofmax
expect 1 "'/nowhere/peer' gave no figures" "$LIMPID" bench dispatch --rounds 1 --peer /nowhere/peer
expect 2 "--resume: it is empty" "$LIMPID" train --resume ""
expect 2 "--recipe: it is empty" "$LIMPID" train --recipe ""
expect 2 "task_name: it is empty" "$LIMPID" train ""
expect 2 "--epochs is ''; it must be a whole number" "$LIMPID" train digits --epochs ""
expect 2 "gamma belongs to schedules" "$LIMPID" train digits --gamma 0.5
expect 1 "cannot make the folder 'kept.toml/pages'" "$LIMPID" docs --out kept.toml/pages
expect 0 "wrote pages/softmax.md" "$LIMPID" docs --out pages
expect 0 "" env LIMPID_CPU=baseline OMP_NUM_THREADS=1 "$LIMPID" docs --check --out pages  # the same on any machine
printf 'x' >> pages/softmax.md
expect 1 "out of date: pages/softmax.md" "$LIMPID" docs --check --out pages
expect 0 "oneDNN" "$LIMPID" --version

# Output that does not arrive is a failure, but for a reader that has seen enough.
full() { "$@" > /dev/full; }
closed() { "$@" >&-; }
if [ -c /dev/full ]; then
  for command in --version --help ops "data list" "explain relu --no-time" "eval run" \
    "predict run run/samples.png"; do
    expect 1 "limpid: standard output: No space left on device" full "$LIMPID" $command
  done
fi
expect 1 "limpid: standard output: Bad file descriptor" closed "$LIMPID" ops
expect 1 "limpid: standard output: Bad file descriptor" closed "$LIMPID" train digits --epochs 1 --out unheard
[ "$(wc -l < unheard/metrics.csv)" = 2 ] || fail "what was meant for the closed output is in metrics.csv"
[ "$({ "$LIMPID" ops | head -1; } 2>&1 | wc -l)" = 1 ] || fail "a reader that has gone gets a message"
exit $((failures > 0))

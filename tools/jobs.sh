#!/bin/bash
# Runs the jobs of docs/jobs.md on one thread and prints the rows of its table.
# Usage: tools/jobs.sh [BUILD_FOLDER]      (build/release; a minute and a half on a quiet core)
set -euo pipefail
cd "$(dirname "$0")/.."
build=$(realpath "${1:-build/release}")
limpid=$build/limpid
examples=$build/examples
export OMP_NUM_THREADS=1 LIMPID_DATA_ROOT=
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

# row JOB THEIRS PYTORCH BAR OURS: with a last column that says whether OURS, "0.9916; 0.08 s, 0.32 ms a step",
# meets BAR, "at least 0.978; 0.5 s" (the accuracy, or "at most" an error; the seconds, or "ms a step").
row() {
  local met
  met=$(awk -v bar="$4" -v ours="$5" '
    function before(text, unit) {
      return match(text, "[0-9.]+ " unit "([ ,;]|$)") ? substr(text, RSTART, RLENGTH) + 0 : ""
    }
    BEGIN {
      ok = ours ~ /^[0-9(]/
      if (match(bar, /at least [0-9.]+/)) ok = ok && ours + 0 >= substr(bar, RSTART + 9) + 0
      if (match(bar, /at most [0-9.]+/)) ok = ok && ours + 0 <= substr(bar, RSTART + 8) + 0
      if (before(bar, "s") != "") ok = ok && before(ours, "s") <= before(bar, "s")
      if (before(bar, "ms") != "") ok = ok && before(ours, "ms") <= before(bar, "ms")
      print bar == "" ? "" : ok ? "met" : "**not met**"
    }')
  echo "| $1 | $2 | $3 | $4 | $5 | $met |"
}
# Of what an example prints last: "test accuracy 0.9953, 12.34 s of training".
result() { grep -E 's of training$' | tail -1 | sed -E 's/^.*test accuracy ([0-9.]+), ([0-9.]+) s.*$/\1 \2/'; }
# example STEPS NAME FLAGS...: "accuracy a, s seconds, ms a step"
example() {
  local steps=$1 name=$2; shift 2
  local accuracy seconds
  read -r accuracy seconds < <("$examples/$name" "$@" --out "$name" | result)
  awk -v a="$accuracy" -v s="$seconds" -v n="$steps" \
    'BEGIN { printf "%s; %.2f s, %.2f ms a step\n", a, s, 1000 * s / n }'
}
# digits FLAGS...: `limpid train digits`, accuracy and seconds from its metrics
digits() {
  rm -rf digits
  "$limpid" train digits --threads 1 "$@" --out digits > digits.log 2>&1
  awk -F, 'NR > 1 { a = $5; s += $7 } END { printf "%.4f; %.2f s\n", a, s }' digits/metrics.csv
}
# network NAME FLAGS...: what digits_nets or faces prints of one network
network() {
  local name=$1; shift
  "$examples/$name" "$@" --out "$name" | awk '$1 ~ /^(mlp|dropout|batch_norm|conv1d|conv2d|cnn|deep|wide_cnn)$/ { printf "%s; %s s\n", $3, $4 }'
}

cat << 'HEAD'
| job | theirs | PyTorch | to reach | ours | |
| --- | --- | --- | --- | --- | --- |
HEAD
row "gradient descent on log((x - 7)² + 10): y after 5, 10, 15, 20 steps" "B: 3.182030, 2.376508, 2.303126, 2.302588, each a step earlier" "" "" \
  "$("$examples/autodiff" --out a | awk '/^step/ { y = y (y == "" || $2 == 0 ? "" : ", ") ($2 == 0 ? "" : $NF) } END { print y }')"
row "the bowl of docs/examples.md, 10 steps: x" "B: (0.529, -0.680)" "" "" \
  "$("$examples/autodiff" --out a | grep '^x = ' | tail -1 | sed -E 's/x = (\(.*\))  y.*/\1/')"
row "digits, 64-64-10, Adam 0.01, batch 32, 50 epochs" "B: 0.9796; 2.35 s" "0.9778 to 0.9833; 1.17 s" \
  "at least 0.978; 0.5 s" "$(digits)"
row "digits, bidirectional GRU, 50 epochs" "B: 0.9722; 31.8 s" "0.959 to 0.965; 5.2 s" \
  "at least 0.97; 4 s" "$(example 2250 digits_gru)"
row "digits, 64-1024-1024-10, batch 128, 50 epochs" "B: 18.4 to 20.7 s" "6.6 s (f64: 16.2 s)" "18.4 s" \
  "$(digits --hidden 1024,1024 --batch-size 128 --lr 0.001)"
row "digits, 20 epochs, batch 32: 64-64-10" "B: 0.9648; 0.88 s" "" "at least 0.9648; 0.88 s" "$(network digits_nets --model mlp)"
row "the same with dropout" "B: 0.9704; 0.99 s" "" "at least 0.9704; 0.99 s" "$(network digits_nets --model dropout)"
row "the same with batch normalisation" "B: 0.9537; 1.33 s" "" "at least 0.9537; 1.33 s" "$(network digits_nets --model batch_norm)"
row "the same, Conv1d" "B: 0.9741; 2.20 s" "" "at least 0.9741; 2.20 s" "$(network digits_nets --model conv1d)"
row "the same, Conv2d (ours: two of them, batch normalisation)" "B: 0.9704; 2.77 s" "" "at least 0.9704; 2.77 s" "$(network digits_nets --model cnn)"
row "digits, 64-50-20-10, batch 32, 30 epochs" "A: 0.9685; 0.17 s" "" "at least 0.9685; 0.17 s" "$(digits --hidden 50,20 --epochs 30)"
row "the same with what A trains MNIST by: 10 epochs, batch 100, rate 0.0005" "A: 0.370" "" "at least 0.370" \
  "$(digits --hidden 50,20 --epochs 10 --batch-size 100 --lr 0.0005)"
deep=(--model deep --optimizer sgd --schedule none --batch-size 64 --epochs 10)
row "digits, 64-128-128-10, SGD 0.01, batch 64, 10 epochs, pixels -1 to 1" "C: 0.6593; 0.18 s" "" "at least 0.6593; 0.18 s" \
  "$(network digits_nets "${deep[@]}" --pixels centred)"
row "the same, pixels 0 to 1" "" "" "" "$(network digits_nets "${deep[@]}")"
wide=(--model wide_cnn --schedule none --batch-size 256 --pixels whole --held 0.4)
row "digits, D's CNN, Adam 0.001, batch 256, 50 epochs, pixels 0 to 16, 1,078 to train on" "D: 0.9847; 45.4 s" "" "at least 0.985; 5 s" \
  "$(network digits_nets "${wide[@]}" --lr 0.001 --epochs 50)"
row "the same, 5 epochs" "D: 0.9708; 3.5 s" "" "at least 0.9708; 3.5 s" "$(network digits_nets "${wide[@]}" --lr 0.001 --epochs 5)"
row "the same, 5 epochs, Adam 0.01" "" "" "at least 0.9708; 3.5 s" "$(network digits_nets "${wide[@]}" --lr 0.01 --epochs 5)"
row "digits, limpid's CNN, batch 256, 50 epochs" "" "" "" "$(digits --model cnn --hidden 32,64 --batch-size 256)"
row "digits, MLP, 150 rounds" "E: 0.9297; 3.65 s" "" "at least 0.9297; 3.65 s" "$(digits --epochs 150)"
row "digits, 64-200-100-70-30-10, 20 epochs" "F: 0.9241; 0.7 s" "" "at least 0.9241; 0.7 s" "$(digits --hidden 200,100,70,30 --epochs 20)"
row "RNN, sine to cosine, 150 rounds: mean squared error of the last 10" "B: 0.0018; 1.9 s" "" "at most 0.0018; 1 s" \
  "$("$examples/sin_cos" --out s | sed -nE 's/.*rounds ([0-9.]+), ([0-9.]+) s/\1; \2 s/p')"
row "MNIST, 784-50-20-10, batch 100, 10 epochs of 60000" "A: 13.7 s" "" "13.7 s" \
  "$(example 6000 mnist --model mlp --train 60000 --lr 0.001)"
row "MNIST, residual 784-1024-1024-10, an epoch of 469 batches of 128" "B: 22 to 54 s" "10 s" "22 s" \
  "$(example 469 mnist --model residual --width 1024 --train 60000 --batch-size 128 --epochs 1 --lr 0.001)"
row "MNIST, LeNet 20/50 (windows of 5; B: of 3), an epoch of 469 batches of 128" "B: 133 to 447 s" "31 s" "133 s" \
  "$(example 469 mnist --model lenet --train 60000 --batch-size 128 --epochs 1 --lr 0.001)"
row "CIFAR-10, CNN 8-16-32, batches of 16: 625 steps" "A: 26.6 ms a step" "4 ms a step" "26.6 ms a step" \
  "$(example 625 cifar10 --train 10000 --batch-size 16 --epochs 1)"
row "CoLA, transformer 64 x 4 heads, an epoch of 67 batches of 128" "B: 27 s" "" "27 s" \
  "$(example 67 cola_transformer --train 8551 --batch-size 128 --epochs 1)"
row "faces, Conv1d(1, 1, 3), 280 pictures, 60 epochs" "B: 3.8 to 9.3 s" "1.4 s (f64: 1.0 s)" "3.8 s" "$(network faces --model conv1d)"
row "faces, Conv2d(1, 1, 3), 280 pictures, 60 epochs" "B: 5.2 to 10.7 s" "1.4 s (f64: 1.7 s)" "5.2 s" "$(network faces --model conv2d)"

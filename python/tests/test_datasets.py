"""limpid.datasets and limpid.text: readers of public datasets, made data in their formats, words as numbers."""

import copy
import pickle

import numpy as np
import pytest

import limpid
from limpid import datasets
from limpid.text import Vocabulary, tokenize


@pytest.fixture
def root(tmp_path, monkeypatch):
    """An empty data root."""
    monkeypatch.setenv("LIMPID_DATA_ROOT", str(tmp_path))
    return tmp_path


def check(samples, shape, classes):
    images, labels = samples
    assert images.shape == shape and images.dtype == limpid.float32
    assert 0 <= images.min().item() < 0.5 < images.max().item() <= 1
    assert labels.shape == (shape[0],) and labels.dtype == limpid.int64
    assert set(labels.tolist()) == set(range(classes))


def test_digits_are_split_by_classes():
    train, test = datasets.digits()
    check(train, (1438, 1, 8, 8), 10)
    check(test, (359, 1, 8, 8), 10)
    assert [len(labels) for _, labels in datasets.digits(held=0.5)] == [898, 899]
    with pytest.raises(ValueError, match="fraction"):
        datasets.digits(held=2.0)


def test_stratified_split():
    labels = limpid.arange(40) % 4
    rest, held = datasets.stratified_split(labels, 0.3, seed=1)
    assert sorted(rest + held) == list(range(40))
    assert np.bincount(labels[held].numpy()).tolist() == [3, 3, 3, 3]
    assert datasets.stratified_split(labels, 0.3, seed=1) == (rest, held)
    assert datasets.stratified_split(labels, 0.3, seed=2) != (rest, held)
    for wrong in (labels.float(), labels.reshape(4, 10)):
        with pytest.raises(ValueError, match=r"labels must be whole numbers \(N,\)"):
            datasets.stratified_split(wrong, 0.3, seed=1)


def test_mnist(root):
    folder = datasets.generate("mnist", train=50, test=20, seed=3)
    assert folder == root / "mnist" == datasets.find("mnist")
    assert datasets.is_generated(folder)
    train, test = datasets.mnist()
    check(train, (50, 1, 28, 28), 10)
    check(test, (20, 1, 28, 28), 10)
    again, _ = datasets.mnist(datasets.generate("mnist", root / "other", train=50, test=20, seed=3))
    assert limpid.equal(train[0], again[0])
    assert datasets.classes("mnist") == [str(i) for i in range(10)]


def test_fashion_mnist_and_kmnist_are_read_as_mnist(root):
    folder = datasets.generate("mnist", train=20, test=10)
    for read in (datasets.fashion_mnist, datasets.kmnist):
        check(read(folder)[0], (20, 1, 28, 28), 10)


def test_cifar10(root):
    folder = datasets.generate("cifar10", train=50, test=20)
    train, test = datasets.cifar10()
    check(train, (50, 3, 32, 32), 10)
    check(test, (20, 3, 32, 32), 10)
    assert datasets.classes("cifar10", root)[0] == "airplane"
    assert datasets.classes("cifar10", folder)[0] == datasets.classes("cifar10")[0] == "disc"


def test_olivetti(root):
    check(datasets.olivetti(datasets.generate("olivetti", root)), (400, 1, 64, 64), 40)


def test_cola(root):
    datasets.generate("cola", train=30, test=12)
    (texts, labels), (test_texts, test_labels) = datasets.cola()
    assert len(texts) == 30 and len(test_texts) == 12
    assert labels.shape == (30,) and labels.dtype == test_labels.dtype == limpid.int64
    assert set(labels.tolist()) == {0, 1}
    assert all(text.endswith(".") for text in texts)


def test_what_is_not_there_is_said_with_what_to_do(root):
    assert datasets.find("mnist") is None
    with pytest.raises(limpid.FileError, match="no mnist in .*limpid data prepare mnist --from FILES.*generate"):
        datasets.mnist()
    with pytest.raises(limpid.FileError, match="no kmnist in"):
        datasets.kmnist()
    with pytest.raises(OSError, match="train-images-idx3-ubyte"):
        datasets.mnist(root)
    with pytest.raises(ValueError, match="did you mean 'mnist'"):
        datasets.find("mnits")
    with pytest.raises(ValueError, match="did you mean 'cifar10'"):
        datasets.generate("cifar100")
    with pytest.raises(ValueError, match="3 samples; it must be from 10"):
        datasets.generate("mnist", train=3)
    with pytest.raises(ValueError, match="seed must not be negative, got -1"):
        datasets.generate("mnist", seed=-1)
    with pytest.raises(ValueError, match="'cola' has no classes with names.*mnist, fashion_mnist, kmnist, cifar10"):
        datasets.classes("cola")


def test_made_data_never_replaces_other_files(root):
    (root / "mnist").mkdir()
    (root / "mnist" / "mine.txt").write_text("mine")
    assert not datasets.is_generated(root / "mnist")
    with pytest.raises(limpid.FileError, match="holds files that were not generated"):
        datasets.generate("mnist")


def test_damaged_files_are_named(root):
    folder = datasets.generate("cifar10", train=50, test=20)
    (folder / "test_batch.bin").write_bytes(b"\1" * 100)
    with pytest.raises(limpid.FileError, match="test_batch.bin"):
        datasets.cifar10()
    folder = datasets.generate("cola", train=30, test=12)
    with open(folder / "in_domain_dev.tsv", "ab") as file:
        file.write(b"made\t1\t\tIn Latin-1: caf\xe9.\n")
    with pytest.raises(limpid.FileError, match="in_domain_dev.tsv.*sentence 13 is not UTF-8"):
        datasets.cola()


def test_tokenize():
    assert tokenize("The caf\u00e9's open.") == ["the", "caf\u00e9", "'", "s", "open", "."]


def test_vocabulary(tmp_path):
    words = Vocabulary(["the cat sleeps", "the dog", "the cat"])
    assert list(words) == ["<pad>", "<unk>", "the", "cat", "dog", "sleeps"]
    assert list(words) == [words.word(i) for i in range(len(words))]
    assert words["cat"] == 3 and words["bird"] == Vocabulary.unknown == 1
    assert "cat" in words and "bird" not in words and 3 not in words
    numbers = words.encode("The dog sings")
    assert numbers.tolist() == [2, 4, 1] and numbers.dtype == limpid.int64
    assert words.decode(limpid.tensor([2, 4, 0, 0])) == "the dog"
    assert list(Vocabulary(["a a b"], min_frequency=2)) == ["<pad>", "<unk>", "a"]
    assert list(Vocabulary(["a a b"], max_size=3)) == ["<pad>", "<unk>", "a"]
    words.save(tmp_path / "words.txt")
    for again in (Vocabulary.load(tmp_path / "words.txt"), copy.deepcopy(words), pickle.loads(pickle.dumps(words))):
        assert list(again) == list(words)
        assert again["dog"] == 4


def test_wrong_use_of_a_vocabulary(tmp_path):
    words = Vocabulary(["the cat"])
    with pytest.raises(IndexError):
        words.word(4)
    with pytest.raises(TypeError, match="'the cat'|not str"):
        Vocabulary("the cat")
    with pytest.raises(ValueError):
        Vocabulary(["the"], min_frequency=0)
    (tmp_path / "words.txt").write_text("<pad>\n<unk>\nthe\nthe\n")
    with pytest.raises(limpid.FileError, match="words.txt.*4"):
        Vocabulary.load(tmp_path / "words.txt")
    with pytest.raises(OSError):
        Vocabulary.load(tmp_path / "none.txt")


@pytest.mark.parametrize("call, text", [
    (lambda: Vocabulary([1]), "Vocabulary: texts must be a sequence of strs"),
    (lambda: Vocabulary(text for text in (1, 2)), "Vocabulary: texts must be a sequence of strs"),
    (lambda: Vocabulary(["a"], min_frequency=1.5), "Vocabulary: min_frequency must be an int"),
    (lambda: Vocabulary(["a"])[1], "word must be a str"), (lambda: Vocabulary(["a"]).encode(1), "encode: text must be a str"),
    (lambda: datasets.find(1), "find: name must be a str"), (lambda: datasets.generate(1), "generate: name must be a str"),
    (lambda: datasets.generate("mnist", train=1.5), "generate: train must be an int"),
    (lambda: datasets.digits("a"), "digits: held must be a number"),
    (lambda: datasets.stratified_split([1, 2], 0.5, 0), "stratified_split: labels must be a Tensor"),
    (lambda: Vocabulary(["a"]).decode(limpid.tensor([1.5])), "decode: the numbers of words are integers, not float32"),
])
def test_messages_name_what_was_called(call, text):
    with pytest.raises(TypeError) as caught:
        call()
    assert text in str(caught.value)


def test_numbers_that_no_word_has():
    with pytest.raises(IndexError, match="word 9 at position 1 is outside of the vocabulary's 0..2"):
        Vocabulary(["a"]).decode(limpid.tensor([2, 9]))
    for call in (lambda: datasets.stratified_split(limpid.arange(4), 0.5, -1), lambda: datasets.generate("mnist", seed=-1)):
        with pytest.raises(ValueError, match="seed must not be negative, got -1"):
            call()

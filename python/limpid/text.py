"""From text to numbers: words, and a list that gives each word a number."""

from __future__ import annotations

import os
from typing import Iterable, Iterator, Union

from limpid import _C
from limpid._C import Tensor

Path = Union[str, "os.PathLike[str]"]

__all__ = ["Vocabulary", "tokenize"]


def tokenize(text: str) -> list[str]:
    """Words of a text: ASCII letters in lower case, every ASCII punctuation mark a word of its own.

    Examples
    --------
    >>> limpid.text.tokenize("Don't, I said.")
    ['don', "'", 't', ',', 'i', 'said', '.']
    """
    return _C._tokenize(text)


class Vocabulary:
    """The words of some texts and their numbers, by falling frequency.

    Number 0 is <pad>, which fills up shorter sentences, and 1 is <unk>, any word that is not in it.

    Parameters
    ----------
    texts : iterable of str
    min_frequency : int
        Words that are rarer become <unk>.
    max_size : int
        The most frequent words only, special ones counted; 0: all.

    Examples
    --------
    >>> words = limpid.text.Vocabulary(["the cat sleeps", "the dog"])
    >>> len(words), words["the"], words.encode("The bird sleeps!")
    (6, 2, tensor([2, 1, 5, 1]))
    >>> words.decode(words.encode("the dog"))
    'the dog'
    """

    pad, unknown = 0, 1

    def __init__(self, texts: Iterable[str] = (), min_frequency: int = 1, max_size: int = 0):
        if isinstance(texts, str):
            raise TypeError("Vocabulary: texts must be several texts, not str")
        self._words = _C._Vocabulary(list(texts), min_frequency, max_size)

    def __len__(self) -> int:
        return self._words.size()

    def __getitem__(self, word: str) -> int:
        """The number of a word; that of <unk> for others."""
        return self._words[word]

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and (self[word] != self.unknown or word == "<unk>")

    def __iter__(self) -> Iterator[str]:
        return map(self.word, range(len(self)))

    def __getstate__(self) -> str:
        return "".join(f"{word}\n" for word in self)

    def __setstate__(self, words: str) -> None:
        self._words = _C._parse_vocabulary(words)

    def __repr__(self) -> str:
        return f"Vocabulary({len(self)} words)"

    def word(self, number: int) -> str:
        """The word of a number. IndexError where there is none."""
        return self._words.word(number)

    def encode(self, text: str) -> Tensor:
        """The numbers of a text's words, (length,), int64."""
        return self._words.encode(text)

    def decode(self, numbers: Tensor) -> str:
        """The words of numbers, with spaces between; <pad> is left out. DTypeError where they are no integers,
        IndexError for a number that no word has."""
        return self._words.decode(numbers)

    def save(self, path: Path) -> None:
        """Writes a text file with one word a line, in order."""
        self._words.save(os.fspath(path))

    @classmethod
    def load(cls, path: Path) -> Vocabulary:
        """Reads what `save` wrote. FileError names the line of what is wrong."""
        vocabulary = cls.__new__(cls)
        vocabulary._words = _C._load_vocabulary(os.fspath(path))
        return vocabulary

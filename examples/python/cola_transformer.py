"""A transformer encoder (Vaswani et al., 2017) judges whether English sentences are acceptable (CoLA: Warstadt, Singh
and Bowman, 2019). The same as examples/cpp/cola_transformer.cpp."""
# in tests: --train 4000 --test 300 --epochs 5 --batch-size 32 --lr 0.002 --require 0.8
from classify import count_parameters, draw_curves, first, fit, folder_of, judge
from example import finish, flags
import limpid as torch
from limpid import datasets, nn
from limpid.nn.utils.rnn import pad_sequence
from limpid.text import Vocabulary
from limpid.utils.data import DataLoader


class Judge(nn.Module):
    """Words and places as vectors, an encoder in which every word looks at all others, and the mean of the words as
    the sentence."""

    def __init__(self, words, width, heads, layers, longest, dropout):
        super().__init__()
        self.longest = longest
        self.words = nn.Embedding(words, width, padding_idx=Vocabulary.pad)
        self.places = nn.Embedding(longest, width)
        layer = nn.TransformerEncoderLayer(width, heads, dim_feedforward=4 * width, dropout=dropout, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, layers)
        self.head = nn.Linear(width, 2)

    def forward(self, numbers):
        """Numbers of words (B, T) -> scores (B, 2)."""
        numbers = numbers[:, :self.longest]
        padding = numbers == Vocabulary.pad
        x = self.words(numbers) + self.places(torch.arange(numbers.shape[1]))
        seen = self.encoder(x, src_key_padding_mask=padding)  # (B, T, width)
        weight = (~padding).float().unsqueeze(2)
        return self.head((seen * weight).sum(dim=1) / weight.sum(dim=1))


def batch(samples):
    """Sentences of any lengths as one tensor (B, T), the shorter ones filled up."""
    sentences, labels = zip(*samples)
    return pad_sequence(sentences, batch_first=True, padding_value=Vocabulary.pad), torch.stack(labels)


arguments = flags(__doc__, train=0, test=0, width=64, heads=4, layers=1, longest=64, dropout=0.1, epochs=6,
                  batch_size=64, lr=0.001, seed=0, require=0.0)
with folder_of("cola", arguments.seed, train=arguments.train or 10_000, test=arguments.test or 1_000) as folder:
    train, test = datasets.cola(folder)
(texts, labels), (test_texts, test_labels) = first(train, arguments.train), first(test, arguments.test)
words = Vocabulary(texts)
loader = DataLoader([*zip(map(words.encode, texts), labels)], arguments.batch_size, shuffle=True, collate_fn=batch)
test_loader = DataLoader([*zip(map(words.encode, test_texts), test_labels)], 100, collate_fn=batch)

torch.manual_seed(arguments.seed)
model = Judge(len(words), arguments.width, arguments.heads, arguments.layers, arguments.longest, arguments.dropout)
print(f"{len(words)} words, {count_parameters(model)} parameters")
history = fit(model, loader, test_loader, arguments)
guesses, truth = judge(model, test_loader)
print("\nreally  said")
for text, really, said in list(zip(test_texts, truth.tolist(), guesses.tolist()))[:8]:
    print(f"{'right' if really else 'wrong':<7} {'right' if said else 'wrong':<7} {text}")
print(f"\ntest accuracy {history.accuracy:.4f}, {history.seconds:.2f} s of training")
draw_curves(arguments, "Sentences, acceptable or not", {"transformer": history})
finish(arguments, history.accuracy)

"""no_grad and its kin: as blocks, as decorators, around generators, in threads."""

import threading

import limpid
from grad_cases import both


class MyError(Exception):
    pass


def test_modes_as_blocks():
    def run(lib):
        x = lib.ones(1, requires_grad=True)
        seen = []
        with lib.no_grad():
            seen.append((x * 2).requires_grad)
            with lib.enable_grad():
                seen.append((x * 2).requires_grad)
            with lib.set_grad_enabled(True):
                seen.append((x * 2).requires_grad)
            seen.append(lib.is_grad_enabled())
        with lib.inference_mode():
            seen.append((x * 2).requires_grad)
        with lib.inference_mode(False):
            seen.append((x * 2).requires_grad)
        seen.append(lib.is_grad_enabled())
        lib.set_grad_enabled(False)
        seen.append(lib.is_grad_enabled())
        lib.set_grad_enabled(True)
        try:
            with lib.no_grad():
                raise MyError
        except MyError:
            seen.append(lib.is_grad_enabled())
        return seen

    ours, theirs = both(run)
    assert ours == theirs


def test_modes_as_decorators():
    def run(lib):
        @lib.no_grad()
        def called(depth=0):
            """Doc."""
            return lib.is_grad_enabled() if depth == 2 else called(depth + 1)

        @lib.no_grad
        def bare():
            return lib.is_grad_enabled()

        @lib.inference_mode()
        def inferred():
            return lib.is_grad_enabled() or not lib.is_inference_mode_enabled()

        @lib.enable_grad()
        def recorded():
            return lib.is_grad_enabled()

        decorate = lib.set_grad_enabled(False)

        @decorate
        def switched():
            return lib.is_grad_enabled()

        seen = [called(), bare(), inferred(), switched(), called.__doc__, called.__name__, lib.is_grad_enabled()]
        with lib.no_grad():
            seen.append(recorded())
        return seen

    ours, theirs = both(run)
    assert ours == theirs


def test_modes_around_generators():
    def run(lib):
        seen = []

        @lib.no_grad()
        def counting(n):
            try:
                for i in range(n):
                    seen.append(lib.is_grad_enabled())
                    got = yield i
                    seen.append(got)
            except KeyError:
                seen.append(("caught", lib.is_grad_enabled()))
                yield "after"
            finally:
                seen.append(("end", lib.is_grad_enabled()))
            return "result"

        generator = counting(3)
        seen.append(next(generator))
        seen.append(lib.is_grad_enabled())
        seen.append(generator.send("hello"))
        seen.append(generator.throw(KeyError("x")))
        seen.append(lib.is_grad_enabled())
        generator.close()

        def outer():
            seen.append((yield from counting(1)))

        seen.extend(outer())
        return seen

    ours, theirs = both(run)
    assert ours == theirs


def test_modes_belong_to_threads():
    seen = []
    with limpid.no_grad():
        worker = threading.Thread(target=lambda: seen.append(limpid.is_grad_enabled()))
        worker.start()
        worker.join()
    assert seen == [True]

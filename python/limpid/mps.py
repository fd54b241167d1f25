"""What scripts ask about Apple's GPUs: they are not used."""


def is_available() -> bool:
    return False


def device_count() -> int:
    return 0


def manual_seed(seed: int) -> None:
    """Nothing: there is no device to seed."""

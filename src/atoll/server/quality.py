"""Lists of preferences in headers, such as ``Accept`` (RFC 9110 §12.4.2)."""

from __future__ import annotations


def weights(header: str) -> dict[str, float]:
    """The items of such a list, in lower case and without parameters, by weight from 0 to 1.

    Of an item that is there twice, the greater weight counts; a weight that is none is 0.
    """
    found: dict[str, float] = {}
    for item in header.split(","):
        name, _, parameters = item.partition(";")
        name = name.strip().lower()
        found[name] = max(_weight(parameters), found.get(name, 0.0))
    return found


def _weight(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                weight = float(value)
            except ValueError:
                return 0.0
            return min(max(weight, 0.0), 1.0) if weight == weight else 0.0
    return 1.0

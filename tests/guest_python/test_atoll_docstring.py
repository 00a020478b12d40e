from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

GOOGLE = """Find people.

    More of it.

    Args:
        name (str): whom to find,
            perhaps in two lines
        *tags: labels: with colons

            and a second paragraph
        limit: how many

    Returns:
        The people.
    """

NUMPY = """Find people.

    More of it.

    Parameters
    ----------
    name : str
        whom to find,
        perhaps in two lines
    first, last : str
        parts

    limit : int, optional
        how many

    Returns
    -------
    list
        The people.
    """

SPHINX = """Find people.

    More of it.

    :param str name: whom to find,
        perhaps in two lines
    :param limit: how many
    :type limit: int
    :returns: The people.
    :rtype: list
    """


def test_google() -> None:
    import atoll_docstring

    found = atoll_docstring.parse(GOOGLE)
    assert found.description == "Find people.\n\nMore of it.\n\nReturns:\n    The people."
    assert found.parameters == {
        "name": "whom to find, perhaps in two lines",
        "tags": "labels: with colons\n\nand a second paragraph",
        "limit": "how many",
    }


def test_numpy() -> None:
    import atoll_docstring

    found = atoll_docstring.parse(NUMPY)
    assert found.description == (
        "Find people.\n\nMore of it.\n\nReturns\n-------\nlist\n    The people."
    )
    assert found.parameters == {
        "name": "whom to find, perhaps in two lines",
        "first": "parts",
        "last": "parts",
        "limit": "how many",
    }


def test_sphinx() -> None:
    import atoll_docstring

    found = atoll_docstring.parse(SPHINX)
    assert found.description == "Find people.\n\nMore of it.\n\n:returns: The people."
    assert found.parameters == {
        "name": "whom to find, perhaps in two lines",
        "limit": "how many",
    }


@pytest.mark.parametrize("text", [None, "", "   \n "])
def test_nothing(text: str | None) -> None:
    import atoll_docstring

    found = atoll_docstring.parse(text)
    assert found.description is None
    assert found.parameters == {}


def test_prose_after_numpy_parameters_stays() -> None:
    import atoll_docstring

    text = "Do.\n\nParameters\n----------\nx : int\n    the number\n\nMind the gap."
    found = atoll_docstring.parse(text)
    assert found.description == "Do.\n\nMind the gap."
    assert found.parameters == {"x": "the number"}


lines = st.lists(
    st.sampled_from(
        [
            "",
            "Args:",
            "Parameters",
            "----",
            "x: y",
            "    x: y",
            "        z",
            ":param x: y",
            "x : int",
        ]
    )
    | st.text(max_size=10)
)


@given(lines)
def test_any_docstring_is_read(parts: list[str]) -> None:
    import atoll_docstring

    atoll_docstring.parse("\n".join(parts))

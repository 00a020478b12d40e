"""Documents: texts with places in them at which literals can be exchanged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import TypeAlias

from graphql import GraphQLInputType, GraphQLObjectType

from .literals import literal


@dataclass(eq=False, slots=True)
class Slot:
    """A place for a literal of a scalar."""

    scalar: str


Piece: TypeAlias = "str | Slot"


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    type: GraphQLInputType
    default: tuple[Piece, ...] | None


@dataclass(slots=True)
class Part:
    """An operation or a fragment."""

    name: str | None
    type: GraphQLObjectType
    pieces: list[Piece] = field(default_factory=list)
    variables: dict[str, Variable] = field(default_factory=dict)
    """Those in it and in the fragments that it spreads."""


@dataclass(slots=True)
class Document:
    pieces: list[Piece]
    operations: list[Part]

    def literals(self, rng: Random, *, wrong: float) -> dict[Slot, str]:
        """Choose all literals."""
        return {
            slot: literal(rng, slot.scalar, wrong=wrong)
            for slot in self.pieces
            if isinstance(slot, Slot)
        }

    def other_literals(
        self, rng: Random, chosen: Mapping[Slot, str], *, wrong: float
    ) -> dict[Slot, str]:
        """Choose some of the literals anew, as a rule such that all of them keep their form."""
        share = rng.choice((0.3, 1.0))
        same_form = rng.random() < 0.85
        return {
            slot: literal(rng, slot.scalar, wrong=wrong, instead_of=text if same_form else None)
            if rng.random() < share
            else text
            for slot, text in chosen.items()
        }

    def text(self, rng: Random, chosen: Mapping[Slot, str], *, apart: bool = False) -> str:
        """Write it; ``apart`` gives the places of one slot different literals now and then."""
        return "".join(
            piece
            if isinstance(piece, str)
            else literal(rng, piece.scalar, wrong=0)
            if apart and rng.random() < 0.2
            else chosen[piece]
            for piece in self.pieces
        )

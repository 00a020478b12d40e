"""Films and who plays in them, in Dgraph."""

from __future__ import annotations

from dataclasses import dataclass, field

from atoll.sdk import UserError, dgraph


@dataclass
class Actor:
    actor_name: str


@dataclass
class Film:
    film_title: str
    film_year: int
    film_cast: list[Actor] = field(default_factory=list)


@dataclass
class Films:
    """A query's result has a field for each of its blocks."""

    films: list[Film]


def set_schema() -> bool:
    """Begin anew, with no films."""
    for predicate in ("film_title", "film_year", "film_cast", "actor_name"):
        dgraph.drop_attr(predicate)
    dgraph.alter_schema(
        """
        film_title: string @index(exact) @upsert .
        film_year: int @index(int) .
        film_cast: [uid] @reverse .
        actor_name: string @index(exact) @upsert .
        """
    )
    return True


def save_film(title: str, year: int) -> bool:
    """Add a film, or correct its year; whether it is new. The query finds what the rest changes."""
    saved = dgraph.execute(
        dgraph.Query(
            "query q($title: string) { f as var(func: eq(film_title, $title)) }",
            {"$title": title},
        ),
        dgraph.Mutation(set_json={"uid": "uid(f)", "film_title": title, "film_year": year}),
    )
    return bool(saved.uids)


def add_actor(title: str, actor: str) -> bool:
    """Say that somebody plays in a film, by the same node for all of their films."""
    done = dgraph.execute(
        dgraph.Query(
            """query q($title: string, $actor: string) {
                films(func: eq(film_title, $title)) { f as uid film_title film_year }
                a as var(func: eq(actor_name, $actor))
            }""",
            {"$title": title, "$actor": actor},
        ),
        dgraph.Mutation(
            set_nquads=f'''
                uid(a) <actor_name> "{dgraph.escape_rdf(actor)}" .
                uid(f) <film_cast> uid(a) .
            ''',
            condition="@if(gt(len(f), 0))",
        ),
    )
    if not done.to(Films).films:
        raise UserError(f"There is no film named {title}.")
    return True


def films(since: int = 0) -> list[Film]:
    """Films since a year, the oldest first."""
    dql = """query q($since: int) {
        films(func: ge(film_year, $since), orderasc: film_year) {
            film_title film_year film_cast(orderasc: actor_name) { actor_name }
        }
    }"""
    return dgraph.query(Films, dql, {"$since": since}).films


def roles(actor: str) -> list[str]:
    """The films that an actor plays in."""
    dql = """query q($name: string) {
        var(func: eq(actor_name, $name)) { f as ~film_cast }
        films(func: uid(f), orderasc: film_year) { film_title film_year }
    }"""
    return [film.film_title for film in dgraph.query(Films, dql, {"$name": actor}).films]

"""A map of cafés in MySQL or MariaDB, with places (points) and prices (exact decimals)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from atoll.sdk import DatabaseError, UserError, mysql

DUPLICATE_ENTRY = "1062"


@dataclass
class Cafe:
    name: str
    espresso: Decimal
    place: mysql.Location
    metres: int | None = None


def create_tables() -> bool:
    """Begin anew, with an empty map."""
    mysql.execute("drop table if exists cafes")
    mysql.execute(
        "create table cafes (id int auto_increment primary key, name varchar(100) unique not null,"
        " espresso decimal(6, 2) not null, place point not null)"
    )
    return True


def add_cafe(name: str, espresso: Decimal, longitude: float, latitude: float) -> int:
    """Add a café; its id. Values are parameters, and never part of the statement's text."""
    try:
        added = mysql.execute(
            "insert into cafes (name, espresso, place) values (?, ?, ST_GeomFromText(?))",
            [name, espresso, mysql.Location(longitude, latitude)],
        )
    except DatabaseError as error:
        if error.database_code == DUPLICATE_ENTRY:
            raise UserError(f"There is a café named {name} already.") from None
        raise
    return added.last_insert_id


def nearest(longitude: float, latitude: float, limit: int = 3) -> list[Cafe]:
    """The cafés that are nearest to a place."""
    return mysql.query(
        Cafe,
        "select name, espresso, place, cast(round("
        " ST_Distance_Sphere(place, ST_GeomFromText(?))) as signed) as metres"
        " from cafes order by metres limit ?",
        [mysql.Location(longitude, latitude), limit],
    )


def set_price(name: str, espresso: Decimal) -> bool:
    """Say what an espresso costs now."""
    changed = mysql.execute("update cafes set espresso = ? where name = ?", [espresso, name])
    if changed.rows_affected == 0:
        raise UserError(f"There is no café named {name}.")
    return True


def mean_price() -> Decimal | None:
    """What an espresso costs in the mean; nothing if there is no café."""
    return mysql.query_scalar(Decimal | None, "select round(avg(espresso), 2) from cafes")

"""What a statement may leave in its session for the next one, which is another call's.

Variables, temporary tables, locks and the like stay. Clearing them takes round trips to the server,
which most statements are spared: those made of nothing that could leave something. When in doubt, a
session is cleared.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from atoll.connections.mysql.parameters import Mode
from atoll.connections.statements import Dialect, Token, tokens

_LONGEST = 4096
"""Characters; longer statements are not looked through."""

_READING = frozenset(("select", "with", "values", "table", "show", "explain", "describe", "desc"))
_PLAIN = _READING | frozenset(("insert", "update", "delete", "replace"))

_LOOKING_BACK = frozenset(
    ("last_insert_id", "identity", "insert_id", "found_rows", "row_count", "warnings", "errors",
     "warning_count", "error_count", "rownum", "diagnostics", "profile", "profiles")
)  # fmt: skip
"""Words that ask for something about the statement before."""

_KEYWORDS = """
    all and any as between binary by case char character collate cross decimal delete distinct
    double else end except exists explain float for force from full group having if ignore in index
    inner insert int integer intersect interval into is join key left like limit match mod natural
    not null numeric offset on only or order outer over partition procedure range real regexp
    replace returning right rlike row rows select separator set signed some straight_join table then
    time timestamp union unique unsigned update use using values varchar when where window with xor
    against div datetime date binary varbinary
"""
_FUNCTIONS = """
    abs acos adddate addtime ascii asin atan atan2 avg bin bit_and bit_count bit_length bit_or
    bit_xor cast ceil ceiling char_length character_length coalesce concat concat_ws conv convert
    convert_tz cos cot count crc32 cume_dist curdate current_date current_time current_timestamp
    curtime date date_add date_format date_sub datediff day dayname dayofmonth dayofweek dayofyear
    degrees dense_rank elt exp extract field find_in_set first_value floor format from_base64
    from_days from_unixtime greatest group_concat hex hour ifnull inet6_aton inet6_ntoa inet_aton
    inet_ntoa instr isnull json_array json_array_append json_array_insert json_arrayagg
    json_contains json_contains_path json_depth json_detailed json_exists json_extract json_insert
    json_keys json_length json_merge_patch json_merge_preserve json_object json_objectagg
    json_pretty json_query json_quote json_remove json_replace json_search json_set json_table
    json_type json_unquote json_valid json_value lag last_day last_value lcase lead least length ln
    localtime localtimestamp locate log log10 log2 lower lpad ltrim makedate maketime max md5
    microsecond mid min minute month monthname now nth_value ntile nullif oct octet_length ord
    percent_rank period_add period_diff pi point position pow power quarter quote radians rand rank
    regexp_instr regexp_like regexp_replace regexp_substr repeat reverse round row_number rpad rtrim
    sec_to_time second sha sha1 sha2 sign sin soundex space sqrt st_area st_asgeojson st_astext
    st_aswkb st_contains st_distance st_distance_sphere st_geomfromgeojson st_geomfromtext
    st_geomfromwkb st_intersects st_length st_pointfromtext st_srid st_within st_x st_y std stddev
    stddev_pop stddev_samp str_to_date strcmp subdate substr substring substring_index subtime sum
    sysdate tan time_format time_to_sec timediff timestampadd timestampdiff to_base64 to_days
    to_seconds trim truncate ucase unhex unix_timestamp upper utc_date utc_time utc_timestamp uuid
    var_pop var_samp variance version week weekday weekofyear weight_string year yearweek
"""
_HARMLESS = frozenset(_KEYWORDS.split()) | frozenset(_FUNCTIONS.split())
"""Words that may stand before a parenthesis. Functions that are not here may do anything, such as
get_lock, or those of the database's owner that call it."""
_BEFORE_TABLES = frozenset(("into", "insert", "replace", "ignore", "as", "with", "recursive"))


class Effect(NamedTuple):
    """What is known of a statement from its words alone."""

    leaves_nothing: bool
    looks_back: bool
    """Whether it may ask for something about the statement before."""
    reads: bool
    """Whether it changes nothing, so that it can be run again."""
    several: bool
    """Whether it may be several statements."""


_UNKNOWN = Effect(leaves_nothing=False, looks_back=True, reads=False, several=True)


def effect(statement: str, mode: Mode) -> Effect:
    if len(statement) > _LONGEST:
        return _UNKNOWN
    return _effect(statement, mode.backslash, mode.ansi_quotes)


@lru_cache(1024)
def _effect(statement: str, backslash: bool, ansi_quotes: bool) -> Effect:
    found: list[str] = []
    for token in tokens(statement, Dialect.MYSQL, backslash=backslash, ansi_quotes=ansi_quotes):
        if token.kind == "unsure":
            return _UNKNOWN
        if token.kind != "space":
            found.append(_normal(token))
    while found and found[-1] == ";":
        found.pop()
    first = next((one for one in found if one != "("), "select")
    several = ";" in found
    return Effect(
        leaves_nothing=first in _PLAIN and not several and _leaves_nothing(found),
        looks_back=not _LOOKING_BACK.isdisjoint(found),
        reads=first in _READING and not several and _PLAIN.isdisjoint(set(found) - _READING),
        several=several,
    )


def _normal(token: Token) -> str:
    """Words in lower case; quoted names without quotes; "'" for a literal."""
    if token.kind == "name":
        return token.text[1:-1].lower()
    if token.kind in ("string", "number"):
        return "'"
    return token.text.lower()


def _leaves_nothing(found: list[str]) -> bool:
    # User variables, and variables of the server.
    if "@" in found:
        return False
    return all(
        _is_known(found, place - 1) for place, one in enumerate(found) if one == "(" and place
    )


def _is_known(found: list[str], place: int) -> bool:
    """Whether what stands before a parenthesis is no call of an unknown function."""
    word = found[place]
    if not word.replace("$", "_").isidentifier():
        return len(word) == 1 and word not in ".@"
    qualified = False
    while place >= 2 and found[place - 1] == ".":
        place -= 2
        qualified = True
    # A table with its columns, or a name that is given to columns.
    if place and found[place - 1] in _BEFORE_TABLES:
        return True
    return word in _HARMLESS and not qualified

"""What a statement may leave in its session for the next one, which is another call's.

Settings, temporary tables, advisory locks and the like outlive a transaction. Clearing them takes a
round trip to the server, which most statements are spared: those made of nothing that could leave
something. When in doubt, a session is cleared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_LONGEST = 4096
"""Characters; longer statements are not looked through."""

# Names have letters of ASCII and all characters above; the server's blanks are ASCII ones. What it
# may read otherwise than this is "unsure": comments in comments, text that goes on in the next line
# with the escapes of its beginning, names in an escaped form.
_TOKEN = re.compile(
    r"""
    [ \t\n\r\f\v]+ | --[^\n\r]* | /\*(?:(?!/\*).)*?\*/
    | (?P<unsure> /\* | [uU]&["'] )
    | (?P<literal> [eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*'
        | \$((?:[a-zA-Z_\x80-\U0010ffff][\w\x80-\U0010ffff]*)?)\$.*?\$\3\$ )
    | (?P<word> "(?:[^"]|"")*" | [a-zA-Z_\x80-\U0010ffff][\w$\x80-\U0010ffff]* )
    | (?P<sign> . )
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)

_PLAIN = frozenset(("select", "insert", "update", "delete", "merge", "values", "table", "with"))
_TEMPORARY = frozenset(("temp", "temporary"))

_KEYWORDS = """
    all and any array as between bigint bit bpchar by case cast char character conflict cross
    cube current_time current_timestamp decimal delete distinct else except excluded exists explain
    filter float for from full group grouping having ilike in inner insert intersect interval into
    is join key lateral left like limit localtime localtimestamp materialized matched not nothing
    null numeric offset on only or order outer over overlaps partition range returning right rollup
    row rows select set sets similar some then time timestamp timestamptz union unique update using
    values varchar varying vector when where window with within
"""
_FUNCTIONS = """
    abs acos age array_agg array_append array_cat array_dims array_fill array_length array_lower
    array_ndims array_position array_positions array_prepend array_remove array_replace
    array_to_json array_to_string array_upper ascii asin atan atan2 avg bit_and bit_length bit_or
    bool_and bool_or btrim cardinality cbrt ceil ceiling char_length character_length chr
    clock_timestamp coalesce concat concat_ws corr cos cot count cume_dist current_setting date
    date_bin date_part date_trunc decode degrees dense_rank div encode every exp extract first_value
    floor format gen_random_uuid generate_series generate_subscripts greatest host initcap isfinite
    json_agg json_array_elements json_array_elements_text json_array_length json_build_array
    json_build_object json_each json_each_text json_extract_path json_extract_path_text
    json_object json_object_agg json_object_keys json_populate_record json_populate_recordset
    json_strip_nulls json_to_record json_to_recordset json_typeof jsonb_agg jsonb_array_elements
    jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each
    jsonb_each_text jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object
    jsonb_object_agg jsonb_object_keys jsonb_path_exists jsonb_path_match jsonb_path_query
    jsonb_path_query_array jsonb_path_query_first jsonb_populate_record jsonb_populate_recordset
    jsonb_pretty jsonb_set jsonb_strip_nulls jsonb_to_record jsonb_to_recordset jsonb_typeof
    justify_days justify_hours justify_interval lag last_value lead least length ln log log10 lower
    lower_inc lpad ltrim make_date make_interval make_time make_timestamp make_timestamptz max md5
    min mod mode nextval normalize now nth_value ntile nullif numrange octet_length overlay
    percent_rank percentile_cont percentile_disc pg_backend_pid pg_notify pg_sleep pg_typeof
    phraseto_tsquery pi plainto_tsquery point position
    power quote_ident quote_literal quote_nullable radians random rank regexp_count regexp_match
    regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table regexp_substr repeat
    replace reverse round row_number row_to_json rpad rtrim setweight sha256 sign sin split_part
    sqrt starts_with statement_timestamp stddev stddev_pop stddev_samp string_agg string_to_array
    string_to_table strip strpos substr substring sum tan to_char to_date to_json to_jsonb
    to_number to_timestamp to_tsquery to_tsvector translate treat trim trunc ts_headline ts_rank
    ts_rank_cd unnest upper var_pop var_samp variance version websearch_to_tsquery width_bucket
    xmlagg xmlelement
"""
_HARMLESS = frozenset(_KEYWORDS.split()) | frozenset(_FUNCTIONS.split())
"""Words that may stand before a parenthesis. Functions that are not here may do anything, such as
set_config and pg_advisory_lock, or those of the database's owner that call them."""


def leaves_nothing(statement: str) -> bool:
    """Whether its words alone show that it leaves nothing in the session."""
    return len(statement) <= _LONGEST and _judged(statement)


@lru_cache(512)
def _judged(statement: str) -> bool:
    try:
        return all(_is_plain(parts) for parts in _statements(statement))
    except _Unsure:
        return False


class _Unsure(Exception):
    """The server may read a statement in another way."""


def _statements(text: str) -> Iterator[list[str]]:
    """Words and signs of each statement, in lower case unless they are quoted; "'" for literals."""
    parts: list[str] = []
    escaped = False
    for match in _TOKEN.finditer(text):
        if match.lastgroup is None:
            continue
        literal = match["literal"] or ""
        if match["unsure"] or (escaped and literal.startswith("'")):
            raise _Unsure
        escaped = literal[:1] in ("e", "E")
        if word := match["word"]:
            parts.append(word[1:-1] if word.startswith('"') else word.lower())
        elif literal:
            parts.append("'")
        elif match["sign"] == ";":
            yield parts
            parts = []
        elif sign := match["sign"]:
            parts.append(sign)
    yield parts


def _is_plain(parts: list[str]) -> bool:
    first = next((part for part in parts if part != "("), "select")
    if first not in _PLAIN:
        return False
    for place, part in enumerate(parts):
        if part in _TEMPORARY or part.startswith("pg_temp"):
            return False
        if part == "(" and place and not _is_known(parts, place - 1):
            return False
    return True


def _is_known(parts: list[str], place: int) -> bool:
    """Whether what stands before a parenthesis is no call of an unknown function."""
    word = parts[place]
    if not word.isidentifier():
        return len(word) == 1 and word != "."
    qualified = False
    while place >= 2 and parts[place - 1] == ".":
        place -= 2
        qualified = True
    # A table with its columns, or a name that is given to columns.
    if place and parts[place - 1] in ("into", "as", "with", "recursive"):
        return True
    return word in _HARMLESS and (not qualified or parts[place] == "pg_catalog")

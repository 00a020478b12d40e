"""What a web service sells: JSON as classes, several requests at once, and a stream of lines.

Timeouts, retries and a limit of requests stand in modus.json, not here.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from decimal import Decimal

from atoll.sdk import HttpError, UserError, http

SHOP = "http://localhost:8123"


@dataclass
class Product:
    id: int
    name: str
    price: Decimal
    tags: list[str]


@dataclass
class Sales:
    product: int
    sold: int


def products(tag: str | None = None) -> list[Product]:
    """All products, or those with a tag."""
    answer = http.get(f"{SHOP}/products.json", params={"tag": tag}).raise_for_status()
    found = answer.json(list[Product])  # an answer that does not fit is an error that says where
    return [product for product in found if tag is None or tag in product.tags]


async def prices(ids: list[int]) -> list[Decimal]:
    """Prices of several products, asked for at the same time."""

    async def price(id: int) -> Decimal:
        answer = await http.get_async(f"{SHOP}/products/{id}.json")
        if answer.status == 404:
            raise UserError(f"There is no product {id}.")
        return answer.raise_for_status().json(Product).price

    return list(await asyncio.gather(*(price(id) for id in ids)))


def best_sold(limit: int = 3) -> list[Sales]:
    """Products by how many were sold: a log of any length, line by line while it arrives."""
    sold: dict[int, int] = {}
    with http.stream(f"{SHOP}/sales.ndjson") as answer:
        for line in answer.raise_for_status().lines():
            sale = json.loads(line)
            sold[sale["product"]] = sold.get(sale["product"], 0) + sale["count"]
    best = sorted(sold.items(), key=lambda item: -item[1])
    return [Sales(product, count) for product, count in best[:limit]]


def fetch_anything(url: str) -> int:
    """The status of any URL: those that no connection covers are refused."""
    try:
        return http.get(url).status
    except HttpError as error:
        raise UserError(f"{error.code}: {error.message}") from None

from __future__ import annotations

from typing import Any

SCHEMA = """
    type Image { url: String width: Int height: Int }
    type Author { id: String name: String pic: Image recentArticle: Article }
    type Article {
      id: String!
      isPublished: Boolean
      author: Author
      title: String
      body: String
      keywords: [String]
    }
    type Query {
      article(id: String): Article
      feed: [Article]
    }
"""


def article(number: Any, depth: int = 2) -> dict[str, Any]:
    author = {
        "id": "123",
        "name": "John Smith",
        "pic": {"url": "cdn://123", "width": 640, "height": 480},
        "recentArticle": article(1, depth - 1) if depth else None,
    }
    return {
        "id": str(number),
        "isPublished": True,
        "author": author,
        "title": f"My Article {number}",
        "body": "This is a post",
        "keywords": ["foo", "bar", None],
    }


class TestExecuteHandlesExecutionWithAComplexSchema:
    async def test_executes_using_a_schema(self, api: Any) -> None:
        ask = api(
            SCHEMA,
            article=lambda arguments: article(arguments["id"]),
            feed=[article(number) for number in range(1, 11)],
        )
        # The fields have no arguments below the root, and those that are not there are an error.
        answer = await ask(
            """
            {
              feed { id, title },
              article(id: "1") {
                ...articleFields,
                author {
                  id, name,
                  pic { url, width, height },
                  recentArticle { ...articleFields, keywords }
                }
              }
            }
            fragment articleFields on Article { id, isPublished, title, body }
            """
        )
        fields = {
            "id": "1",
            "isPublished": True,
            "title": "My Article 1",
            "body": "This is a post",
        }
        assert answer.errors == []
        assert answer.data == {
            "feed": [{"id": str(n), "title": f"My Article {n}"} for n in range(1, 11)],
            "article": {
                **fields,
                "author": {
                    "id": "123",
                    "name": "John Smith",
                    "pic": {"url": "cdn://123", "width": 640, "height": 480},
                    "recentArticle": {**fields, "keywords": ["foo", "bar", None]},
                },
            },
        }

import pytest
@pytest.mark.parametrize("language", ["assemblyscript", "golang", "assemblyscript_017"])
async def test_sur(open_library, language, codes):
    library = open_library(language)
    for text in ("\ud800", "a\udc00b"):
        for kw in ({"text": text}, {"text": "a", "key": text}, {"text": "a", "namespace": text}, {"text":"a","labels":[text]}):
            r = await library.ask("upsert", **{"collection": "docs", **kw})
            print(language, r, codes()[-1:])
        r = await library.ask("search", collection="docs", text=text)
        print(language, r, codes()[-1:])
        if not library.is_original:
            e = {"namespace": "", "key": "", "text": text, "labels": [], "metadata": ""}
            r = await library.ask("upsertEntries", collection="docs", entries=[e])
            print(language, r, codes()[-1:])
            r = await library.ask("find", collection="docs", text="x", where='{"a": "\\ud800"}')
            print(language, r, codes()[-1:])
            e = {"namespace": "", "key": "", "text": "x", "labels": [], "metadata": '{"a": "\\ud800"}'}
            r = await library.ask("upsertEntries", collection="docs", entries=[e])
            print(language, r, codes()[-1:])
            e = {"namespace": "", "key": "", "text": "x", "labels": [], "metadata": '{"a": 123456789012345678901234567890, "b": 1e400, "c": 1.0, "d": -0.0, "a": 2}'}
            r = await library.ask("upsertEntries", collection="docs", entries=[{**e, "key": "num"}])
            print(language, r, codes()[-1:])
            e["metadata"]='{"a": 12345678901234567890123, "c": 1.0, "d": -0.0, "a": 9007199254740993, "z": 1e22}'
            r = await library.ask("upsertEntries", collection="docs", entries=[{**e, "key": "num"}])
            print(language, r, codes()[-1:])
            print(await library.ask("getEntry", collection="docs", key="num"))

"""Messages of a chat, and the parts that they are made of."""

from __future__ import annotations

import json

import pytest

from atoll.guest.failure import GuestFailure


async def test_messages_of_all_kinds(app):
    assert json.loads(await app.call("messages")) == [
        {"role": "developer", "content": "d"},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "look"},
                {
                    "type": "image_url",
                    "image_url": {"url": "data:image/png;base64,/wAA", "detail": "low"},
                },
                {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
                {"type": "input_audio", "input_audio": {"data": "AAEC", "format": "wav"}},
            ],
            "name": "Ada",
        },
        {
            "role": "assistant",
            "content": "hm",
            "name": 'B"',
            "refusal": "no",
            "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
            ],
            "audio": {"id": "a1"},
        },
        {
            "role": "assistant",
            "content": [{"type": "text", "text": "t"}, {"type": "refusal", "refusal": "never"}],
        },
        {"role": "tool", "content": "42", "tool_call_id": "c1"},
        {"role": "tool", "content": [1, 2], "tool_call_id": "c2"},
    ]


async def test_contents_made_of_parts(app):
    parts = [{"type": "text", "text": "✨"}]
    assert json.loads(await app.call("contents")) == [
        {"role": "system", "content": parts, "name": "s"},
        {"role": "developer", "content": parts, "name": "d"},
        {"role": "user", "content": parts},
        {"role": "system", "content": "new"},
        {"role": "tool", "content": parts, "tool_call_id": "c2"},
    ]


async def test_roles(app):
    assert await app.call("roles") == ["system", "developer", "user", "assistant", "tool"]


async def test_pictures(app):
    assert json.loads(await app.call("pictures")) == [
        {"url": "u", "detail": "high"},
        {"url": "data:image/webp;base64,AAEC"},
        {"url": "data:image/gif;base64,AAEC", "detail": "auto"},
        {"url": "data:image/png;base64,AA=="},
        {"url": "v"},
    ]


async def test_sounds(app):
    sounds = [{"data": "AIA=", "format": "mp3"}, {"data": "AIA=", "format": "wav"}]
    assert json.loads(await app.call("sounds")) == {
        "role": "user",
        "content": [{"type": "input_audio", "input_audio": sound} for sound in sounds],
    }


PARTS = {
    "text": {"text": "t"},
    "image_url": {"image_url": {"url": "u"}},
    "input_audio": {"input_audio": {"data": "", "format": "f"}},
    "refusal": {"refusal": "r"},
}
ALLOWED = {
    "system": ["text"],
    "developer": ["text"],
    "user": ["text", "image_url", "input_audio"],
    "assistant": ["text", "refusal"],
    "tool": ["text"],
}


@pytest.mark.parametrize("type", PARTS)
@pytest.mark.parametrize("role", ALLOWED)
async def test_which_parts_a_message_can_have(app, role, type):
    if type in ALLOWED[role]:
        message = json.loads(await app.call("withPart", role=role, type=type))
        assert message["content"] == [{"type": type, **PARTS[type]}]
    else:
        with pytest.raises(GuestFailure, match=f"{role} message cannot have a part of type {type}"):
            await app.call("withPart", role=role, type=type)


async def test_parts_can_be_read(app):
    assert await app.call("parts") == "tufr"


async def test_an_answer_becomes_a_message(app):
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": '{"a":"}"}'}}
    answer = {
        "role": "assistant", "content": "é", "refusal": "r", "tool_calls": [call],
        "audio": {"id": "a1", "expires_at": 1, "data": "", "transcript": "t"},
    }  # fmt: skip
    assert json.loads(await app.call("answered", text=json.dumps(answer))) == {
        **answer,
        "audio": {"id": "a1"},
    }
    little = json.loads(await app.call("answered", text='{"content":null}'))
    assert little == {"role": "assistant", "content": ""}


STORED = (
    '[{"role": "user", "content": [{"text": "}]"}], "later": {"a": null}} ,\n'
    ' { "content" : "\\u00e9\\/", "role":"tool"},{"role":"x"}]'
)
STORED_MESSAGES = (
    '{"role": "user", "content": [{"text": "}]"}], "later": {"a": null}}',
    '{ "content" : "\\u00e9\\/", "role":"tool"}',
    '{"role":"x"}',
)


async def test_stored_messages_keep_their_text(app, provider):
    assert await app.call("stored", data=STORED) == f"[{','.join(STORED_MESSAGES)}]"
    assert await app.call("storedRoles", data=STORED) == ["user", "tool", "x"]
    assert await app.call("stored", data=" [ ] ") == "[]"
    await app.call("again", data=STORED)
    sent = f'"messages":[{",".join(STORED_MESSAGES)},{{"role":"user","content":"more"}}]'
    assert sent in provider.texts[0]


@pytest.mark.parametrize("data", ["", "{}", "[1]", '["a"]', "[null]", '[{"role":"user"}'])
async def test_what_are_no_stored_messages(app, data):
    with pytest.raises(GuestFailure, match="not JSON"):
        await app.call("stored", data=data)

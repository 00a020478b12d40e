"""A real server of llama.cpp with the small model that Atoll installs, behind a key."""

from __future__ import annotations

import json
import secrets
import sys
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType

from atoll_servers.process import Folder, ServerProcess, free_port

from atoll.models.local import install

TEMPLATE = """\
{%- if tools %}<|im_start|>system
You may call these functions: {% for tool in tools %}{{ tool | tojson }}
{% endfor %}Answer with <tool_call>
{"name": NAME, "arguments": ARGUMENTS}
</tool_call><|im_end|>
{% endif %}
{%- for message in messages %}<|im_start|>{{ message.role }}
{% if message.content %}{{ message.content }}{% endif %}
{%- for call in message.tool_calls or [] %}
<tool_call>
{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}
</tool_call>{% endfor %}<|im_end|>
{% endfor %}
{%- if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""
"""A template of chats that knows tools: the model's own does not."""


class Llama:
    """One that chats, or one that embeds: llama.cpp does one of them at a time."""

    def __init__(self, *, embeddings: bool = False) -> None:
        self.port = free_port()
        self.key = secrets.token_hex(16)
        self._folder = Folder("llama")
        settings = {
            "weights": str(install("smollm2-135m-instruct") / "model.gguf"),
            "port": self.port,
            "key": self.key,
            "embeddings": embeddings,
            "template": TEMPLATE,
        }
        program = Path(__file__).with_name("llama_program.py")
        command = [sys.executable, program, json.dumps(settings)]
        self.process = ServerProcess("llama.cpp", command, self._folder.write("log", ""))
        self.process.wait_until(self._is_ready)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def __enter__(self) -> Llama:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self._folder.remove()

"""The process that runs a chat model: llama.cpp behind a Unix socket.

Started by ``chat_server.py`` as a program of its own: it imports nothing of Atoll. It says in one
line of JSON on its standard output that it is ready, or why it is not, and ends when its
standard input ends, which it does when its parent dies in whatever way.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import shutil
import sys
from pathlib import Path
from typing import Any

_NICENESS = 5
"""Answering requests goes before generating text."""


def main() -> None:
    settings: dict[str, Any] = json.loads(sys.argv[1])
    answers = _silence()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(_NICENESS)
    try:
        server = _serve(settings)
    except Exception as error:
        os.write(answers, json.dumps({"error": type(error).__name__}).encode() + b"\n")
        os._exit(1)
    os.write(answers, b'{"ready": true}\n')
    os.close(answers)
    while os.read(0, 1024):
        pass
    shutil.rmtree(Path(settings["socket"]).parent, ignore_errors=True)
    del server
    os._exit(0)


def _silence() -> int:
    """Leave standard output to us alone: llama.cpp writes what guests send it to both streams."""
    answers = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    return answers


def _serve(settings: dict[str, Any]) -> object:
    llama = importlib.import_module("xllamacpp")
    params = llama.CommonParams()
    params.model.path = settings["weights"]
    params.model_alias = {settings["name"]}
    params.hostnames = [settings["socket"]]  # a name that ends in .sock is a Unix socket
    params.n_parallel = settings["slots"]
    params.n_ctx = settings["context"] * settings["slots"]
    params.kv_unified = False  # a request has its share, however long the others are
    for cpu in (params.cpuparams, params.cpuparams_batch):
        cpu.n_threads = settings["threads"]
        cpu.poll = 0  # do not spin while idle
    params.n_threads_http = 4
    params.n_gpu_layers = 0
    params.fit_params = False
    params.warmup = False
    params.verbosity = -1
    params.ui = False
    params.endpoint_slots = False
    # Prompts of earlier calls are kept only in the slot itself (a shared prefix is not computed
    # again), not in further gigabytes of memory.
    params.cache_ram_mib = 0
    params.cache_idle_slots = False
    params.n_ctx_checkpoints = 0
    return llama.Server(params)


if __name__ == "__main__":
    main()

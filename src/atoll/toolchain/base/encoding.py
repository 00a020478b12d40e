from atoll.guest.wasm_encoding import *  # noqa: F403
from atoll.guest.wasm_encoding import custom_section, section, text, unsigned, vector  # noqa
